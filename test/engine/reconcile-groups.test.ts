import { describe, expect, onTestFinished, test } from 'vitest';
import { profiles } from '../../connectors/targets/profiles.ts';
import type { GroupPolicy, Profile, ScimRequest } from '../../src/model/index.ts';
import { bare, person } from '../conformance/cast.ts';
import { playDescribed } from '../conformance/service.ts';
import { World } from '../conformance/world.ts';

const generic = profiles().get('generic')!;
const core = 'urn:ietf:params:scim:schemas:core:2.0:Group';

/** Three people, of whom the first two are in Sales; Board is empty. */
async function opened(profile: Profile = generic, service = 'rfc', policy: Partial<GroupPolicy> = {}) {
  const world = new World(await (await playDescribed(service))(), profile);
  onTestFinished(() => world.close());
  world.settings = { groups: { onGone: 'empty', onLeave: 'remove', ...policy } };
  world.groups = [
    { key: 'sales', name: 'Sales' },
    { key: 'board', name: 'Board' },
  ];
  world.people = [1, 2, 3].map((number) =>
    person(number, bare(number, profile), { groups: number < 3 ? ['sales'] : [] }),
  );
  await world.arrive();
  return world;
}

/** Changes the service behind Rollcall's back. */
const send = (world: World, request: ScimRequest) =>
  world.ask(async (target) => {
    const outcome = await target.send(request);
    expect(outcome).toMatchObject({ kind: 'done' });
    return outcome.kind === 'done' ? (outcome.remote?.id ?? '') : '';
  });
const patch = (world: World, name: string, ...operations: readonly object[]) =>
  send(world, {
    method: 'PATCH',
    path: `/Groups/${groupId(world, name)}`,
    body: {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: operations as never,
    },
  });
const groupId = (world: World, name: string): string =>
  world.service.groups().find(({ displayName }) => displayName === name)!.id;
const idOf = (world: World, key: string): string => world.links().get(key)!.remoteId;
const add = (...ids: readonly string[]) => ({
  op: 'add',
  path: 'members',
  value: ids.map((value) => ({ value })),
});
const remove = (id: string) => ({ op: 'remove', path: `members[value eq "${id}"]` });

async function found(world: World, isRepair = false) {
  const { view, groups, text, json } = await world.reconcile(isRepair);
  return {
    counts: Object.fromEntries(Object.entries(view.groups!.counts).filter(([, number]) => number > 0)),
    notReturned: view.groups!.notReturned,
    complete: view.groups!.complete,
    items: groups.map(({ situation, key, displayName, changes }) => ({
      situation,
      ...(key !== undefined && { key }),
      displayName,
      ...(changes && { changes }),
    })),
    taken: view.taken?.groups,
    text: text.split('\n').filter((line) => /group|not in it|in it as/.test(line)),
    json: json.targets['app']!.groups,
  };
}

describe('a reconciliation of groups', () => {
  test('finds them in sync after a sync, and costs a list and a read of each', async () => {
    const world = await opened();
    const before = world.service.journal().at(-1)!.number;
    expect(await found(world)).toMatchObject({
      counts: { inSync: 2 },
      notReturned: {},
      complete: true,
      items: [],
      text: ['  groups: in sync 2'],
    });
    const asked = world.service.journal(before).map(({ method, path }) => `${method} ${path.split('/')[3]}`);
    expect(asked.sort()).toEqual(['GET Groups', 'GET Groups', 'GET Groups', 'GET Users']);
    await world.settle();
  });

  test('says who is in a group besides, and who is not any more; a repair puts them back, and leaves the others in', async () => {
    const world = await opened();
    await patch(world, 'Sales', remove(idOf(world, 'k1')), add(idOf(world, 'k3')), {
      op: 'replace',
      path: 'displayName',
      value: 'Vendita',
    });
    const drifted = {
      situation: 'drifted',
      key: 'sales',
      displayName: 'Vendita',
      changes: [
        { path: 'displayName', confirmed: 'Sales', live: 'Vendita', policy: 'fix' },
        { path: 'members', confirmed: ['k1'], policy: 'fix' },
        { path: 'members', live: ['k3'], policy: 'report' },
      ],
    };
    expect(await found(world)).toMatchObject({
      counts: { drifted: 1, inSync: 1 },
      items: [drifted],
      text: [
        '  groups: in sync 1 · drifted 1',
        '        not in it any more: k1  to be put right',
        '        in it as well: k3  only told',
      ],
      json: {
        complete: true,
        linked: 2,
        listed: 2,
        counts: { drifted: 1 },
        items: [{ type: 'Group', ...drifted }],
      },
    });
    expect((await world.sync()).operations).toEqual([]);
    expect((await found(world, true)).taken).toEqual({ read: 1, closed: 0, held: [] });
    expect((await world.succeed()).operations).toEqual(['updateGroup sales', 'memberAdd k1']);
    expect(world.memberships()).toEqual({ Sales: ['k1', 'k2', 'k3'], Board: [] });
    expect(await found(world)).toMatchObject({ items: [{ changes: [{ live: ['k3'] }] }] });
  });

  test('takes out whom somebody else put in, where the configuration says so; not who is nobody’s', async () => {
    const world = await opened(generic, 'rfc', { members: 'remove' });
    const stranger = await send(world, {
      method: 'POST',
      path: '/Users',
      body: { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: 'stranger' },
    });
    await patch(world, 'Sales', add(idOf(world, 'k3'), stranger));
    const { items } = await found(world, true);
    expect(items).toMatchObject([
      {
        changes: [
          { path: 'members', live: ['k3'], policy: 'fix' },
          { path: 'members', live: [`${stranger} (nobody's account)`], policy: 'report' },
        ],
      },
    ]);
    expect((await world.succeed()).operations).toEqual(['memberRemove k3']);
    expect(world.memberships()['Sales']).toEqual(['k1', 'k2', stranger].sort());
  });

  test('holds a mass removal by the limit that every plan has', async () => {
    const world = await opened(generic, 'rfc', { members: 'remove' });
    world.settings = { ...world.settings, limits: { memberRemove: { count: 0, floor: 0 } } };
    await patch(world, 'Sales', add(idOf(world, 'k3')));
    await found(world, true);
    await world.sync();
    expect(world.waiting()).toEqual({ memberRemove: 1 });
    expect(world.memberships()['Sales']).toEqual(['k1', 'k2', 'k3']);
  });

  test('makes a group anew that is gone, with everybody in it', async () => {
    const world = await opened();
    await send(world, { method: 'DELETE', path: `/Groups/${groupId(world, 'Sales')}` });
    expect(await found(world)).toMatchObject({
      counts: { missing: 1, inSync: 1 },
      items: [{ situation: 'missing', key: 'sales', displayName: 'Sales' }],
    });
    expect((await found(world, true)).taken).toEqual({ read: 0, closed: 1, held: [] });
    expect((await world.succeed()).operations).toEqual(['createGroup sales', 'memberAdd k1', 'memberAdd k2']);
    expect(world.memberships()).toEqual({ Sales: ['k1', 'k2'], Board: [] });
    await world.settle();
  });

  test('names those that nobody here has, that could be taken over, and that two could be meant by', async () => {
    const world = await opened();
    const make = (displayName: string, externalId: string) =>
      send(world, { method: 'POST', path: '/Groups', body: { schemas: [core], displayName, externalId } });
    await make('Theirs', 'x1');
    await make('New', 'x2');
    await make('Twice', 'x3');
    await make('Twice', 'x4');
    world.groups = [...world.groups, { key: 'new', name: 'New' }, { key: 'two', name: 'Twice' }];
    const { counts, items } = await found(world);
    expect(counts).toEqual({ inSync: 2, orphan: 1, adoptable: 1, disputed: 2 });
    expect(items).toEqual([
      { situation: 'disputed', displayName: 'Twice' },
      { situation: 'disputed', displayName: 'Twice' },
      { situation: 'adoptable', key: 'new', displayName: 'New' },
      { situation: 'orphan', displayName: 'Theirs' },
    ]);
  });

  test('asks person by person who is where, of a service that shows no members', async () => {
    const aws = profiles().get('aws-identity-center')!;
    const world = await opened(aws, 'aws-identity-center');
    expect(await found(world)).toMatchObject({ counts: { inSync: 2 }, notReturned: {} });
    await patch(world, 'Sales', {
      op: 'remove',
      path: 'members',
      value: [{ value: idOf(world, 'k1') }],
    });
    await patch(world, 'Board', add(idOf(world, 'k3')));
    expect((await found(world, true)).items).toMatchObject([
      { key: 'board', changes: [{ path: 'members', live: ['k3'], policy: 'report' }] },
      { key: 'sales', changes: [{ path: 'members', confirmed: ['k1'], policy: 'fix' }] },
    ]);
    expect((await world.succeed()).operations).toEqual(['memberAdd k1']);
    expect(world.memberships()).toEqual({ Sales: ['k1', 'k2'], Board: ['k3'] });
  });

  test('leaves to the state who is in a group that does not say it (rule 3)', async () => {
    const aws = profiles().get('aws-identity-center')!;
    const { groups } = aws;
    if (!groups.supported) throw new Error('it has groups');
    const { query: _, ...members } = groups.members;
    const world = await opened({ ...aws, groups: { ...groups, members } }, 'aws-identity-center');
    await patch(world, 'Sales', {
      op: 'remove',
      path: 'members',
      value: [{ value: idOf(world, 'k1') }],
    });
    expect(await found(world, true)).toMatchObject({
      counts: { inSync: 2 },
      notReturned: { members: 1 },
      taken: { read: 0, closed: 0 },
    });
    expect((await world.succeed()).operations).toEqual([]);
  });

  test('concludes nothing from a group that is shown in part', async () => {
    if (!generic.groups.supported) throw new Error('it has groups');
    const { groups } = generic;
    const world = await opened({
      ...generic,
      groups: { ...groups, members: { ...groups.members, shown: 1 } },
    });
    await patch(world, 'Sales', remove(idOf(world, 'k1')), add(idOf(world, 'k3')));
    const { items, notReturned } = await found(world);
    expect(items).toMatchObject([{ key: 'sales', changes: [{ live: ['k3'] }] }]);
    expect(items[0]!.changes).toHaveLength(1);
    expect(notReturned).toEqual({ members: 1 });
  });
});
