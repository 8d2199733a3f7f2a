import { expect, test } from 'vitest';
import { openPlace } from './place.ts';
import type { Place } from './place.ts';
import { realProgram } from './program.ts';

/** One day of the list: what it brings, twice, and what it is worth looking at afterwards beside the rules. */
interface Day {
  readonly brings: string;
  readonly events: (place: Place) => void | Promise<void>;
  /** Requests that write, per target. */
  readonly requests: number;
  readonly after?: (place: Place) => void;
}

const days: readonly Day[] = [
  {
    brings: 'two renames',
    events: (place) => {
      rename(place, 'E002', 'Ada-Jones');
      rename(place, 'E003', 'Kay-Smith');
    },
    requests: 2,
  },
  {
    brings: 'two changes of case: one of a login, which is none, and one of a name, which is one',
    events: (place) => {
      place.person('E004').login = place.person('E004').login.toUpperCase();
      place.person('E005').last = place.person('E005').last.toUpperCase();
    },
    requests: 1,
  },
  {
    brings: 'two other managers',
    events: (place) => {
      place.person('E004').manager = 'E002';
      place.person('E005').manager = 'E003';
    },
    requests: 2,
  },
  {
    brings: 'two people out of scope',
    events: (place) => {
      place.person('E006').site = 'Lyon';
      place.person('E007').site = 'Lyon';
    },
    requests: 2,
    after: (place) => expect(place.isOn('cosmo', 'E006')).toBe(false),
  },
  {
    brings: 'and back',
    events: (place) => {
      place.person('E006').site = 'Berlin';
      place.person('E007').site = 'Oslo';
    },
    requests: 2,
    after: (place) => expect(place.isOn('cosmo', 'E007')).toBe(true),
  },
  {
    brings: 'two leavers by status, and two by absence',
    events: (place) => {
      place.person('E008').status = 'left';
      place.person('E009').status = 'terminated';
      place.company.missing.add('E010').add('E011');
    },
    requests: 4,
    after: (place) => expect(['E008', 'E010'].map((key) => place.isOn('other', key))).toEqual([false, false]),
  },
  {
    brings: 'two who return, one of them with another title',
    events: (place) => {
      place.person('E008').status = 'active';
      place.person('E010').title = 'Director';
      place.company.missing.delete('E010');
    },
    requests: 2,
  },
  {
    brings: 'two emptied cells',
    events: (place) => {
      place.person('E004').title = '';
      place.person('E005').phone = '';
      place.person('E005').manager = '';
    },
    requests: 2,
  },
  {
    brings: 'logins that two people swap, and two others: nobody else waits',
    events: (place) => {
      swap(place, 'E002', 'E003');
      swap(place, 'E004', 'E005');
      place.person('E006').title = 'Clerk';
    },
    requests: 1,
  },
  {
    brings: 'the swaps taken back',
    events: (place) => {
      swap(place, 'E002', 'E003');
      swap(place, 'E004', 'E005');
    },
    requests: 0,
  },
  {
    brings: 'two hires on the login of somebody who leaves on the same day, and of somebody who left before',
    events: (place) => {
      place.person('E012').status = 'left';
      place.hire({ id: 'E101', login: place.person('E012').login });
      place.hire({ id: 'E102', login: place.person('E009').login });
    },
    requests: 0,
    after: (place) => {
      expect(place.isOn('cosmo', 'E012')).toBe(true);
      expect(place.isOn('cosmo', 'E102')).toBeUndefined();
    },
  },
  {
    brings: 'logins of their own for the two hires',
    events: (place) => {
      place.person('E101').login = 'e101@example.com';
      place.person('E102').login = 'e102@example.com';
    },
    requests: 3,
  },
  {
    brings: 'two people under another key: one record says so, for the other somebody has to',
    events: (place) => {
      renumber(place, 'E013', 'N13', 'E013');
      renumber(place, 'E014', 'N14', '');
    },
    requests: 1,
    after: (place) => expect(place.isOn('cosmo', 'E014')).toBe(true),
  },
  {
    brings: 'rollcall rekey',
    events: async (place) => {
      expect(await place.world.run('rekey', 'E014', 'N14')).toMatchObject({ code: 0 });
      place.world.rekeyed('E014', 'N14');
    },
    requests: 1,
    after: (place) => expect(place.isOn('cosmo', 'N14')).toBe(true),
  },
];

test(
  'two of each, day by day: what is sent is what the rules want, and a second plan is empty',
  { timeout: 120_000 },
  async (context) => {
    const scope = { without: ['Lyon'] };
    const place = await openPlace(context, {
      people: 16,
      program: realProgram,
      targets: { cosmo: scope, other: scope },
    });
    place.person('E005').phone = '+49 30 555';
    await place.day();
    for (const { brings, events, requests, after } of days) {
      await events(place);
      const since = ['cosmo', 'other'].map((name) => place.journalled(name));
      await place.day();
      const sent = ['cosmo', 'other'].map((name, index) => place.writes(name, since[index]!).length);
      expect([brings, ...sent]).toEqual([brings, requests, requests]);
      after?.(place);
    }
  },
);

function rename(place: Place, key: string, last: string): void {
  const login = `${last.toLowerCase()}@example.com`;
  Object.assign(place.person(key), { last, login, email: login });
}

function swap(place: Place, left: string, right: string): void {
  const [one, other] = [place.person(left), place.person(right)];
  [one.login, other.login] = [other.login, one.login];
}

function renumber(place: Place, old: string, now: string, former: string): void {
  place.hire({ ...place.person(old), id: now, former });
  place.company.missing.add(old);
}
