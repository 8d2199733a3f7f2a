import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { run as history } from '../../src/cli/history.ts';
import { run as plan } from '../../src/cli/plan.ts';
import { historyPage } from '../../src/reports/history-page.ts';
import { isPage, markup, name } from '../../src/reports/html.ts';
import { planPage } from '../../src/reports/plan-page.ts';
import { styleFor } from '../../src/reports/style.ts';
import type { TrailRow } from '../../src/store/trail/rows.ts';
import { openCompany } from '../engine/company.ts';
import { people } from '../support/company.ts';
import { openPlaceWithService } from '../support/place.ts';
import { openStory } from './story.ts';

const style = styleFor(false);
/** Elements that have no end. */
const empty = ['meta', '!doctype'];

/** Everything that is opened is closed, in its order; nothing that runs, and nothing from elsewhere. */
function check(text: string): string {
  const open: string[] = [];
  for (const [, end, tag] of text.matchAll(/<(\/?)([!a-z][a-z0-9]*)[^>]*>/g)) {
    if (empty.includes(tag!)) continue;
    if (end === '') open.push(tag!);
    else expect(open.pop()).toBe(tag);
  }
  expect(open).toEqual([]);
  expect(text).not.toMatch(/<script|<[^>]*\son\w+=|<link|<img|src=|url\(|@import/i);
  return text;
}

describe('a page', () => {
  test('has text as text, whatever it says', () => {
    const nasty = '<script>alert("1")</script> & \' \u202eevil\u0000 \ud800';
    expect(markup`<td title="${nasty}">${name(nasty)}</td>`.html).toBe(
      '<td title="&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;  evil  \ufffd"><bdi>&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;  evil  \ufffd</bdi></td>',
    );
    expect(markup`${[markup`<b>1</b>`, markup`<b>2</b>`]}${1234}`.html).toBe('<b>1</b><b>2</b>1,234');
  });

  test('of a plan has what is held first, with why and how to let it through; then everybody, and who is left out', async () => {
    const company = await openStory();
    const text = check(await company.plan((run) => [...planPage(run, style)].join('')));
    expect(isPage('plan', text.slice(0, 256))).toBe(true);
    expect(isPage('history', text.slice(0, 256))).toBe(false);
    const places = [
      'Held: ',
      '<dt>checksum</dt>',
      'rollcall approve app ',
      '<h3>',
      'Left out',
      'Rejected records',
    ].map((part) => text.indexOf(part));
    expect(places).not.toContain(-1);
    expect(text).toContain('<bdi>山田 太郎');
    expect(text).toContain('Sophie, &quot;Wilson&quot; O’Neill');
    expect(text).toMatch(
      /title: <del><bdi>&quot;Analyst&quot;<\/bdi><\/del> → <ins><bdi>&quot;Countess&quot;/,
    );
    const kinds = [...text.matchAll(/<h3>(\w+) \d+( <span class="red">held<\/span>)?<\/h3>/g)];
    const held = kinds.map(([, , mark]) => mark !== undefined);
    expect(held).toContain(true);
    expect(held).toEqual([...held].sort((one, other) => Number(other) - Number(one)));
  });

  test('of names that mean harm, and of many people, is written in pieces', async () => {
    const crowd = Array.from({ length: 1000 }, (_, index) => ({
      id: `p${index}`,
      user: `p${index}`,
      status: 'active',
      name: '</td><script>',
    }));
    const pieces = await openCompany(crowd).plan((run) => [...planPage(run, style)]);
    const text = check(pieces.join(''));
    expect(text.match(/<tr> <th scope="row">/g)).toHaveLength(1001);
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(8000);
  });

  test('of the trail shows rows that somebody wrote by hand as they are', () => {
    const row = {
      seq: 1,
      at: 1e15 * 9,
      run: 1,
      target: 'app',
      key: '<i>',
      event: '</td>',
      detail: '{"a":"<b>"',
      previous: '',
      hash: '',
    } as TrailRow;
    const pieces = [
      ...historyPage([row, { ...row, seq: 2, at: 0, detail: '{"actor":"<u>"}', event: 'operation.failed' }], {
        state: '/x/r.db',
        now: 0,
        filters: ['person <i>'],
        most: 2,
      }),
    ];
    const text = check(pieces.join(''));
    expect(text).toContain('<bdi>&lt;i&gt;</bdi>');
    expect(text).toContain('<span class="red">operation.failed</span>');
    expect(text).toContain('These are the newest');
  });
});

test('a page of ten thousand rows is read from the trail as it is written', () => {
  let read = 0;
  function* rows(): Generator<TrailRow> {
    for (; read < 10_000; read++)
      yield {
        seq: read,
        at: read,
        run: 1,
        target: 'app',
        key: 'k',
        event: 'e',
        detail: '{}',
        previous: '',
        hash: '',
      };
  }
  let written = 0;
  for (const piece of historyPage(rows(), { state: '/x/r.db', now: 0, filters: [] })) {
    if (piece.startsWith('<tr> <td')) written++;
    expect(read - written).toBeLessThan(2);
  }
  expect(written).toBe(10_000);
});

test('pages are for this user alone, and are written over nothing but earlier ones', async (context) => {
  const place = await openPlaceWithService(context);
  place.people(people(3));
  const usual = {
    config: place.path('rollcall.yaml'),
    quiet: true,
    color: false,
    logLevel: 'silent',
    show: '20',
  } as const;
  const [one, other] = [place.path('plan.html'), place.path('history.html')];
  writeFileSync(one, '', { mode: 0o644 });
  expect(await plan({ ...usual, html: one }, [])).toBe(0);
  expect(await plan({ ...usual, html: one }, [])).toBe(0);
  await place.settle();
  expect(await history({ ...usual, html: other, event: 'operation.done' })).toBe(0);
  expect([one, other].map((path) => statSync(path).mode & 0o777)).toEqual([0o600, 0o600]);
  expect(check(readFileSync(one, 'utf8'))).toContain('person3@example.com');
  expect(check(readFileSync(other, 'utf8')).match(/operation\.done<\/td>/g)).toHaveLength(3);
  for (const html of [
    other,
    place.path('people.csv'),
    place.path('rollcall.db'),
    place.path('rollcall.yaml'),
  ])
    await expect(plan({ ...usual, html }, [])).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('would be written over') as string,
    });
  await expect(history({ ...usual, html: one })).rejects.toThrow(
    'which is there already and is no page of the history',
  );
  await expect(history({ ...usual, html: other, format: 'csv' })).rejects.toThrow('two forms of one thing');
  await expect(history({ ...usual, html: other, verify: true })).rejects.toThrow(
    '--verify looks at the whole trail',
  );
  await expect(plan({ ...usual, html: one, out: one }, [])).rejects.toThrow('name one file');
  await expect(plan({ ...usual, html: place.path('no/x.html') }, [])).rejects.toThrow(
    'there is no such file or folder',
  );
  expect(existsSync(place.path('no'))).toBe(false);
});
