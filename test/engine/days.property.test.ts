import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Outcome, ScimRequest } from '../../src/model/index.ts';
import { tries } from '../planning/example.ts';
import { openCompany } from './company.ts';
import type { Company, Person } from './company.ts';

const keys = ['a', 'b', 'c', 'd', 'e', 'f'] as const;

/** What one day brings for one person; what is not named stays as it was. */
const event = fc.record(
  {
    who: fc.constantFrom(...keys),
    status: fc.constantFrom('active', 'active', 'active', 'left', 'gone fishing'),
    isThere: fc.constantFrom(true, true, false),
    title: fc.constantFrom('', 'Dr', 'dr', 'Professor'),
    boss: fc.constantFrom('', ...keys, 'nobody'),
    userSuffix: fc.constantFrom('', '.new', '.NEW'),
  },
  { requiredKeys: ['who'] },
);
type Event = typeof event extends fc.Arbitrary<infer T> ? T : never;
const days = fc.array(fc.array(event, { maxLength: 4 }), { minLength: 1, maxLength: 6 });
/** Of each request in turn, what becomes of it. */
const luck = fc.array(
  fc.constantFrom('good', 'good', 'good', 'busy', 'lost before', 'lost after', 'lost after'),
  {
    maxLength: 40,
  },
);

/** Days on which a target that was out of order the day before still is. */
const deafness = fc.array(fc.boolean(), { minLength: 6, maxLength: 6 });

interface World {
  readonly company: Company;
  readonly people: Map<string, Person & { isThere: string }>;
}

function open(): World {
  const people = new Map(
    keys.map((id) => [id, { id, user: id, status: 'active', title: '', boss: '', isThere: 'yes' }] as const),
  );
  const company = openCompany([...people.values()]);
  company.configuration = {
    ...company.configuration,
    source: { ...company.configuration.source, limits: { shrunk: 100, rejected: 100, floor: 0 } },
  };
  return { company, people: new Map(people) };
}

function live({ company, people }: World, events: readonly Event[]): void {
  for (const { who, status, isThere, title, boss, userSuffix } of events) {
    const before = people.get(who)!;
    people.set(who, {
      ...before,
      ...(status !== undefined && { status }),
      ...(isThere !== undefined && { isThere: isThere ? 'yes' : 'no' }),
      ...(title !== undefined && { title }),
      ...(boss !== undefined && { boss }),
      ...(userSuffix !== undefined && { user: `${who}${userSuffix}` }),
    });
  }
  company.people = [...people.values()].filter((one) => one.isThere === 'yes');
}

/** Who has to be on, off, or is left as they were. */
function judge({ company, people }: World, wereOn: ReadonlySet<string>): void {
  const byKey = new Map(
    Object.values(company.directory.content()).map((one) => [one['externalId'] as string, one]),
  );
  for (const [key, one] of people) {
    const account = byKey.get(key);
    const isRejected = one.isThere === 'yes' && one['status'] === 'gone fishing';
    const isHere = one.isThere === 'yes' && one['status'] === 'active';
    if (isRejected) expect([key, account?.['active'] === true]).toEqual([key, wereOn.has(key)]);
    else expect([key, account?.['active'] === true]).toEqual([key, isHere]);
    if (!isHere || account === undefined) continue;
    expect(account).toMatchObject({
      userName: expect.stringMatching(new RegExp(`^${one['user']}$`, 'i')) as string,
    });
    expect([key, account['title'] ?? '']).toEqual([key, one['title']]);
  }
}

function isOn(company: Company): ReadonlySet<string> {
  const all = Object.values(company.directory.content());
  return new Set(all.filter(({ active }) => active === true).map((one) => one['externalId'] as string));
}

describe('day by day', () => {
  test('everybody is as the source says, what is unknown stays, and a second plan is empty', async () => {
    await fc.assert(
      fc.asyncProperty(days, async (all) => {
        const world = open();
        for (const events of all) {
          const wereOn = isOn(world.company);
          live(world, events);
          await world.company.sync();
          judge(world, wereOn);
          const sent = world.company.directory.log.length;
          const { view } = await world.company.sync();
          expect(view.operations).toEqual([]);
          expect(world.company.directory.log).toHaveLength(sent);
        }
      }),
      tries(15),
    );
  });

  test('whatever becomes of the requests, in the end it is the same, and nobody is created twice', async () => {
    await fc.assert(
      fc.asyncProperty(days, luck, deafness, async (all, fates, deaf) => {
        const world = open();
        const { company } = world;
        const left = [...fates];
        let isLosing = false;
        company.directory.before = (request) => {
          const fate = isLosing ? 'good' : (left.shift() ?? 'good');
          if (fate === 'good') return undefined;
          if (fate === 'busy')
            return { kind: 'failed', failure: { class: 'transient', code: 'server', message: 'busy' } };
          if (fate === 'lost after') {
            isLosing = true;
            carryOut(company, request);
            isLosing = false;
          }
          // Whatever cut the answer off may also keep us from asking, for the rest of the day and longer.
          company.directory.trouble = { class: 'transient', code: 'server', message: 'busy' };
          return {
            kind: 'failed',
            failure: { class: 'unanswered', code: 'unreachable', message: 'cut off' },
          };
        };
        for (const [day, events] of all.entries()) {
          live(world, events);
          if (deaf[day] !== true) company.directory.trouble = undefined;
          await company.sync();
        }
        left.length = 0;
        company.directory.trouble = undefined;
        for (const [key, one] of world.people)
          if (one['status'] === 'gone fishing') world.people.set(key, { ...one, status: 'active' });
        live(world, []);
        for (let run = 0; run < 3; run++) {
          company.now += 24 * 60 * 60 * 1000;
          await company.sync();
        }
        judge(world, new Set());
        expect((await company.sync()).view).toMatchObject({ operations: [], leftOut: {} });
        const created = Object.values(company.directory.content()).map((one) => one['externalId']);
        expect(new Set(created).size).toBe(created.length);
      }),
      tries(15),
    );
  });
});

/** The request arrives, and only its answer is lost. */
function carryOut(company: Company, request: ScimRequest): void {
  const answered: Promise<Outcome> = company.directory.open('app').send(request);
  void answered;
}
