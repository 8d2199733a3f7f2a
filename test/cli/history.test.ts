import { expect, test } from 'vitest';
import { trailLine } from '../../src/reports/history.ts';
import { trailOf } from '../../src/store/trail/rows.ts';
import { audit, headOf, headText } from '../../src/store/audit.ts';
import { endRun, startRun } from '../../src/store/runs.ts';
import { openState } from '../../src/store/state.ts';
import { person } from '../support/company.ts';
import { patient } from '../support/folder.ts';
import { openPlace } from '../support/place.ts';

test(
  'one byte of the trail that is changed by hand is found and named, and the person is explained',
  patient,
  async (context) => {
    const place = openPlace(context);
    place.configure({ baseUrl: 'http://127.0.0.1:9/scim/v2' });
    place.people([person(1)]);
    const state = openState(place.path('rollcall.db'), true);
    const run = startRun(state, { command: 'sync', actor: 'ada', now: 1 });
    audit(state, [
      { at: 2, run, target: 'app', key: 'P0001', event: 'operation.done', detail: { why: 'because' } },
    ]);
    endRun(state, run, {}, 3);
    const head = headText(headOf(state)!);
    state.db.exec(
      `DROP TRIGGER audit_is_append_only_u; UPDATE audit SET detail = '{"why":"Because"}' WHERE seq = 2`,
    );
    state.close();
    const told = await place.run('history', '--verify', '--head', head, '--json');
    expect(told.code).toBe(1);
    expect(told.json()).toMatchObject({
      verified: false,
      rows: 3,
      head,
      error: { code: 'changed', message: 'row 2 does not say what it said when it was written' },
    });
    const explained = await place.run('explain', 'P0001');
    expect(explained.code).toBe(0);
    expect(explained.stdout).toMatch(/planned: the next sync sends create[^]*trail +2 [^]*operation\.done/);
  },
);

test('an export whose beginning is missing is not taken for whole, unless it follows upon a head that was kept', async (context) => {
  const place = openPlace(context);
  const state = openState(place.path('rollcall.db'), true);
  for (const now of [1, 2, 3]) {
    const run = startRun(state, { command: 'sync', actor: 'ada', now });
    endRun(state, run, {}, now);
  }
  const rows = [...trailOf(state, {})];
  state.close();
  place.write('whole.jsonl', rows.map(trailLine).join('\n'));
  place.write('part.jsonl', rows.slice(2).map(trailLine).join('\n'));
  const verify = (...words: readonly string[]) => place.run('history', '--verify', '--from', ...words);
  expect((await verify('whole.jsonl')).code).toBe(0);
  const part = await verify('part.jsonl');
  expect(part.code).toBe(4);
  expect(part.stdout).toMatch(
    /^as it was written from row 3 on, and not whole {2}part\.jsonl: 4 rows, 3 to 6\n/,
  );
  expect((await verify('part.jsonl', '--quiet')).stdout).toBe('');
  expect((await verify('part.jsonl', '--json')).json()).toMatchObject({
    verified: true,
    whole: false,
    first: 3,
  });
  const { seq, hash } = rows[1]!;
  const follows = await verify('part.jsonl', '--head', headText({ seq, hash }));
  expect(follows.code).toBe(0);
  expect(follows.stdout).toMatch(/begins right behind row 2, whose head was kept/);
  const other = await verify('part.jsonl', '--head', headText({ seq, hash: '0'.repeat(64) }));
  expect([other.code, other.stdout]).toEqual([1, expect.stringMatching(/row 2 has another hash/) as string]);
  expect((await verify('part.jsonl', '--head', headText(rows[0]!))).code).toBe(1);
});
