import { expect } from 'vitest';
import type { GroupAbilities, ScimRequest } from '../../src/model/index.ts';
import { encodeMembers } from '../../src/scim/group.ts';
import { bare, person } from './cast.ts';
import { ownName } from '../../src/planning/names.ts';
import type { Requirement } from './suite.ts';
import type { Synced, World } from './world.ts';

export type Abilities = Extract<GroupAbilities, { supported: true }>;

/** The groups that a world can have: its own, or those that are there where the service creates none. */
export function available(world: World, { create }: Abilities, count: number): World['groups'] {
  if (create) return Array.from({ length: count }, (_, at) => ({ key: `g${at + 1}`, name: named(at + 1) }));
  const there = world.service.groups().map(({ displayName }) => ({ key: displayName, name: displayName }));
  expect(there, 'a service that creates no groups has some').not.toEqual([]);
  return there.slice(0, count);
}

const named = (what: number | string): string => `Group ${what}`;

/**
 * People come, and the groups with them; where a service has groups that nobody can create, they are taken over when somebody
 * has approved that. Gives the run that filled them.
 */
export async function begin(world: World): Promise<Synced> {
  const { profile, groups } = world;
  if (profile.groups.supported && profile.groups.create) return world.arrive();
  world.groups = [];
  await world.arrive();
  world.groups = groups;
  await world.sync();
  world.approve();
  const taken = await world.sync();
  // Who is in it already is known to the next run.
  const next = await world.succeed();
  return taken.writes.length > 0 ? taken : next;
}

export const requestsFor = (count: number, { members }: Abilities): number =>
  Math.ceil(count / members.perRequest);

/** What a service is told of groups. Where a profile supports none, one requirement says that it is told nothing. */
export const groupRequirements: readonly Requirement[] = [
  {
    name: 'no groups: nothing is said of them, where the profile supports none',
    holds: async (open, profile) => {
      if (profile.groups.supported) return;
      const world = await open();
      world.groups = [{ key: 'g1', name: 'Group 1' }];
      world.people = [person(1, bare(1, profile), { groups: ['g1'] })];
      const { requests } = await world.arrive();
      expect(requests.filter(({ path }) => path.includes('/Groups'))).toEqual([]);
      await world.settle();
    },
  },
  {
    name: 'groups are created, one request each, and filled; with their key where the profile says so',
    holds: withGroups(async (world, abilities) => {
      if (!abilities.create) return isKeyed(world, abilities);
      const { profile } = world;
      world.groups = available(world, abilities, 3);
      world.people = [
        person(1, bare(1, profile), { groups: ['g1', 'g2'] }),
        person(2, bare(2, profile), { groups: ['g1'] }),
      ];
      const { writes } = await world.arrive();
      expect(writes.filter(({ method, path }) => method === 'POST' && path.endsWith('/Groups'))).toHaveLength(
        3,
      );
      const [one, two, three] = world.groups.map(({ name }) => name) as [string, string, string];
      expect(world.memberships()).toEqual({ [one]: ['k1', 'k2'], [two]: ['k1'], [three]: [] });
      for (const attribute of abilities.match) {
        const value = attribute === 'externalId' ? 'g1' : one;
        const found = await world.ask((target) => target.findGroups(attribute, value));
        expect(found, `it is found by ${attribute}`).toHaveLength(1);
      }
      expect(world.service.groups().map(({ externalId }) => externalId)).toEqual(
        abilities.externalId ? ['g1', 'g2', 'g3'] : [undefined, undefined, undefined],
      );
      await world.settle();
    }),
  },
  {
    name: 'a group that is renamed is the same one: one request; or none, where the profile says that it cannot follow',
    holds: withGroups(async (world, abilities) => {
      const { profile } = world;
      const [group] = available(world, abilities, 1);
      world.groups = [group!];
      world.people = [person(1, bare(1, profile), { groups: [group!.key] })];
      await begin(world);
      const before = world.service.groups().find(({ displayName }) => displayName === group!.name);
      world.groups = [{ ...group!, name: named('b') }];
      const { writes } = await world.succeed();
      expect(writes).toHaveLength(abilities.rename ? 1 : 0);
      expect(world.service.groups().find(({ id }) => id === before!.id)).toMatchObject({
        displayName: abilities.rename ? named('b') : group!.name,
      });
      await world.settle();
    }),
  },
  {
    name: 'two groups of whose names a service makes the same one: neither is sent, where the profile says so; else they are two',
    holds: withGroups(async (world, { create, slug }) => {
      if (!create) return;
      const { profile } = world;
      world.groups = ['Sales: EU', 'sales-eu', 'Other'].map((name, at) => ({ key: `g${at + 1}`, name }));
      world.people = [1, 2, 3].map((number) =>
        person(number, bare(number, profile), { groups: [`g${number}`] }),
      );
      await world.arrive();
      const [one, other] = world.groups.map(({ name }) =>
        slug === undefined ? name : ownName(name, slug).name,
      );
      const full = { 'Sales: EU': ['k1'], 'sales-eu': ['k2'], Other: ['k3'] };
      expect(world.memberships()).toEqual(one === other ? { Other: full.Other } : full);
      await world.settle();
      if (one !== other) return;
      // One of them is called otherwise, and both are there with those who are in them.
      world.groups = world.groups.map((group) => (group.key === 'g2' ? { ...group, name: 'Second' } : group));
      await world.succeed();
      expect(world.memberships()).toEqual({ 'Sales: EU': ['k1'], Second: ['k2'], Other: ['k3'] });
      // And back: it keeps the name that it has.
      world.groups = world.groups.map((group) =>
        group.key === 'g2' ? { ...group, name: 'sales-eu' } : group,
      );
      const { writes } = await world.succeed();
      expect(writes).toEqual([]);
    }),
  },
  {
    name: 'a group that is kept in another is a member of it, where the service is documented to have such',
    holds: withGroups(async (world) => {
      if (!world.service.habits.nestsGroups) return;
      const { profile } = world;
      world.directory = [
        { key: 'outer', name: 'Outer', members: ['k1', 'inner'], nested: 'keep' },
        { key: 'inner', name: 'Inner', members: ['k2'], nested: 'keep' },
      ];
      world.people = [person(1, bare(1, profile)), person(2, bare(2, profile))];
      await world.arrive();
      const inner = world.service.groups().find(({ displayName }) => displayName === 'Inner')!;
      const { Outer, ...others } = world.memberships();
      expect([...Outer!].sort()).toEqual([inner.id, 'k1'].sort());
      expect(others).toEqual({ Inner: ['k2'] });
      await world.settle();
    }),
  },
  {
    name: 'members come and go, one request for those who come and one for those who go; a leaver goes too',
    holds: withGroups(async (world, abilities) => {
      const { profile } = world;
      const groups = (world.groups = available(world, abilities, 1));
      const [{ key, name }] = groups as [World['groups'][number]];
      const crew = [1, 2, 3, 4, 5].map((number) => person(number, bare(number, profile)));
      const within = (...numbers: readonly number[]) =>
        crew.map((one, at) => (numbers.includes(at + 1) ? { ...one, groups: [key] } : one));
      world.people = within(1, 2, 3);
      await begin(world);
      expect(world.memberships()[name]).toEqual(['k1', 'k2', 'k3']);
      world.people = within(1, 4, 5);
      const { writes } = await world.succeed();
      expect(writes).toHaveLength(requestsFor(2, abilities) * 2);
      expect(world.memberships()[name]).toEqual(['k1', 'k4', 'k5']);
      await world.settle();
      world.people = within(1, 4, 5).map((one) => (one.key === 'k5' ? { ...one, status: 'left' } : one));
      await world.succeed();
      const left = world.memberships()[name]!.filter((one) => one.startsWith('k'));
      expect(left).toEqual(['k1', 'k4']);
      await world.settle();
      // What it shows of the group is what it was told, whether it shows members or is asked for them.
      const { view, groups: found } = await world.reconcile();
      expect(found.filter(({ situation }) => situation !== 'orphan')).toEqual([]);
      expect(view.groups).toMatchObject({ counts: { inSync: 1 } });
      expect(view.groups!.notReturned).toEqual({});
    }),
  },
  {
    name: 'a member whom somebody else has put in or taken out before us is no trouble',
    holds: withGroups(async (world, abilities) => {
      const { profile } = world;
      const [group] = (world.groups = available(world, abilities, 1));
      const crew = [1, 2].map((number) => person(number, bare(number, profile)));
      const within = crew.map((one) => ({ ...one, groups: [group!.key] }));
      world.people = [within[0]!, crew[1]!];
      await begin(world);
      const { id } = world.service.groups().find(({ displayName }) => displayName === group!.name)!;
      let isQuicker = true;
      world.beforeSend = async (request) => {
        if (!isQuicker || !request.path.endsWith(id)) return;
        isQuicker = false;
        // The very same, by somebody else.
        expect(await world.ask((target) => target.send(request))).toMatchObject({ kind: 'done' });
      };
      for (const people of [within, crew]) {
        isQuicker = true;
        world.people = people;
        const { result } = await world.sync();
        expect({ failed: result.failed, waiting: result.waiting, isQuicker }).toEqual({
          failed: 0,
          waiting: 0,
          isQuicker: false,
        });
        // Who is in it, however often a server says so.
        expect(new Set(world.memberships()[group!.name])).toEqual(
          new Set(people === within ? ['k1', 'k2'] : []),
        );
        await world.settle();
      }
    }),
  },
  {
    name: 'a group that is gone is emptied; and deleted, where that is asked for and the profile says so',
    holds: withGroups(async (world, abilities) => {
      const { profile } = world;
      const groups = (world.groups = available(world, abilities, 2));
      const keys = groups.map(({ key }) => key);
      world.people = [1, 2].map((number) => person(number, bare(number, profile), { groups: keys }));
      await begin(world);
      const [, second] = groups;
      if (second === undefined) return;
      const remain = (world.groups = groups.slice(0, 1));
      const { writes } = await world.succeed();
      expect(writes).toHaveLength(requestsFor(2, abilities));
      expect(world.memberships()).toMatchObject({ [remain[0]!.name]: ['k1', 'k2'], [second.name]: [] });
      await world.settle();
      if (!abilities.delete) return;
      if (!abilities.create) {
        // Rule 13: what was there before us is not ours to delete; that it could be is what the profile says.
        const { id } = world.service.groups()[0]!;
        await write(world, { method: 'DELETE', path: `/Groups/${id}` });
        return;
      }
      world.settings = { groups: { onGone: 'delete', onLeave: 'remove' } };
      const deleted = await world.succeed();
      expect(deleted.writes.map(({ method }) => method)).toEqual(['DELETE']);
      expect(world.service.groups().map(({ displayName }) => displayName)).toEqual([remain[0]!.name]);
      await world.settle();
    }),
  },
  {
    name: 'a group that exists is taken over when somebody says so, and who is in it stays',
    holds: withGroups(async (world, abilities) => {
      if (!abilities.create) return;
      const { profile } = world;
      world.people = [person(1, bare(1, profile), { groups: ['g1'] }), person(2, bare(2, profile))];
      await world.arrive();
      // Somebody else's group, and somebody whom they put into it.
      const id = await write(world, {
        method: 'POST',
        path: '/Groups',
        body: {
          schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
          displayName: named(1),
          members: [],
        },
      });
      await write(
        world,
        encodeMembers('memberAdd', id, [world.links().get('k2')!.remoteId], {
          ...profile,
          groups: abilities,
        }),
      );
      world.groups = available(world, abilities, 1);
      const { writes } = await world.sync();
      expect({ writes, waiting: world.waiting() }).toEqual({
        writes: [],
        waiting: { linkGroup: 1 },
      });
      world.approve();
      await world.sync();
      await world.settle();
      expect(world.memberships()).toEqual({ [named(1)]: ['k1', 'k2'] });
    }),
  },
];

/** Something that is done beside the engine, and has to succeed; the id of what was made. */
async function write(world: World, request: ScimRequest): Promise<string> {
  const made = await world.ask((target) => target.send(request));
  expect(made).toMatchObject({ kind: 'done' });
  return made.kind === 'done' ? (made.remote?.id ?? '') : '';
}

/** A group that nobody can create has what its profile says, too, and is found by it. */
async function isKeyed(world: World, { externalId, match }: Abilities): Promise<void> {
  const { id, displayName } = world.service.groups()[0]!;
  const Operations = [{ op: 'replace', path: 'externalId', value: 'g1' }];
  const body = { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations };
  if (externalId) await write(world, { method: 'PATCH', path: `/Groups/${id}`, body });
  for (const attribute of match) {
    const value = attribute === 'externalId' ? 'g1' : displayName;
    const found = await world.ask((target) => target.findGroups(attribute, value));
    expect(found, `it is found by ${attribute}`).toHaveLength(1);
  }
}

function withGroups(holds: (world: World, abilities: Abilities) => Promise<void>): Requirement['holds'] {
  return async (open, profile) => {
    if (!profile.groups.supported) return;
    const world = await open();
    await holds(world, profile.groups);
  };
}
