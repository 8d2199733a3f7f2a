import { expect, test } from 'vitest';
import { openState } from '../../src/store/state.ts';
import { person } from '../support/company.ts';
import { accounts } from '../support/service.ts';
import { openOffice } from './office.ts';

test('everything that the command line shows is there, fits its description, and is told while somebody writes', async (context) => {
  const { ask, mock, settle, people, path, configure } = await openOffice(context, { rows: 12 });
  configure({ target: 'limits: { deactivate: { count: 1, floor: 0 } }' });
  people([
    person(1),
    ...[2, 3, 4].map((number) => person(number, { status: 'left' })),
    ...[5, 6, 7, 8, 9, 10, 11, 12].map((number) => person(number)),
  ]);
  await expect(settle()).rejects.toThrow(/ends with 3/);
  // A run that writes, as long as it writes.
  const busy = openState(path('rollcall.db'), false);
  busy.db.exec('BEGIN IMMEDIATE');
  const body = async (url: string) => {
    const answer = await ask('GET', url);
    expect([url, answer.status, answer.status === 200 ? '' : answer.text]).toEqual([url, 200, '']);
    return answer.body;
  };
  expect(await body('/v1/status')).toMatchObject({
    targets: [{ name: 'app', linked: 12, backlog: { held: 3 }, held: [{ kind: 'deactivate', count: 3 }] }],
  });
  expect(await body('/v1/targets')).toMatchObject({ targets: [{ name: 'app', mode: 'full' }] });
  expect(await body('/v1/failures')).toMatchObject({ targets: { app: { items: [] } } });
  const first = await body('/v1/access?target=app&limit=10');
  expect(first).toMatchObject({ next: 'P0010' });
  expect(await body('/v1/access?target=app&limit=10&after=P0010')).toMatchObject({
    accounts: [{ key: 'P0011' }, { key: 'P0012', state: 'active' }],
  });
  expect(await body('/v1/access?person=P0001')).toMatchObject({ accounts: [{ target: 'app' }] });
  expect(await body('/v1/history?person=P0001&event=operation')).toMatchObject({
    events: [{ event: 'operation.done', key: 'P0001' }],
  });
  const history = await body('/v1/history?limit=2');
  expect(await body(`/v1/history?limit=2&after=${String(history['next'])}`)).toMatchObject({
    events: [{ seq: 3 }, { seq: 4 }],
  });
  const plan = await body('/v1/targets/app/plan?limit=2');
  expect(plan).toMatchObject({
    held: [{ kind: 'deactivate', count: 3 }],
    operations: [{ key: 'P0002', state: 'held' }, { key: 'P0003' }],
  });
  expect(await body(`/v1/targets/app/plan?after=${String(plan['next'])}`)).toMatchObject({
    operations: [{ key: 'P0004' }],
  });
  expect(await body('/v1/runs')).toMatchObject({ runs: [{ id: 2 }, { id: 1 }] });
  expect(await body('/v1/evidence?target=app&limit=2')).toMatchObject({
    leavers: [
      { key: 'P0004', state: 'open' },
      { key: 'P0003', state: 'open' },
    ],
    more: true,
  });
  expect(await body('/v1/people/P0001')).toMatchObject({
    key: 'P0001',
    targets: { app: { outcome: 'inSync' } },
  });
  expect(await body('/v1/people/P0002?target=app')).toMatchObject({ targets: { app: { outcome: 'held' } } });
  for (const url of [
    '/v1/people/nobody',
    '/v1/targets/other/plan',
    '/v1/access?target=other',
    '/v1/evidence?target=other',
    '/v1/failures?target=other',
    '/v1/history?target=other',
  ]) {
    const { status, body: refused } = await ask('GET', url);
    expect(status, url).toBe(404);
    if (url.includes('target'))
      expect(refused, url).toMatchObject({ error: { hint: 'the configuration has app' } });
  }
  for (const url of ['/v1/evidence?from=2026-11-01', '/v1/history?since=yesterday']) {
    const { status, body: refused } = await ask('GET', url);
    expect([url, status, refused]).toMatchObject([
      url,
      400,
      {
        error: { message: expect.stringMatching(/^(from|since): .*such as 2026-11-26T09:30:00Z$/) as string },
      },
    ]);
  }
  const described = await body('/v1/openapi.json');
  expect(Object.keys(described['paths'] as object)).toContain('/v1/people/{key}/offboard');
  busy.db.exec('ROLLBACK');
  busy.close();

  // What is held is approved by its checksum, and goes out with the next sync, which is asked for.
  const { checksum } = (plan['held'] as { checksum: string }[])[0]!;
  expect(await ask('POST', '/v1/targets/app/approve', { checksum })).toMatchObject({
    status: 200,
    body: { held: [{ kind: 'deactivate', count: 3 }] },
  });
  await expect
    .poll(() => Object.values(accounts(mock)).filter((isOn) => !isOn).length, { timeout: 10_000 })
    .toBe(3);

  expect(await ask('POST', '/v1/targets/app/pause', { reason: 'maintenance' })).toMatchObject({
    status: 200,
    body: { paused: { actor: 'http:all', reason: 'maintenance' } },
  });
  expect(await body('/v1/status')).toMatchObject({ targets: [{ paused: { reason: 'maintenance' } }] });
  expect(await ask('POST', '/v1/targets/app/resume')).toMatchObject({ status: 200, body: { due: 0 } });
  expect(await ask('POST', '/v1/targets/app/retry')).toMatchObject({ status: 200, body: { retried: 0 } });

  // The figures name nobody.
  const { text, headers } = await ask('GET', '/metrics');
  expect(headers['content-type']).toMatch(/^application\/openmetrics-text/);
  expect(text).toMatch(/^rollcall_accounts\{target="app"\} 12$/m);
  expect(text).toMatch(/^rollcall_operations_total\{target="app",kind="deactivate",outcome="done"\} 3$/m);
  expect(text).toMatch(/^rollcall_runs_total\{command="daemon",outcome="done"\} \d+$/m);
  expect(text).toMatch(/# EOF\n?$/);
  expect(text).not.toMatch(/P00|person\d|example\.com/);
});

test('a question that has a name too many is refused, so that nobody takes its answer for another one', async (context) => {
  const { ask } = await openOffice(context, { rows: 1 });
  for (const url of ['/v1/history?persn=P0001', '/v1/status?target=app', '/v1/access?target=app&form=csv']) {
    const { status, body } = await ask('GET', url);
    expect([url, status, body['error']]).toMatchObject([url, 400, { code: 'invalid' }]);
  }
});
