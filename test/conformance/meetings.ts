import { expect } from 'vitest';
import { betterProfile, isDiscoverable, resourcesIn } from '../../src/scim/discovery.ts';
import { encode } from '../../src/scim/encode.ts';
import { profiles } from '../../connectors/targets/profiles.ts';
import { TargetError } from '../../src/model/index.ts';
import type { Listing, MatchAttribute, Remote, Resource } from '../../src/model/index.ts';
import { diff } from '../../src/planning/diff.ts';
import { bare, everything, person, wanted } from './cast.ts';
import type { Person } from './cast.ts';
import { available, begin, requestsFor } from './groups.ts';
import { moved } from './people.ts';
import type { Requirement } from './suite.ts';
import type { ScimTarget } from '../../src/scim/target.ts';
import type { World } from './world.ts';

const nameOf = (by: MatchAttribute): string => (by === 'emails.value' ? 'emails' : by);

const firstOf = ({ emails }: Resource): string => (emails as { value: string }[])[0]!.value;

/** SCIM users who are at the service before, as a client with this profile would have said them. */
const users = (people: readonly Person[], profile: World['profile']): Resource[] =>
  people.map((one) => wanted(one, profile));

/** Everybody whom the list shows, and whether it claims to be whole. */
async function listed(target: ScimTarget): Promise<{ readonly shown: Remote[]; readonly listing: Listing }> {
  const shown: Remote[] = [];
  const pages = target.list();
  for (;;) {
    const step = await pages.next();
    if (step.done) return { shown, listing: step.value };
    shown.push(...step.value);
  }
}

/** What is there already, and what refuses. */
export const meetingRequirements: readonly Requirement[] = [
  {
    name: 'accounts that exist are found, each by what it is looked up by, and taken over when somebody says so',
    holds: async (open, profile) => {
      const people = profile.users.match.map((_, at) => person(at + 1, everything(at + 1, 0, profile)));
      const ours = users(people, profile);
      const world = await open({
        // They agree in nothing but what they are looked up by.
        people: users(
          people.map((_, at) => person(at + 100, everything(at + 100, 0, profile))),
          profile,
        ).map((user, at): Resource => {
          const name = nameOf(profile.users.match[at]!);
          return { ...user, [name]: ours[at]![name]! };
        }),
      });
      // Where a service makes one of another, such as the name of the address, it can be found by that one alone.
      const there = world.service.people().map(({ attributes }) => attributes);
      world.people = people.filter((_, at) => {
        const name = nameOf(profile.users.match[at]!);
        return there.some((held) => diff({ [name]: held[name]! }, { [name]: ours[at]![name]! }).length === 0);
      });
      for (const attribute of profile.users.match) {
        const { attributes } = world.people[0]!;
        const value = attribute === 'emails.value' ? firstOf(attributes) : (attributes[attribute] ?? 'k1');
        // Who is found is one thing; to be asked is another, at a service that takes some filters alone.
        await world.ask((target) => target.find(attribute, value as string));
      }
      const { writes, operations } = await world.sync();
      expect({ writes, operations: [...operations].sort() }).toEqual({
        writes: [],
        operations: world.people.map(({ key }) => `link ${key}`),
      });
      world.approve();
      await world.sync();
      await world.succeed();
      expect(world.service.people()).toHaveLength(people.length);
      if (profile.users.createOnly.length === 0) await world.settle();
    },
  },
  {
    name: 'a list is taken for whole where everybody is in it; where somebody may not be, a reconciliation says so',
    holds: async (open, profile) => {
      // One more than a page, or than the one answer can hold.
      const people = users(
        Array.from({ length: profile.list.pageSize + 1 }, (_, at) => person(at + 1, bare(at + 1, profile))),
        profile,
      );
      const full = await open({ people });
      const { shown, listing } = await full.ask(listed);
      const there = new Set(full.service.people().map(({ id }) => id));
      // A list that shows somebody who is not there is no list, and can say of itself what it likes.
      if (shown.every(({ id }) => there.has(id)))
        expect(listing.complete).toBe(shown.length === people.length);
      if (profile.list.provesAbsence) expect(listing.complete, listing.reason).toBe(true);
      const [one, other] = people as [Resource, Resource];
      const lacking = await open({ people: [one], unlisted: [other] });
      const names = new Set((await lacking.ask(listed)).shown.map(({ userName }) => userName?.toLowerCase()));
      const { view } = await lacking.reconcile();
      const isAll = lacking.service
        .people()
        .every(({ attributes }) => names.has((attributes['userName'] as string).toLowerCase()));
      expect(view.complete).toBe(isAll);
    },
  },
  {
    name: 'many accounts that exist are read page by page and taken over; 250 of them join a group at once, and go',
    holds: async (open, profile) => {
      const { groups, list } = profile;
      const count = groups.supported || list.provesAbsence ? 250 : 10;
      const many = Array.from({ length: count }, (_, at) => person(at + 1, bare(at + 1, profile)));
      const world = await open({ people: users(many, profile) });
      world.people = many;
      const { operations, requests } = await world.sync();
      expect(operations).toHaveLength(count);
      expect(operations.every((one) => one.startsWith('link '))).toBe(true);
      if (list.provesAbsence)
        expect(requests.length, 'one request for each page').toBeLessThanOrEqual(
          Math.ceil(count / list.pageSize) + 1,
        );
      world.approve();
      await world.sync();
      expect(world.service.people()).toHaveLength(count);
      await world.settle();
      if (!groups.supported) return;
      const [group] = (world.groups = available(world, groups, 1));
      const within = (few: number) =>
        many.map((one, at) => (at < few ? { ...one, groups: [group!.key] } : one));
      world.people = within(count);
      const full = await begin(world);
      expect(full.writes).toHaveLength(requestsFor(count, groups) + (groups.create ? 1 : 0));
      expect(world.memberships()[group!.name]).toHaveLength(count);
      world.people = within(1);
      const emptied = await world.succeed();
      expect(emptied.writes).toHaveLength(requestsFor(count - 1, groups));
      expect(world.memberships()[group!.name]).toEqual(['k1']);
      await world.settle();
    },
  },
  {
    name: 'a create that meets somebody is refused in the service’s own form, changes nothing there, and names them',
    holds: async (open, profile) => {
      const world = await open();
      world.people = [person(1, bare(1, profile)), person(2, bare(2, profile))];
      // They say of themselves what we would: some services look at nothing but externalId.
      const stranger = person(1, bare(1, profile));
      let isThere = false;
      world.beforeSend = async (request) => {
        if (isThere || request.method !== 'POST') return;
        isThere = true;
        // Between the plan and its first request, somebody else creates them.
        const after = wanted(stranger, profile);
        const body = encode({ kind: 'create', after, changes: [] }, profile);
        const made = await world.ask((target) => target.send(body!));
        expect(made).toMatchObject({ kind: 'done' });
        world.service.accept();
      };
      const { result, writes } = await world.sync();
      expect(result.failed).toBe(1);
      expect(world.troubles()).toMatchObject([{ key: 'k1', state: 'failed', rule: 'conflict' }]);
      expect(writes.every(({ method }) => method === 'POST')).toBe(true);
      expect(world.service.people()).toHaveLength(2);
      // The next plan sees the account, and offers to take it over.
      world.wait();
      const { operations } = await world.sync();
      expect(operations).toEqual(['link k1']);
      world.approve();
      await world.sync();
      await world.succeed();
      await world.settle();
    },
  },
  {
    name: 'a create whose answer is lost is found, and is no second account',
    holds: async (open, profile) => {
      const world = await open();
      world.people = [person(1, everything(1, 0, profile))];
      if (!world.service.loseAnswer('POST')) return;
      const asked = [...(await world.sync()).requests, ...(await world.sync()).requests].map(
        ({ method }) => method,
      );
      // Who cannot be found is not looked for.
      if (!profile.create.invitedReadable)
        expect(asked.slice(asked.indexOf('POST'))).toEqual(['POST', 'POST']);
      world.service.accept();
      await world.sync();
      await world.succeed();
      expect(world.service.people()).toHaveLength(1);
      await world.settle();
    },
  },
  {
    name: 'a credential that will not do is the trouble of the target, and nobody is blamed',
    holds: async (open, profile) => {
      const world = await open();
      for (const token of world.service.strangers) {
        world.token = token;
        world.people = [person(1, bare(1, profile))];
        const { result } = await world.sync();
        expect({ state: result.state, failed: result.failed }).toEqual({ state: 'failed', failed: 0 });
        expect(world.troubles().filter(({ state }) => state === 'failed')).toEqual([]);
        const refused = await world.ask((target) => target.probe()).catch((error: unknown) => error);
        expect(refused, 'the probe needs the credential').toBeInstanceOf(TargetError);
        expect((refused as TargetError).failure.class).toBe('target');
      }
      world.token = world.service.token;
      await world.arrive();
      await world.settle();
    },
  },
  {
    name: 'somebody whom the service keeps is a trouble of their own, and others leave, where it keeps some',
    holds: async (open, profile) => {
      const [one, other] = [1, 2].map((number) => person(number, bare(number, profile)));
      const world = await open({ people: users([other!], profile), kept: users([one!], profile) });
      if (!world.service.habits.keepsSome) return;
      world.people = [one!, other!];
      await world.sync();
      world.approve();
      await world.sync();
      await world.succeed();
      world.people = [one!, other!].map((person) => ({ ...person, status: 'left' }));
      const { result } = await world.sync();
      expect(result.state).not.toBe('failed');
      const active = world.service.people().filter(({ attributes }) => attributes['active'] === true);
      expect(active).toHaveLength(result.failed);
      expect(world.troubles().map(({ key }) => key)).toEqual(result.failed === 0 ? [] : ['k1']);
    },
  },
  {
    name: 'a change that is answered well and not carried out is none, where the service is known for that',
    holds: async (open, profile) => {
      const world = await open();
      if (!world.service.habits.mayLie) return;
      const before = person(1, everything(1, 0, profile));
      world.people = [before];
      await world.arrive();
      world.service.lie();
      world.people = [{ ...before, attributes: moved(before, everything(1, 1, profile), profile) }];
      const { result } = await world.sync();
      expect(result.failed).toBe(1);
      expect(world.troubles()).toMatchObject([{ key: 'k1', state: 'failed' }]);
      world.wait();
      await world.succeed();
      await world.settle();
    },
  },
  {
    name: 'a service that is full is tried again later',
    holds: async (open, profile) => {
      const world = await open({ limit: 1 });
      world.people = [person(1, bare(1, profile))];
      await world.arrive();
      world.people = [...world.people, person(2, bare(2, profile))];
      const { result } = await world.sync();
      expect(result.failed, 'nothing has failed for good').toBe(0);
    },
  },
  {
    name: 'the probe and the discovery documents are what the profile says',
    holds: async (open, profile) => {
      const world = await open({
        people: users(
          [1, 2].map((number) => person(number, bare(number, profile))),
          profile,
        ),
      });
      const probed = await fetch(world.service.url + profile.probe, {
        headers: { authorization: `Bearer ${world.token}` },
      });
      // It costs the least: at most one of those who are there comes along, and nobody who is not.
      const ids = (resourcesIn(await probed.json().catch(() => [])) ?? []).map(({ id }) => id);
      expect(ids.length).toBeLessThanOrEqual(1);
      expect(ids.filter((id) => world.held(id as string) === undefined)).toEqual([]);
      await world.ask(async (target) => {
        expect((await target.probe()).status).toBeLessThan(300);
        const discovery = await target.discover();
        // What is served and documented nowhere, a profile does not say (law 4).
        if (profile.discovery) {
          expect(isDiscoverable(discovery), 'it can be discovered').toBe(true);
          expect(discovery.serviceProviderConfig, 'its configuration is where it should be').toBeDefined();
        }
        if (profile.variant?.root !== undefined) expect(discovery.root).toBe(profile.variant.root);
        expect(betterProfile(discovery, profile, profiles().values())?.name).toBeUndefined();
      });
    },
  },
];
