import { describe, expect, test } from 'vitest';
import { lagChart, timeline, trend } from '../../src/page/chart.ts';
import { address, markup, moment, name } from '../../src/page/html.ts';
import { heldPage } from '../../src/page/views/held.ts';
import { Sessions, cookieOf, idleFor, longestFor } from '../../src/page/sessions.ts';
import type { Configuration } from '../../src/model/index.ts';

describe('a template of a page', () => {
  test('escapes whatever is text, in an element and in an attribute, and lets pieces be', () => {
    const bad = `<script>alert("1")</script>' onload='x\``;
    expect(markup`<p title="${bad}">${bad}</p>${markup`<b>${'&'}</b>`}`.text).toBe(
      '<p title="&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#39; onload=&#39;x&#96;">&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&#39; onload=&#39;x&#96;</p><b>&amp;</b>',
    );
    expect(markup`${false}${undefined}${null}${[0, '<', [markup`<i>`]]}`.text).toBe('0&lt;<i>');
  });

  test('lets no name change the direction of what stands around it', () => {
    expect(name('\u202Eevil\u2066 דוד\u0000').text).toBe('<bdi> evil  דוד </bdi>');
  });

  test('makes addresses of what is asked, whatever is in it', () => {
    expect(address('/person', { key: 'a/b?c&d=é', x: undefined, y: '' })).toBe(
      '/person?key=a%2Fb%3Fc%26d%3D%C3%A9',
    );
    expect(moment(NaN)).toBeUndefined();
    expect(moment(1e300)).toBeUndefined();
  });
});

test('what only waits for something else that is held has no button', () => {
  const held = (kind: string, rule: string) => ({
    kind,
    checksum: 'c'.repeat(64),
    count: 2,
    since: 1,
    breaches: [{ rule, message: `by ${rule}` }],
  });
  const target = {
    name: 'app',
    approvals: [],
    held: [held('deactivate', 'count'), held('memberRemove', 'follows')],
  };
  const { text } = heldPage(
    { target: target as never, operations: [], isFirst: true },
    { name: 'ada', mayApprove: true, mayOperate: false, token: '' },
  );
  expect(text.match(/<button class="act">[^<]*/g)).toEqual(['<button class="act">Approve deactivate 2']);
  expect(text).toContain('by follows');
  expect(text).not.toContain('by itself');
});

describe('charts', () => {
  test('have a sentence for whoever does not see them, and finite numbers of whatever they are made of', () => {
    const span = { from: 0, to: 86_400_000 };
    const all = [
      trend([], 'nothing'),
      trend([{ label: '<b>', good: 0, bad: 1e6 }], 'a "trend"'),
      lagChart([], span, 'none'),
      lagChart(
        [
          { at: 5, milliseconds: 0 },
          { at: 86_400_000, milliseconds: 1e10 },
        ],
        span,
        'two',
      ),
      timeline([{ id: 1, from: 5, to: 5, outcome: 'good', says: 'run 1', href: '/' }], 'one run'),
    ].map(({ text }) => text);
    for (const text of all) expect(text).not.toMatch(/NaN|Infinity|undefined|<b>/);
    expect(all[1]).toContain('aria-label="a &quot;trend&quot;"');
  });
});

describe('sessions', () => {
  const key = { name: 'it', key: { hash: 'a'.repeat(64) }, scopes: ['read', 'approve'] as const };
  const configured = (keys: readonly object[]): Configuration =>
    ({ http: { keys } }) as unknown as Configuration;
  const caller = { name: 'it', scopes: new Set(key.scopes) };

  test('end after a rest, after half a day, and with the key that they were begun with', () => {
    const sessions = new Sessions();
    const with_ = configured([key]);
    const begin = (): string => sessions.begin(with_, caller, 0)!;
    let id = begin();
    expect(sessions.callerOf(with_, id, idleFor)?.name).toBe('it');
    expect(sessions.callerOf(with_, id, 2 * idleFor + 1)).toBeUndefined();
    expect(sessions.callerOf(with_, id, idleFor)).toBeUndefined();
    id = begin();
    for (let at = 0; at <= longestFor; at += idleFor) expect(sessions.callerOf(with_, id, at)).toBeDefined();
    expect(sessions.callerOf(with_, id, longestFor + 1)).toBeUndefined();
    expect(sessions.callerOf(configured([]), begin(), 1)).toBeUndefined();
    expect(
      sessions.callerOf(configured([{ ...key, key: { hash: 'b'.repeat(64) } }]), begin(), 1),
    ).toBeUndefined();
  });

  test('have the scopes that the key has now', () => {
    const sessions = new Sessions();
    const id = sessions.begin(configured([key]), caller, 0);
    expect([...sessions.callerOf(configured([{ ...key, scopes: ['read'] }]), id, 1)!.scopes]).toEqual([
      'read',
    ]);
  });

  test('are bounded: the one that was used longest ago goes', () => {
    const sessions = new Sessions();
    const with_ = configured([key]);
    const ids = Array.from({ length: 1001 }, () => sessions.begin(with_, caller, 0)!);
    expect(sessions.callerOf(with_, ids[0], 1)).toBeUndefined();
    expect(sessions.callerOf(with_, ids[1], 1)).toBeDefined();
  });

  test('take a cookie of their own form and no other', () => {
    const id = 'x'.repeat(43);
    expect(cookieOf(`a=1; rollcall=${id}`, 'rollcall')).toBe(id);
    expect(cookieOf(`rollcall=${id}x`, 'rollcall')).toBeUndefined();
    expect(cookieOf(undefined, 'rollcall')).toBeUndefined();
    const sessions = new Sessions();
    expect(sessions.isTokenFor(id, sessions.tokenFor(id))).toBe(true);
    expect(sessions.isTokenFor(id, '')).toBe(false);
    expect(new Sessions().isTokenFor(id, sessions.tokenFor(id))).toBe(false);
  });
});
