import { describe, expect, test } from 'vitest';
import { people, person } from '../support/company.ts';
import { patient } from '../support/folder.ts';
import { openPlace } from '../support/place.ts';
import { accounts, creations, journalled, playService, requested } from '../support/service.ts';

const configurationFor = (url: string, pace: string): string =>
  `state: ./rollcall.db
source: { connector: csv, path: ./people.csv, key: "\${record.id}" }
identity:
  userName: \${record.email}
  name: { givenName: "\${record.first}", familyName: "\${record.last}" }
  emails: [{ value: "\${record.email}", type: work, primary: true }]
  active: { from: "\${record.status}", on: [active], off: [left] }
targets:
  app:
    connector: snowflake
    baseUrl: ${url}
    auth: { kind: bearer, token: { env: APP_TOKEN } }
    ${pace}
    limits: { create: { count: 130 } }
`;

describe('somebody leaves, and many are new at a service that is asked for each of them', patient, () => {
  test('the leaver goes before most of the questions, and a plan that was looked at is one', async (context) => {
    const place = openPlace(context);
    const mock = await playService(context, 'snowflake');
    place.write('rollcall.yaml', configurationFor(mock.url, 'concurrency: 2'));
    place.people(people(3));
    await place.settle();
    mock.addFault('delay=10,method=GET');
    let since = journalled(mock);
    place.people([person(1, { status: 'left' }), ...people(149, 2)]);
    const held = await place.run('sync');
    expect(held).toMatchObject({ code: 3, stdout: expect.stringMatching(/HELD create 147/) as string });
    expect(held.stdout).toMatch(/app {2}held: deactivate 1; /);
    expect(held.stdout).toMatch(/1 leaver off/);
    const first = mock.journal(since);
    expect(first.length).toBeGreaterThan(147);
    expect(first.findIndex(({ method }) => method === 'PATCH')).toBeLessThan(60);

    // What somebody has looked at is one plan, and is carried out as it is.
    place.people([person(1, { status: 'left' }), person(2, { status: 'left' }), ...people(148, 3)]);
    await place.run('plan', '--out', 'plan.ndjson', '--quiet');
    const checksum = /approve app (\w+)/.exec(held.stdout)![1]!;
    await place.run('approve', 'app', checksum);
    since = journalled(mock);
    expect((await place.run('sync', '--plan', 'plan.ndjson', '--quiet')).code).toBe(0);
    const second = mock.journal(since);
    expect(second.findIndex(({ method }) => method === 'PATCH')).toBeGreaterThanOrEqual(147);
    expect(Object.keys(accounts(mock))).toHaveLength(150);
    expect(new Set(creations(mock).values())).toEqual(new Set([1]));
    expect(await place.run('plan', '--exit-code')).toMatchObject({ code: 0 });
  });
});

describe('somebody leaves, and many are new at another service', patient, () => {
  test('the leaver waits for none of its questions, whatever is held there', async (context) => {
    const place = openPlace(context);
    const [mock, wiki] = [await playService(context, 'snowflake'), await playService(context, 'rfc')];
    const both = configurationFor(mock.url, 'allow: [create, update]');
    const more = `  wiki:
    connector: generic
    baseUrl: ${wiki.url}
    auth: { kind: bearer, token: { env: APP_TOKEN } }
    limits: { deactivate: { count: 5, floor: 5 } }
`;
    place.write('rollcall.yaml', both + more);
    place.people(people(3));
    await place.settle();
    place.people(people(149));
    const held = await place.run('sync');
    expect(held).toMatchObject({ code: 3, stdout: expect.stringMatching(/HELD create 146/) as string });
    mock.addFault('delay=50,method=GET');
    const since = journalled(mock);
    place.people([person(1, { status: 'left' }), ...people(148, 2)]);
    const running = place.start('sync');
    await requested(wiki, 'PATCH', 1);
    expect(mock.journal(since).filter(({ method }) => method === 'GET').length).toBeLessThan(100);
    // What is held was not asked about yet, and can be let through all the same.
    const checksum = /approve app (\w+)/.exec(held.stdout)![1]!;
    expect(await place.run('approve', 'app', checksum)).toMatchObject({ code: 0 });
    expect(await running.ended).toMatchObject({ code: 0 });
    expect(Object.keys(accounts(mock))).toHaveLength(149);
    expect(accounts(wiki)['person1@example.com']).toBe(false);
    expect(await place.run('plan', '--exit-code')).toMatchObject({ code: 0 });
  });
});

describe('a run is to end while it asks about many who are new', patient, () => {
  test('it asks no more, sends what it knows, and the next one goes on', async (context) => {
    const place = openPlace(context);
    const mock = await playService(context, 'snowflake');
    place.write('rollcall.yaml', configurationFor(mock.url, 'concurrency: 1'));
    place.people(people(3));
    await place.settle();
    mock.addFault('delay=200,method=GET');
    const since = journalled(mock);
    place.people([person(1, { status: 'left' }), ...people(119, 2)]);
    const stopped = await place.run('sync', '--until', '2s');
    expect(stopped).toMatchObject({ code: 4, stdout: expect.stringMatching(/1 leaver off/) as string });
    expect(mock.journal(since).filter(({ method }) => method === 'GET').length).toBeLessThan(20);
    expect((await place.run('status')).stdout).toContain('the run was to end before; the next one asks');

    const before = journalled(mock);
    const running = place.start('sync', '--quiet');
    await requested(mock, 'GET', 5, { since: before });
    running.kill('SIGTERM');
    expect(await running.ended).toMatchObject({ code: 143 });
    expect(mock.journal(before).filter(({ method }) => method === 'GET').length).toBeLessThan(20);

    mock.clearFaults();
    expect((await place.run('sync')).code).toBe(0);
    expect(Object.keys(accounts(mock))).toHaveLength(120);
    expect(new Set(creations(mock).values())).toEqual(new Set([1]));
    expect(await place.run('plan', '--exit-code')).toMatchObject({ code: 0 });
  });
});
