import { readdirSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { RollcallError, createRollcall } from '../../src/library/index.ts';
import type { PlanEvent, ReconcileEvent, SyncEvent } from '../../src/library/index.ts';
import { people, person } from '../support/company.ts';
import type { Ending } from '../support/folder.ts';
import { exportConfiguration, jsonParts, ldif, ldifParts, members } from '../support/exports.ts';
import { TOKEN, accounts, journalled, writes } from '../support/service.ts';
import { all, opened } from './opened.ts';

/** What a process has and a library must not touch. */
function watchProcess(ending: Ending) {
  const spies = [
    vi.spyOn(process.stdout, 'write').mockReturnValue(true),
    vi.spyOn(process.stderr, 'write').mockReturnValue(true),
    vi.spyOn(process, 'exit').mockImplementation(() => undefined as never),
    vi.spyOn(process, 'on'),
  ];
  const before = [...process.eventNames()].map((name) => [name, process.listenerCount(name)]);
  ending.onTestFinished(() => spies.forEach((spy) => spy.mockRestore()));
  return () => {
    const [out, err, exit] = spies;
    const left = process.eventNames().map((name) => [name, process.listenerCount(name)]);
    return {
      written: out!.mock.calls.length + err!.mock.calls.length + exit!.mock.calls.length,
      left,
      before,
    };
  };
}

test('a plan, a sync with its events, and a plan that is empty; the process is left as it was', async (context) => {
  const { rollcall, mock } = await opened(context);
  const seen = watchProcess(context);
  expect(rollcall.targets).toEqual(['app']);
  const planning = rollcall.plan();
  const planned: PlanEvent[] = await all(planning);
  const plan = await planning;
  expect(planned).toMatchObject(
    ['P0001', 'P0002', 'P0003'].map((key) => ({
      type: 'planned',
      target: 'app',
      operation: { key, kind: 'create' },
    })),
  );
  expect(plan).toMatchObject({
    source: { name: 'source', count: 3, complete: true },
    rejections: [],
    targets: {
      app: {
        state: 'ready',
        held: [],
        counts: { User: { create: 3 } },
        totals: [{ kind: 'create', count: 3 }],
      },
    },
  });
  expect(plan.targets['app']!.operations.map(({ key }) => key)).toEqual(['P0001', 'P0002', 'P0003']);
  expect(writes(mock)).toEqual([]);

  const run = rollcall.sync();
  const events: SyncEvent[] = await all(run);
  const result = await run;
  expect(events[0]).toMatchObject({
    type: 'released',
    target: 'app',
    counts: { User: { create: 3 } },
    pending: 3,
  });
  expect(
    events
      .slice(1)
      .map(
        (event) =>
          event.type === 'operation' && `${event.kind} ${event.key} ${event.outcome} ${event.status}`,
      )
      .sort(),
  ).toEqual(['P0001', 'P0002', 'P0003'].map((key) => `create ${key} done 201`));
  expect(result).toMatchObject({
    runId: 1,
    targets: { app: { state: 'done', counts: { User: { create: 3 } }, failed: 0, waiting: 0, writes: 3 } },
  });
  expect(result.trail).toMatch(/^\d+:[0-9a-f]{64}$/);
  expect((await rollcall.plan()).targets['app']).toMatchObject({ counts: { User: {} }, operations: [] });
  const { written, left, before } = seen();
  expect(written).toBe(0);
  expect(left).toEqual(before);
});

test('the result holds so many of each list as is asked for, and the events have all', async (context) => {
  const { place, rollcall } = await opened(context);
  place.people([...people(5), person(6, { status: 'odd' }), person(7, { status: 'odd' })]);
  const planning = rollcall.plan({ most: 1 });
  const events = await all(planning);
  const plan = await planning;
  expect(events.map(({ type }) => type)).toEqual(
    [2, 5].flatMap((length, index) => Array.from({ length }, () => ['rejected', 'planned'][index])),
  );
  expect([plan.rejections.length, plan.targets['app']!.operations.length]).toEqual([1, 1]);
  expect(plan.targets['app']!.counts.User).toEqual({ create: 5 });
  expect((await rollcall.plan({ most: 0, only: ['P0002'] })).targets['app']).toMatchObject({
    counts: { User: { create: 1 } },
    operations: [],
  });
});

test('a hire, a change and a leave as records; the same once more changes nothing, and nothing is left of them', async (context) => {
  const { place, rollcall, mock } = await opened(context);
  vi.stubEnv('TMPDIR', place.path('tmp'));
  context.onTestFinished(() => void vi.unstubAllEnvs());
  await rollcall.sync();
  const hire = { ...person(9), first: 'Zoë "the\nOne"' };
  const { source, targets } = await rollcall.sync({ changes: { records: [hire] } });
  expect(source).toMatchObject({ count: 1, delta: true });
  expect(targets['app']).toMatchObject({ state: 'done', counts: { User: { create: 1 } } });
  expect(mock.users().find(({ externalId }) => externalId === 'P0009')).toMatchObject({
    name: { givenName: 'Zoë "the\nOne"' },
  });
  await rollcall.sync({ changes: { records: [{ id: 'P0009', department: null }] } });
  await rollcall.sync({
    changes: {
      records: [
        { id: 'P0002', status: 'left' },
        { id: 'P0003', status: 'left' },
      ],
    },
  });
  const before = journalled(mock);
  await rollcall.sync({ changes: { records: [{ id: 'P0002', status: 'left' }] } });
  expect(writes(mock, before)).toEqual([]);
  expect(accounts(mock)).toEqual({
    'person1@example.com': true,
    'person2@example.com': false,
    'person3@example.com': false,
    'person9@example.com': true,
  });
  expect(readdirSync(place.path('tmp'))).toEqual([]);
});

test('records of a JSON source are merged, and those of an LDIF source are entries as they are now', async (context) => {
  const [first, second] = people(2) as [ReturnType<typeof person>, ReturnType<typeof person>];
  const cases = [
    {
      parts: jsonParts,
      file: 'people-1.json',
      text: JSON.stringify({ value: members([first, second]) }),
      record: { id: second.id, name: { last: 'Märried' } },
    },
    {
      parts: ldifParts,
      file: 'people.ldif',
      text: ldif([first, second]),
      record: {
        dn: `uid=${second.id},ou=people,dc=example,dc=com`,
        objectClass: ['inetOrgPerson', 'person'],
        uid: second.id,
        givenName: second.first,
        sn: 'Märried',
        mail: [second.email, 'b@example.com'],
        employeeType: 'active',
        departmentNumber: 'Engineering',
      },
    },
  ];
  for (const { parts, file, text, record } of cases) {
    const { place, mock, open } = await opened(context);
    place.write('rollcall.yaml', exportConfiguration(mock.url, parts).replace('APP_TOKEN', 'LIBRARY_TOKEN'));
    place.write(file, text);
    const rollcall = await open();
    await rollcall.sync();
    const { targets } = await rollcall.sync({ changes: { records: [record] } });
    expect(targets['app']).toMatchObject({ state: 'done', counts: { User: { update: 1 } } });
    expect(mock.users().find(({ userName }) => (userName as unknown) === second.email)).toMatchObject({
      name: { givenName: second.first, familyName: 'Märried' },
    });
  }
});

test('changes that are none are refused, with the record and the column', async (context) => {
  const { rollcall, mock } = await opened(context);
  const refused = async (changes: object) =>
    rollcall.sync({ changes }).then(
      () => 'taken',
      (error: unknown) =>
        error instanceof RollcallError ? `${error.code}: ${error.message}` : String(error),
    );
  expect(await refused({})).toBe('usage: changes are either records or a file');
  expect(await refused({ records: [], file: 'x' })).toBe('usage: changes are either records or a file');
  expect(await refused({ records: [] })).toBe('usage: there are no changes: the list of records is empty');
  expect(await refused({ records: [null] })).toBe('usage: record 1 of the changes is no object');
  expect(await refused({ records: [{ id: {} }] })).toBe(
    'usage: record 1 of the changes has a "id" that is no text',
  );
  expect(await refused({ records: [{ id: 'P0001', status: 'left' }, { id: 'P0002' }] })).toBe(
    'usage: record 2 of the changes has no "status", unlike record 1 of the changes',
  );
  expect(await refused({ records: [{ id: 'P0002' }, { id: 'P0001', status: 'left' }] })).toBe(
    'usage: record 2 of the changes has "status", unlike record 1 of the changes',
  );
  expect(await refused({ records: [{ id: 'P0001' }], source: 'ldap' })).toBe(
    'usage: changes cannot be those of "ldap"',
  );
  expect(await refused({ file: '/nowhere/changes.csv' })).toMatch(/^source: /);
  expect(writes(mock)).toEqual([]);
});

test('what is wrong is a RollcallError with its code, all problems and the place of each', async (context) => {
  const { place, open, rollcall } = await opened(context);
  const [plan, sync] = [
    rollcall.plan({ targets: ['nobody'] }),
    rollcall.sync({ only: ['a'], except: ['b'] }),
  ];
  await expect(plan).rejects.toMatchObject({ code: 'usage', problems: [{ hint: 'the targets are app' }] });
  await expect(all(sync)).rejects.toThrow('only and except cannot be combined');
  await expect(rollcall.sync({ wait: NaN })).rejects.toMatchObject({ code: 'usage' });
  await expect(rollcall.plan({ targets: 'app' as never })).rejects.toMatchObject({ code: 'usage' });
  await expect(rollcall.provision('P0001', { targets: 'app' as never })).rejects.toMatchObject({
    code: 'usage',
  });
  await expect(rollcall.offboard('P0001', { reason: 5 as never })).rejects.toMatchObject({ code: 'usage' });
  await expect(createRollcall({ confg: place.path('rollcall.yaml') } as never)).rejects.toMatchObject({
    code: 'usage',
    message: 'createRollcall takes no confg',
  });
  await expect(rollcall.reconcile({ missing: 2 })).rejects.toMatchObject({ code: 'usage' });
  place.write('rollcall.yaml', 'stat: x\nsource: {}\n');
  const error: unknown = await open().catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(RollcallError);
  const { code, problems, locus } = error as RollcallError;
  expect(code).toBe('configuration');
  expect(problems.length).toBeGreaterThan(1);
  expect(locus).toMatchObject({ file: place.path('rollcall.yaml'), line: 1 });
});

test('a warning is an event, and goes to whoever asked for it', async (context) => {
  const onWarning = vi.fn();
  const { rollcall } = await opened(
    context,
    { auth: '{ kind: bearer, token: { env: LIBRARY_TOKEN }, expires: 2020-01-01 }' },
    { onWarning },
  );
  const events = await all(rollcall.plan());
  expect(events[0]).toMatchObject({
    type: 'warning',
    problem: { message: expect.stringContaining('the secret of app') as string },
  });
  expect(onWarning).toHaveBeenCalledTimes(1);
});

test('a signal ends a plan by its reason, and a sync before its release sends nothing', async (context) => {
  const { rollcall, mock } = await opened(context);
  const signal = AbortSignal.abort(new Error('enough'));
  await expect(rollcall.plan({ signal })).rejects.toThrow('enough');
  await expect(rollcall.reconcile({ signal })).rejects.toThrow('enough');
  await expect(rollcall.sync({ signal })).rejects.toThrow('enough');
  expect(writes(mock)).toEqual([]);
});

test('a signal in the middle of a sync leaves the rest to the next', async (context) => {
  const { place, rollcall, mock } = await opened(context, { target: 'concurrency: 1' });
  place.people(people(40));
  const stop = new AbortController();
  const run = rollcall.sync({ signal: stop.signal });
  for await (const event of run) if (event.type === 'operation') stop.abort();
  const { targets } = await run;
  expect(targets['app']).toMatchObject({ state: 'partial' });
  expect(mock.users().length).toBeLessThan(40);
  await rollcall.sync();
  expect(mock.users()).toHaveLength(40);
});

test('a limit holds it as ever, and a reconciliation shows and repairs what differs', async (context) => {
  const { place, rollcall, mock } = await opened(context, {
    target: 'limits: { deactivate: { count: 1, floor: 0 } }',
  });
  await rollcall.sync();
  const run = rollcall.sync({
    changes: { records: [1, 2].map((number) => ({ id: person(number).id, status: 'left' })) },
  });
  expect((await all(run)).at(-1)).toMatchObject({
    type: 'released',
    held: [{ kind: 'deactivate', count: 2 }],
  });
  expect((await run).targets['app']).toMatchObject({
    state: 'held',
    held: [{ checksum: expect.stringMatching(/^[0-9a-f]{64}$/) as string }],
  });
  const [{ id }] = mock.users() as unknown as [{ id: string }];
  const changed = await fetch(`${mock.url}/Users/${id}`, {
    method: 'PATCH',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/scim+json' },
    body: JSON.stringify({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'replace', path: 'name.givenName', value: 'Otherwise' }],
    }),
  });
  expect(changed.status).toBeLessThan(300);
  place.people(people(3));
  const looking = rollcall.reconcile();
  const found: ReconcileEvent[] = await all(looking);
  expect(found).toMatchObject([{ type: 'found', target: 'app', item: { situation: 'drifted' } }]);
  expect((await looking).targets['app']).toMatchObject({
    complete: true,
    counts: { drifted: 1, inSync: 2 },
    items: [{ situation: 'drifted' }],
  });
  const repaired = await rollcall.reconcile({ repair: true });
  expect(repaired).toMatchObject({
    targets: { app: { taken: { read: 1 } } },
    sync: { targets: { app: { state: 'done', counts: { User: { update: 1 } } } } },
  });
});
