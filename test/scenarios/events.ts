import type { Company, Person } from './company.ts';
import { sites } from './company.ts';
import type { Random } from './random.ts';

/** Something that a day brings to the export. It says what it did, or nothing where there was nobody to do it to. */
export type Event = (company: Company, random: Random) => string | undefined;

/** Everything that can happen to people, by name. */
export const events = {
  hire: (company, random) => {
    const hired = Array.from({ length: 1 + random.below(3) }, () => company.hire(random));
    return said('hired', hired);
  },
  hireCycle: (company, random) => {
    const hired = Array.from({ length: 2 + random.below(2) }, () => company.hire(random));
    hired.forEach((one, index) => (one.manager = hired[(index + 1) % hired.length]!.id));
    return said('hired, managers of each other', hired);
  },
  hireUnderNewManager: (company, random) => {
    const boss = company.hire(random);
    return said('hired below somebody new', [boss, company.hire(random, { manager: boss.id })]);
  },
  newManagerForOld: (company, random) =>
    one(company.present(), random, 'gets a manager who is new', (person) => {
      person.manager = company.hire(random).id;
    }),
  rename: (company, random) =>
    one(company.present(), random, 'renamed', (person) => {
      person.login = company.freshLogin();
      if (random.chance(0.7)) person.email = person.login;
      person.last = `${person.last}-Jones`;
    }),
  caseOfLogin: (company, random) =>
    one(company.present(), random, 'login in other letters', (person) => {
      person.login =
        person.login.toUpperCase() === person.login ? person.login.toLowerCase() : person.login.toUpperCase();
      person.email = person.email.toUpperCase();
    }),
  caseOfName: (company, random) =>
    one(company.present(), random, 'name in other letters', (person) => {
      person.last =
        person.last.toUpperCase() === person.last ? person.last.toLowerCase() : person.last.toUpperCase();
    }),
  padded: (company, random) =>
    one(company.present(), random, 'blanks around the cells', (person) => {
      person.login = ` ${person.login.trim()} `;
      person.title = ` ${person.title.trim()}`;
      person.manager = `${person.manager.trim()} `;
      person.status = ` ${person.status.trim().toUpperCase()}`;
    }),
  unpadded: (company, random) =>
    one(
      [...company.people.values()].filter(({ status }) => status.startsWith(' ')),
      random,
      'no blanks any more',
      (person) => {
        person.login = person.login.trim();
        person.status = person.status.trim().toLowerCase();
      },
    ),
  manager: (company, random) =>
    one(company.present(), random, 'another manager', (person) => {
      person.manager = random.pick(company.present()).id;
    }),
  unknownManager: (company, random) =>
    one(company.present(), random, 'a manager whom nobody knows', (person) => {
      person.manager = `X${random.below(1000)}`;
    }),
  ownManager: (company, random) =>
    one(company.present(), random, 'own manager', (person) => {
      person.manager = person.id;
    }),
  managersOfEachOther: (company, random) => {
    const [left, right] = random.some(company.present(), 2);
    if (left === undefined || right === undefined) return undefined;
    left.manager = right.id;
    right.manager = left.id;
    return said('managers of each other', [left, right]);
  },
  noManager: (company, random) =>
    one(company.present(), random, 'no manager', (person) => {
      person.manager = '';
    }),
  move: (company, random) =>
    one(company.present(), random, 'another site', (person) => {
      person.site = random.pick(sites);
    }),
  leaveByStatus: (company, random) =>
    one(company.present(), random, 'left', (person) => {
      person.status = random.pick(['left', 'terminated']);
    }),
  leaveByAbsence: (company, random) =>
    one(company.present(), random, 'in no row', (person) => {
      company.missing.add(person.id);
    }),
  leaveTwice: (company, random) =>
    one(company.left(), random, 'left, and now in no row', (person) => {
      company.missing.add(person.id);
    }),
  returnByStatus: (company, random) =>
    one(company.left(), random, 'back', (person) => {
      person.status = 'active';
      if (random.chance(0.3)) person.title = 'Engineer';
    }),
  returnByRow: (company, random) =>
    one(company.gone(), random, 'in a row again', (person) => {
      company.missing.delete(person.id);
      if (random.chance(0.3)) person.status = random.pick(['active', 'left']);
    }),
  blank: (company, random) =>
    one(company.present(), random, 'emptied cells', (person) => {
      for (const name of random.some(['title', 'phone', 'department', 'first'] as const, 1 + random.below(3)))
        person[name] = '';
    }),
  fill: (company, random) =>
    one(company.present(), random, 'filled cells', (person) => {
      person.title = random.pick(['Engineer', 'Director']);
      person.phone = `+44 20 ${1000 + random.below(9000)}`;
      if (person.first === '') person.first = 'Zoë';
      if (person.department === '') person.department = 'Sales';
    }),
  swap: (company, random) => {
    const [left, right] = random.some(company.present(), 2);
    if (left === undefined || right === undefined) return undefined;
    [left.login, right.login] = [right.login, left.login];
    return said('logins swapped', [left, right]);
  },
  swapOfThree: (company, random) => {
    const three = random.some(company.present(), 3);
    if (three.length < 3) return undefined;
    const logins = three.map(({ login }) => login);
    three.forEach((person, index) => (person.login = logins[(index + 1) % 3]!));
    return said('logins passed round', three);
  },
  nameHandedOn: (company, random) => {
    const [giver, taker] = random.some(company.present(), 2);
    if (giver === undefined || taker === undefined) return undefined;
    taker.login = giver.login;
    giver.login = company.freshLogin();
    return said('login handed on to the second', [giver, taker]);
  },
  nameHandedToHire: (company, random) => {
    if (company.present().length === 0) return undefined;
    const giver = random.pick(company.present());
    const taker = company.hire(random, { login: giver.login });
    giver.login = company.freshLogin();
    return said('login handed on to the second, who is new', [giver, taker]);
  },
  hireOnLeaversName: (company, random) => {
    if (company.present().length < 5) return undefined;
    const leaver = random.pick(company.present());
    if (random.chance(0.5)) company.missing.add(leaver.id);
    else leaver.status = 'left';
    const hired = company.hire(
      random,
      random.chance(0.7) ? { login: leaver.login } : { email: leaver.email },
    );
    return said('the second, who is new, has a name of the first, who left', [leaver, hired]);
  },
  hireOnStrangersName: (company, random) => {
    const login = random.pick(['root@example.com', 'billing@example.com']);
    if (company.present().some((person) => person.login === login)) return undefined;
    return said('the name of an account that nobody made', [company.hire(random, { login })]);
  },
  address: (company, random) =>
    one(company.present(), random, 'another address', (person) => {
      person.email = company.freshLogin();
    }),
  noAddress: (company, random) =>
    one(company.present(), random, 'no address', (person) => {
      person.email = '';
    }),
  hireOnFormersName: (company, random) => {
    const former = [...company.left(), ...company.gone()];
    if (former.length === 0) return undefined;
    const leaver = random.pick(former);
    return said('the second, who is new, has the login of the first, who left before', [
      leaver,
      company.hire(random, { login: leaver.login }),
    ]);
  },
  renumberByRecord: (company, random) => {
    const old = company.present();
    if (old.length === 0) return undefined;
    return said('renumbered in the record', renumbered(company, random.pick(old), true));
  },
  renumberTwice: (company, random) => {
    if (company.present().length === 0) return undefined;
    const pair = renumbered(company, random.pick(company.present()), false);
    return said('renumbered, and the record does not say so', pair);
  },
  /** What `renumberTwice` left open: the record says it now. */
  sayFormer: (company, random) =>
    one(
      company.present().filter(({ id, former }) => former === '' && id.startsWith('N')),
      random,
      'the record says the former key',
      (person) => {
        const old = [...company.people.values()].find(
          ({ id, login }) => id !== person.id && login === person.login && company.missing.has(id),
        );
        person.former = old?.id ?? '';
      },
    ),
  formerStillThere: (company, random) => {
    if (company.present().length === 0) return undefined;
    const old = random.pick(company.present());
    const heir = company.hire(random, { id: company.freshId(), former: old.id });
    if (random.chance(0.6)) {
      heir.login = old.login;
      old.status = 'terminated';
    }
    return said('the second names the first as former key, who is in a row too', [old, heir]);
  },
  oddStatus: (company, random) =>
    one(company.present(), random, 'a status nobody knows', (person) => {
      person.status = random.pick(['actve', 'sabbatical', '']);
    }),
  noLogin: (company, random) =>
    one(company.present(), random, 'no login', (person) => {
      person.login = '';
    }),
  mended: (company, random) => {
    const odd = [...company.people.values()].filter(
      ({ status, login }) => ['actve', 'sabbatical', ''].includes(status) || login === '',
    );
    return one(odd, random, 'mended', (person) => {
      person.status = random.pick(['active', 'active', 'left']);
      if (person.login === '') person.login = company.freshLogin();
    });
  },
  namelessRow: (company, random) =>
    one(company.present(), random, 'a row without its key', (person) => {
      company.nameless.add(person.id);
    }),
  brokenRow: (company, random) =>
    one(company.present(), random, 'a row out of step', (person) => {
      company.broken.add(person.id);
    }),
  rowsMended: (company) => {
    if (company.nameless.size + company.broken.size === 0) return undefined;
    company.nameless.clear();
    company.broken.clear();
    return 'rows mended';
  },
  secondRow: (company, random) =>
    one(company.present(), random, 'in two active rows', (person) => {
      company.extra.push({ ...person, ...(random.chance(0.5) && { title: 'Clerk' }) });
    }),
  formerRow: (company, random) =>
    one(company.present(), random, 'in a row that says left, too', (person) => {
      company.extra.push({ ...person, status: 'left', ...(random.chance(0.5) && { login: '' }) });
    }),
  oddSecondRow: (company, random) =>
    one(company.present(), random, 'in a row with an odd status, too', (person) => {
      company.extra.push({ ...person, status: 'huh' });
    }),
  extraGone: (company) => {
    if (company.extra.length === 0) return undefined;
    company.extra = [];
    return 'second rows gone';
  },
  sameLogin: (company, random) => {
    const [left, right] = random.some(company.present(), 2);
    if (left === undefined || right === undefined) return undefined;
    left.login = right.login.toUpperCase();
    return said('the first has the login of the second', [left, right]);
  },
  hireOnLogin: (company, random) => {
    if (company.present().length === 0) return undefined;
    const other = random.pick(company.present());
    return said('the second, who is new, has the login of the first', [
      other,
      company.hire(random, { login: other.login }),
    ]);
  },
  loginsMended: (company) => {
    const seen = new Set<string>();
    const changed: Person[] = [];
    for (const person of company.people.values()) {
      const name = person.login.trim().toLowerCase();
      if (name !== '' && seen.has(name)) {
        person.login = company.freshLogin();
        changed.push(person);
      }
      seen.add(name);
    }
    return changed.length === 0 ? undefined : said('another login, so that it is theirs alone', changed);
  },
  otherOrder: (company, random) => {
    company.shuffles = true;
    company.columns = random.shuffled(company.columns);
    return 'rows and columns in another order';
  },
} as const satisfies Record<string, Event>;

export type EventName = keyof typeof events;

function one(
  people: readonly Person[],
  random: Random,
  what: string,
  change: (person: Person) => void,
): string | undefined {
  if (people.length === 0) return undefined;
  const person = random.pick(people);
  change(person);
  return said(what, [person]);
}

/** The same person under a new number; the old row is gone. */
function renumbered(company: Company, old: Person, says: boolean): readonly Person[] {
  const now: Person = { ...old, id: company.freshId(), former: says ? old.id : '' };
  company.people.set(now.id, now);
  company.missing.add(old.id);
  for (const person of company.people.values()) if (person.manager === old.id) person.manager = now.id;
  return [old, now];
}

function said(what: string, people: readonly Person[]): string {
  return `${what}: ${people.map(({ id }) => id).join(', ')}`;
}
