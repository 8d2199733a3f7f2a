import { expect } from 'vitest';
import { ENTERPRISE } from '../../src/model/index.ts';
import type { Resource } from '../../src/model/index.ts';
import { diff } from '../../src/planning/diff.ts';
import { encode } from '../../src/scim/encode.ts';
import { withValueOf } from '../../src/planning/judge.ts';
import { ownName } from '../../src/planning/names.ts';
import { bare, everything, isNamed, mutations, person, wanted } from './cast.ts';
import type { Mutation, Person } from './cast.ts';
import type { Requirement } from './suite.ts';
import type { World } from './world.ts';

/** How many requests that write went to each account, by the key of its person. */
function writesOf(world: World, writes: readonly { readonly path: string }[]): ReadonlyMap<string, number> {
  const keys = new Map([...world.links()].map(([key, { remoteId }]) => [remoteId, key]));
  const counts = new Map<string, number>();
  for (const { path } of writes) {
    const key = keys.get(decodeURIComponent(path.slice(path.lastIndexOf('/') + 1))) ?? path;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

const once = (people: readonly Person[]): ReadonlyMap<string, number> =>
  new Map(people.map(({ key }) => [key, 1]));

/** Names that some services make the same one of. */
const alike = [
  ['ada.king@example.com', 'ada-king@example.com'],
  ['ada.king@example.com', 'ada.king@example.org'],
] as const;

const manages = (profile: World['profile']): boolean => profile.users.writable.includes('enterprise.manager');

/** What a service is told of people, and what becomes of it. */
export const peopleRequirements: readonly Requirement[] = [
  {
    name: 'create: with every attribute, and with none that need not be; one request each',
    holds: async (open, profile) => {
      const world = await open();
      world.people = [
        person(1, everything(1, 0, profile)),
        person(2, everything(2, 1, profile), manages(profile) ? { manager: 'k1' } : {}),
        person(3, bare(3, profile)),
        person(4, withoutPrimary(everything(4, 0, profile))),
        ...laterTypes(profile).map((firstType, at) =>
          person(at + 5, everything(at + 5, 0, profile, firstType)),
        ),
      ];
      const { writes } = await world.arrive();
      expect(writes.map(({ method, path }) => `${method} ${path.slice(path.lastIndexOf('/'))}`)).toEqual(
        world.people.map(() => 'POST /Users'),
      );
      expect(world.service.people().every(({ isMember }) => isMember)).toBe(true);
      await world.settle();
    },
  },
  {
    name: 'a create without what the profile requires is refused, and nobody is taken to be there already',
    holds: async (open, profile) => {
      const world = await open();
      const after = wanted(person(1, bare(1, profile)), profile);
      const { body, ...request } = encode({ kind: 'create', after, changes: [] }, profile)!;
      // RFC 7643 §4.1.1 has the userName required everywhere.
      for (const path of profile.users.required.filter((one) => one !== 'userName')) {
        const outcome = await world.ask((target) =>
          target.send({ ...request, body: lacking(body as Resource, path) }),
        );
        expect(outcome, `without ${path}`).not.toMatchObject({ failure: { code: 'conflict' } });
        // Where it is not refused outright, nobody is let in by it.
        const people = world.service.people().filter(({ isMember, isInvited }) => isMember || isInvited);
        expect(people, `without ${path}`).toEqual([]);
      }
    },
  },
  {
    name: 'update: another value of every attribute, and fewer of several; one request each',
    holds: changes(({ how }) => how !== 'none'),
  },
  {
    name: 'clear: every attribute that need not be there; one request each',
    holds: changes(({ how }) => how === 'none'),
  },
  {
    name: 'update of all at once: one request, and the manager with it',
    holds: async (open, profile) => {
      const world = await open();
      const boss = person(1, everything(1, 0, profile));
      const [one, other] = [person(2, everything(2, 0, profile)), person(3, bare(3, profile))] as const;
      world.people = [boss, one, other];
      await world.arrive();
      const changed = [
        { ...one, attributes: moved(one, everything(2, 1, profile), profile) },
        { ...other, attributes: moved(other, everything(3, 1, profile), profile) },
      ].map((person) => (manages(profile) ? { ...person, manager: boss.key } : person));
      world.people = [boss, ...changed];
      const { writes } = await world.succeed();
      const follow = changed.filter((after, at) => !isSame([one, other][at]!, after, profile));
      expect(writesOf(world, writes)).toEqual(once(follow));
      await world.settle();
      if (!manages(profile)) return;
      world.people = [boss, ...changed.map(({ manager: _, ...person }) => person)];
      const without = await world.succeed();
      expect(writesOf(world, without.writes)).toEqual(once(changed));
      await world.settle();
    },
  },
  {
    name: 'rename: one request, and the name is free for somebody else',
    holds: async (open, profile) => {
      if (isNamed(profile.users.createOnly, 'userName')) return;
      const world = await open();
      const before = person(1, bare(1, profile));
      world.people = [before];
      await world.arrive();
      const renamed = { ...before, attributes: { ...bare(1, profile), ...names(1, profile, 1) } };
      world.people = [renamed];
      const { writes } = await world.succeed();
      expect(writesOf(world, writes)).toEqual(once([renamed]));
      world.compare();
      world.people = [renamed, { ...person(2, before.attributes) }];
      await world.arrive();
      await world.settle();
    },
  },
  {
    name: 'two names that a service makes the same one of: neither is sent, where the profile says so; else they are two',
    holds: async (open, profile) => {
      const { login } = profile.users;
      for (const pair of alike) {
        const world = await open();
        world.people = pair.map((userName, at) => {
          const emails = [{ value: userName, type: 'work', primary: true }];
          return person(at + 1, { ...everything(at + 1, 0, profile), userName, emails });
        });
        const [one, other] = pair.map((name) => (login === undefined ? name : ownName(name, login).name));
        if (one !== other) {
          await world.arrive();
          await world.settle();
          continue;
        }
        const { operations, writes } = await world.sync();
        expect({ operations, writes }).toEqual({ operations: [], writes: [] });
      }
    },
  },
  {
    name: 'deactivate and reactivate: one request each, and what changed in between goes with it',
    holds: async (open, profile) => {
      const world = await open();
      world.people = [person(1, everything(1, 0, profile)), person(2, bare(2, profile))];
      await world.arrive();
      const [one, other] = world.people as readonly [Person, Person];
      const before = world.links();
      world.people = [
        { ...one, status: 'left' },
        { ...other, status: 'left' },
      ];
      const gone = await world.succeed();
      const kind = profile.deactivate.idSurvives ? 'deactivate' : 'delete';
      expect([...gone.operations].sort()).toEqual([`${kind} k1`, `${kind} k2`]);
      expect(gone.writes).toHaveLength(2);
      for (const { remoteId } of before.values())
        expect(world.held(remoteId)?.attributes['active'], 'the id survives').toBe(
          profile.deactivate.idSurvives ? false : undefined,
        );
      await world.settle();
      world.people = [{ ...one, attributes: moved(one, everything(1, 1, profile), profile) }, other];
      const back = await world.arrive();
      if (profile.deactivate.idSurvives) {
        expect([...back.operations].sort()).toEqual(['reactivate k1', 'reactivate k2']);
        expect(back.writes).toHaveLength(2);
        const ids = (links: typeof before) => [...links].map(([key, { remoteId }]) => [key, remoteId]);
        expect(ids(world.links())).toEqual(ids(before));
      }
      await world.settle();
    },
  },
  {
    name: 'somebody is switched off by PUT at a service that has lost its PATCH, where people are changed by PUT',
    holds: async (open, profile) => {
      if (profile.update.method !== 'put') return;
      const world = await open();
      const one = person(1, bare(1, profile));
      world.people = [one];
      await world.arrive();
      const { remoteId } = world.links().get(one.key)!;
      world.service.lose('PATCH');
      world.patience = 600_000;
      world.people = [{ ...one, status: 'left' }];
      const { writes } = await world.sync();
      expect(writes.at(-1)).toMatchObject({ method: 'PUT', status: 200 });
      expect(world.held(remoteId)?.attributes['active']).toBe(false);
    },
  },
  {
    name: 'an invitation is one until it is accepted; what changes meanwhile arrives',
    holds: async (open, profile) => {
      const world = await open();
      const one = person(1, everything(1, 0, profile));
      const leaver = person(2, everything(2, 0, profile));
      world.people = [one, leaver];
      await world.sync();
      for (const { remoteId, state } of world.links().values()) {
        // Rule 14 is for those who cannot be read: an account that is there like any other is one.
        const isReadable = (await world.ask((target) => target.read(remoteId))) !== undefined;
        expect(state, 'invited as long as the service says so').toBe(isReadable ? 'linked' : 'invited');
      }
      const changed = { ...one, attributes: moved(one, everything(1, 1, profile), profile) };
      world.people = [changed, { ...leaver, status: 'left' }];
      const { result } = await world.sync();
      expect(result.failed).toBe(0);
      expect(world.service.people()).toHaveLength(profile.deactivate.idSurvives ? 2 : 1);
      world.service.accept();
      await world.sync();
      await world.settle();
    },
  },
  {
    name: 'somebody who is not active gets an account that is switched off, where the profile says so',
    holds: async (open, profile) => {
      if (!profile.create.inactive) return;
      const world = await open();
      world.settings = { createInactive: true };
      world.people = [person(1, everything(1, 0, profile), { status: 'left' })];
      const { operations } = await world.succeed();
      expect(operations).toEqual(['create k1']);
      expect(world.service.people().map(({ attributes }) => attributes['active'])).toEqual([false]);
      await world.settle();
    },
  },
  {
    name: 'delete: one request, and the account is gone, where the profile says so',
    holds: async (open, profile) => {
      if (!profile.delete) return;
      const world = await open();
      world.settings = { onLeave: 'delete' };
      world.people = [person(1, bare(1, profile)), person(2, bare(2, profile))];
      await world.arrive();
      const [one, other] = world.people as readonly [Person, Person];
      world.people = [one, { ...other, status: 'left' }];
      const { writes } = await world.succeed();
      expect(writes.map(({ method }) => method)).toEqual(['DELETE']);
      expect(world.service.people()).toHaveLength(1);
      await world.settle();
    },
  },
  {
    name: 'a password is set where the profile accepts one, and sent nowhere else',
    holds: async (open, profile) => {
      const world = await open();
      const password = 'correct-Horse-7-staple';
      const one = person(1, everything(1, 0, profile), { password });
      world.people = [one];
      const { writes } = await world.arrive();
      const { userName } = one.attributes as { userName: string };
      const isSet = profile.users.password === 'accepted';
      expect(
        writes.some(({ body }) => Object.keys(body ?? {}).includes('password')),
        'a password is sent',
      ).toBe(isSet);
      if (isSet || world.service.habits.signsInByPassword)
        expect(world.service.signIn(userName, password) ?? true, 'it is the one to sign in with').toBe(true);
      await world.settle();
    },
  },
];

/** From which type on others have to be had, so that somebody has each one that a profile knows. */
function laterTypes({ users: { types = {}, maxValues } }: World['profile']): readonly number[] {
  const firsts = Object.entries(types).flatMap(([name, words]) => {
    const step = Math.min(maxValues[name] ?? 2, 2);
    return Array.from({ length: Math.ceil(words.length / step) }, (_, at) => at * step);
  });
  return [...new Set(firsts)].filter((first) => first > 0);
}

/** The same without what is at a path. */
function lacking(resource: Resource, path: string): Resource {
  const [head = '', ...rest] = path.split('.');
  const { [head]: value, ...others } = resource;
  return rest.length === 0 ? others : { ...others, [head]: lacking(value as Resource, rest.join('.')) };
}

/** The same, and none of several values is said to be the primary one. */
function withoutPrimary(attributes: Resource): Resource {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [
      name,
      Array.isArray(value) ? (value as Resource[]).map(({ primary: _, ...rest }) => rest) : value,
    ]),
  );
}

/** Each change by somebody of their own. */
function changes(isMeant: (mutation: Mutation) => boolean): Requirement['holds'] {
  return async (open, profile) => {
    const world = await open();
    const full = wanted(person(0, everything(0, 0, profile)), profile);
    const all = mutations(full, profile).filter(isMeant);
    const before = all.map((_, at) => person(at + 10, everything(at + 10, 0, profile)));
    world.people = before;
    await world.arrive();
    world.compare();
    const after = before.map((one, at) => ({
      ...one,
      attributes: all[at]!.of(one.attributes, everything(at + 10, 1, profile)),
    }));
    world.people = after;
    const { writes } = await world.succeed();
    // Rule 16: what the service cannot follow is not sent, and stays as it was.
    const cannot = all.map(
      ({ path, how }, at) =>
        isNamed(profile.users.createOnly, path) ||
        (how === 'none' && isNamed(profile.users.lasting ?? [], path)) ||
        isSame(before[at]!, after[at]!, profile),
    );
    expect(writesOf(world, writes)).toEqual(once(before.filter((_, at) => !cannot[at])));
    world.people = world.people.map((one, at) => (cannot[at] ? before[at]! : one));
    await world.settle();
  };
}

/** Whether a target is to hold the same of both. */
function isSame(one: Person, other: Person, profile: World['profile']): boolean {
  return diff(wanted(one, profile, one.manager), wanted(other, profile, other.manager)).length === 0;
}

/** Another userName, and what usually goes with it. */
function names(number: number, profile: World['profile'], look: 0 | 1 = 0): Resource {
  const { userName, name, emails } = everything(number, look, profile) as Required<Record<string, Resource>>;
  return { userName: userName!, name: name!, emails: emails! };
}

/** Other attributes, but for those that the service would not follow. */
export function moved({ attributes }: Person, other: Resource, { users }: World['profile']): Resource {
  return users.createOnly.reduce(
    (kept, path) => withValueOf(kept, attributes, path.replace(/^enterprise\./, `${ENTERPRISE}:`)),
    other,
  );
}
