import { describe, expect, test } from 'vitest';
import { people, person } from '../support/company.ts';
import type { Person } from '../support/company.ts';
import { patient } from '../support/folder.ts';
import { openPlaceWithService } from '../support/place.ts';
import { accounts, journalled, playService, writes } from '../support/service.ts';

const names = (mock: Parameters<typeof accounts>[0]) =>
  Object.entries(accounts(mock)).map(([name, active]) => `${name.split('@')[0]!}${active ? '' : ' off'}`);

describe.concurrent('starting small', patient, () => {
  test('for some people alone, or for all but some; the others are as if nothing had been', async (context) => {
    const place = await openPlaceWithService(context);
    place.people(people(4));
    place.write('two.txt', 'P0002\nP0003\n');
    const unknown = await place.run('sync', '--only', 'P0009');
    expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining('nobody has the key P0009')]);
    expect((await place.run('sync', '--quiet', '--only', '@two.txt')).code).toBe(0);
    expect(names(place.mock)).toEqual(['person2', 'person3']);
    place.people([person(1), person(2, { status: 'left' }), person(3, { status: 'left' }), person(4)]);
    expect((await place.run('sync', '--quiet', '--except', 'P0003,P0004')).code).toBe(0);
    expect(names(place.mock)).toEqual(['person1', 'person2 off', 'person3']);
    await place.settle();
    expect(names(place.mock)).toEqual(['person1', 'person2 off', 'person3 off', 'person4']);
    expect(await place.run('plan', '--exit-code')).toMatchObject({ code: 0 });
  });

  test('a change of one person brings nothing of a read that is held', async (context) => {
    const place = await openPlaceWithService(context);
    place.people(people(60));
    await place.settle();
    const half = people(30).map((row, at) => (at === 1 ? { ...row, status: 'left' } : row));
    place.people(half);
    expect((await place.run('sync', '--quiet')).code).toBe(3);
    place.write('changes.csv', 'id,department\nP0001,Sales\n');
    expect((await place.run('sync', '--input', 'changes.csv', '--quiet')).code).toBe(0);
    expect(names(place.mock)).not.toContain('person2 off');
    place.people([...half, ...people(60).slice(30)]);
    await place.settle();
    expect(names(place.mock)).toContain('person2 off');
    expect(await place.run('plan', '--exit-code')).toMatchObject({ code: 0 });
  });

  test('a leaver in changes that are held is not forgotten, though the next changes do not mention them', async (context) => {
    const place = await openPlaceWithService(context);
    place.people(people(60));
    await place.settle();
    const broken = Array.from({ length: 30 }, (_, at) => `P00${at + 20},nobody knows`);
    place.write('changes.csv', ['id,status', 'P0002,left', ...broken, ''].join('\n'));
    expect((await place.run('sync', '--input', 'changes.csv', '--quiet')).code).toBe(3);
    expect(names(place.mock)).not.toContain('person2 off');
    place.write('changes.csv', 'id,department\nP0001,Sales\n');
    await place.run('sync', '--input', 'changes.csv', '--quiet');
    expect(names(place.mock)).toContain('person2 off');
  });

  test('a change brings nothing of a read to a target that holds it, though another has let it through', async (context) => {
    const place = await openPlaceWithService(context);
    const crm = await playService(context, 'rfc');
    const limits = 'limits: { deactivate: { count: 100 } }';
    const other = [
      'crm:',
      '  connector: generic',
      `  baseUrl: ${crm.url}`,
      '  auth: { kind: bearer, token: { env: APP_TOKEN } }',
      `  ${limits}`,
    ];
    place.configure({ baseUrl: place.mock.url, target: limits, targets: other.join('\n') });
    place.people(people(60));
    await place.settle();
    const wrong: Record<number, Partial<Person>> = {
      0: { department: 'Wrong' },
      1: { status: 'left' },
      2: { status: 'left' },
      3: { department: 'Wrong' },
    };
    const half = people(30).map((row, at) => ({ ...row, ...wrong[at] }));
    place.people(half);
    const held = await place.run('sync', '--json');
    expect(held.code).toBe(3);
    const { targets } = held.json<{
      targets: Record<string, { held: { kind: string; checksum: string }[] }>;
    }>();
    const read = targets['app']!.held.find(({ kind }) => kind === 'source')!;
    await place.run('approve', 'app', read.checksum);
    await place.run('sync', '--quiet');
    expect(names(place.mock)).toContain('person2 off');
    expect(names(crm)).not.toContain('person2 off');
    const before = journalled(crm);
    place.write('changes.csv', 'id,last\nP0001,Married\nP0002,Married\nP0020,Married\n');
    await place.run('sync', '--input', 'changes.csv', '--quiet');
    // Whom that read did not change goes on.
    expect(writes(crm, before)).toMatchObject([
      { method: 'PATCH', body: { Operations: [{ value: 'Married' }] } },
    ]);
    expect((await place.run('status')).stdout).toMatch(
      /leftOut {2}P0001 {2}unaccepted: a read that this target holds/,
    );
    expect(names(crm)).toHaveLength(60);
    // The next read that is good gives it all that there is.
    place.people([...half, ...people(60).slice(30)]);
    await place.settle();
    expect(names(crm).filter((name) => name.endsWith('off'))).toEqual(['person2 off', 'person3 off']);
    expect(await place.run('plan', '--exit-code')).toMatchObject({ code: 0 });
  });

  test('for one person: whoever left in the same file is off by the next read, also with changes in between', async (context) => {
    const place = await openPlaceWithService(context);
    place.people(people(4));
    await place.settle();
    place.people([person(1), person(2, { status: 'left' }), person(4), person(5)]);
    expect((await place.run('provision', 'P0005', '--quiet')).code).toBe(0);
    // It knows nothing of the others but what was told of them before.
    place.write('changes.csv', 'id,department\nP0001,Sales\n');
    expect((await place.run('sync', '--input', 'changes.csv', '--quiet')).code).toBe(0);
    await place.settle();
    expect(names(place.mock)).toEqual(['person1', 'person2 off', 'person3 off', 'person4', 'person5']);
    expect(await place.run('plan', '--exit-code')).toMatchObject({ code: 0 });
  });

  test('with so many people first, and the others when somebody has approved them, once', async (context) => {
    const place = await openPlaceWithService(context);
    place.configure({ baseUrl: place.mock.url, target: 'canary: 2' });
    place.people(people(5));
    const held = await place.run('sync', '--json');
    expect(held.code).toBe(3);
    expect(names(place.mock)).toEqual(['person1', 'person2']);
    const { app } = held.json<{
      targets: { app: { held: { checksum: string; breaches: { message: string }[] }[] } };
    }>().targets;
    expect(app.held).toMatchObject([{ kind: 'create', count: 3, breaches: [{ rule: 'canary' }] }]);
    expect((await place.run('sync', '--quiet')).code).toBe(3);
    expect(names(place.mock)).toEqual(['person1', 'person2']);
    expect((await place.run('approve', 'app', app.held[0]!.checksum)).code).toBe(0);
    await place.settle();
    place.people(people(7));
    await place.settle();
    expect(names(place.mock)).toHaveLength(7);
  });

  test('with the members of a group first', async (context) => {
    const place = await openPlaceWithService(context);
    place.configure({
      baseUrl: place.mock.url,
      identity: '',
      target: 'canary: { group: Pilots }',
      targets: '',
    });
    const groups = '\ngroups: [{ name: Pilots, members: "${record.department == \'Pilots\'}" }]\n';
    const { readFileSync } = await import('node:fs');
    place.write('rollcall.yaml', readFileSync(place.path('rollcall.yaml'), 'utf8').trimEnd() + groups);
    place.people([person(1), person(2, { department: 'Pilots' }), person(3)]);
    expect((await place.run('sync', '--quiet')).code).toBe(3);
    expect(names(place.mock)).toEqual(['person2']);
  });
});
