import { expect, test } from 'vitest';
import { RollcallError } from '../../src/library/index.ts';
import type { OneEvent, Rollcall } from '../../src/library/index.ts';
import { people, person } from '../support/company.ts';
import { accounts, journalled, writes } from '../support/service.ts';
import { all, opened } from './opened.ts';

const seen = (events: readonly OneEvent[]) =>
  events.map((event) => (event.type === 'operation' ? `${event.kind} ${event.key} ${event.outcome}` : event));

test('one person is provisioned, and nobody else; once more there is nothing to do', async (context) => {
  const { rollcall, mock } = await opened(context);
  const run = rollcall.provision(' P0002 ');
  expect(seen(await all(run))).toEqual(['create P0002 done']);
  expect(await run).toEqual({
    key: 'P0002',
    runId: 1,
    standing: 'active',
    targets: { app: { state: 'on', done: ['create'] } },
  });
  expect(accounts(mock)).toEqual({ 'person2@example.com': true });
  const before = journalled(mock);
  expect(await rollcall.provision('P0002', { targets: ['app'], wait: 0 })).toMatchObject({
    targets: { app: { state: 'on', done: [] } },
  });
  expect(writes(mock, before)).toEqual([]);
});

test('one person is off past a limit, stays off in syncs, and is back once it is lifted', async (context) => {
  const { rollcall, mock } = await opened(context, {
    target: 'limits: { deactivate: { count: 0, floor: 0 } }',
  });
  await rollcall.sync();
  const run = rollcall.offboard('P0001', { reason: ' left the building ' });
  expect(seen(await all(run))).toEqual(['deactivate P0001 done']);
  const offboarded = {
    since: expect.stringMatching(/^\d{4}-.*Z$/) as string,
    actor: 'a test',
    reason: 'left the building',
  };
  expect(await run).toEqual({
    key: 'P0001',
    runId: 2,
    offboarded,
    targets: {
      app: { state: 'off', confirmedAt: expect.stringMatching(/^\d{4}-.*Z$/) as string, matches: [] },
    },
  });
  expect(await rollcall.provision('P0001')).toMatchObject({
    standing: 'offboarded',
    offboarded,
    targets: { app: { state: 'off' } },
  });
  await rollcall.sync();
  expect(accounts(mock)).toMatchObject({ 'person1@example.com': false, 'person2@example.com': true });
  expect(await rollcall.lift('P0001')).toEqual(offboarded);
  await rollcall.sync();
  expect(accounts(mock)).toMatchObject({ 'person1@example.com': true });
});

test('what is held is approved by its checksum, for a kind or for some people, once', async (context) => {
  const { place, rollcall, mock } = await opened(context, {
    target: 'limits: { deactivate: { count: 0, floor: 0 } }',
  });
  await rollcall.sync();
  place.people([person(1), ...people(2, 2).map((one) => ({ ...one, status: 'left' }))]);
  const { checksum } = (await rollcall.sync()).targets['app']!.held[0]!;
  expect(
    await rollcall.approve('app', checksum.slice(0, 16), { kinds: ['deactivate'], keys: ['P0003'] }),
  ).toMatchObject({
    target: 'app',
    checksum: checksum.slice(0, 16),
    held: [{ kind: 'deactivate', count: 2, checksum }],
    keys: ['P0003'],
    expiresInSeconds: 86_400,
  });
  await rollcall.sync();
  expect(accounts(mock)).toMatchObject({ 'person2@example.com': true, 'person3@example.com': false });
});

test('what cannot be meant is refused in a sentence, and nothing is sent', async (context) => {
  const { rollcall, mock } = await opened(context);
  await rollcall.sync();
  const before = journalled(mock);
  const refused = (run: (rollcall: Rollcall) => PromiseLike<unknown>): Promise<string> =>
    Promise.resolve(run(rollcall)).then(
      () => 'taken',
      (error: unknown) =>
        error instanceof RollcallError ? `${error.code}: ${error.message}` : String(error),
    );
  const none = 'usage: a person is told by their key, which is a text';
  expect(await refused((one) => one.provision(undefined as unknown as string))).toBe(none);
  expect(await refused((one) => one.offboard('  '))).toBe(none);
  expect(await refused((one) => one.lift(7 as unknown as string))).toBe(none);
  expect(await refused((one) => one.provision('P9999'))).toBe('usage: nobody has the key P9999');
  expect(await refused((one) => one.provision('P0001', { targets: ['other'] }))).toMatch(
    /^usage: there is no target "other"/,
  );
  expect(await refused((one) => one.provision('P0001', { wait: -1 }))).toMatch(/^usage: wait: -1/);
  expect(await refused((one) => one.offboard('P9999'))).toBe('usage: nobody has the key P9999');
  expect(await refused((one) => one.offboard('P0001', { reason: 'x'.repeat(501) }))).toMatch(
    /^usage: reason/,
  );
  expect(await refused((one) => one.lift('P0001'))).toBe('usage: P0001 is not offboarded');
  expect(await refused((one) => one.approve('app', 'none'))).toMatch(/^usage: "none" is no checksum/);
  expect(await refused((one) => one.approve('app', 'abcdefabcdef'))).toMatch(
    /^usage: nothing that is held on app has the checksum/,
  );
  expect(await refused((one) => one.approve('app', 'abcdefabcdef', { keys: [] }))).toMatch(
    /^usage: a list of nothing/,
  );
  expect(await refused((one) => one.approve('app', 'abcdefabcdef', { kinds: ['all' as 'create'] }))).toMatch(
    /^usage: there is no kind all/,
  );
  expect(await refused((one) => one.approve('other', 'abcdefabcdef'))).toMatch(
    /^usage: there is no target "other"/,
  );
  expect(writes(mock, before)).toEqual([]);
});
