import { columns } from './words.ts';
import type { Export, Row } from './words.ts';
import type { Random } from './random.ts';

export type Person = { -readonly [name in keyof Row]: Row[name] };

export const sites = ['Berlin', 'London', 'Lyon', 'Oslo'];
const departments = ['Sales', 'Engineering', 'Support', 'Legal & Risk', 'Research, Design'];
const titles = ['Engineer', 'Analyst', 'Director', 'Clerk', 'Clerk "B"', ''];
const firstNames = ['Ada', 'Björn', 'Chloé', 'Đorđe', 'Émile', 'Fatma', 'Gráinne', 'आरव', 'Ingrid', '李'];
const lastNames = ["O'Neill", 'Nørgaard', 'van der Berg', 'Smith', 'Çelik', 'Kowalska', 'Ng', '王'];

/** The people as the personnel office has them, with everything that can be wrong with their export. */
export class Company {
  readonly people = new Map<string, Person>();
  /** Keys of people who are in no row today. */
  readonly missing = new Set<string>();
  /** Rows that the export has beside each person's own. */
  extra: Row[] = [];
  /** People whose row came without its key, and people whose row is out of step. */
  readonly nameless = new Set<string>();
  readonly broken = new Set<string>();
  columns: readonly (keyof Row)[] = columns;
  /** Whether the rows come in another order each day. */
  shuffles = false;
  #number = 0;

  constructor(size: number, random: Random) {
    for (let count = 0; count < size; count++) this.hire(random);
  }

  hire(random: Random, changes: Partial<Person> = {}): Person {
    const number = ++this.#number;
    const id = changes.id ?? `E${String(number).padStart(3, '0')}`;
    const login = `user${number}@example.com`;
    const bosses = this.present();
    const person: Person = {
      id,
      former: '',
      status: random.chance(0.9) ? 'active' : 'on leave',
      first: random.pick(firstNames),
      last: random.pick(lastNames),
      login,
      email: login,
      title: random.pick(titles),
      department: random.pick(departments),
      site: random.pick(sites),
      manager: bosses.length > 0 && random.chance(0.8) ? random.pick(bosses).id : '',
      phone: random.chance(0.5) ? `+49 30 5550${number}` : '',
      ...changes,
    };
    this.people.set(id, person);
    return person;
  }

  freshId(): string {
    return `N${String(++this.#number).padStart(3, '0')}`;
  }

  freshLogin(): string {
    return `new${++this.#number}@example.com`;
  }

  /** People with a row that says active in so many words. */
  present(): Person[] {
    return [...this.people.values()].filter(
      (person) => !this.missing.has(person.id) && ['active', 'on leave'].includes(person.status),
    );
  }

  /** People with a row that says left. */
  left(): Person[] {
    return [...this.people.values()].filter(
      (person) => !this.missing.has(person.id) && ['left', 'terminated'].includes(person.status),
    );
  }

  gone(): Person[] {
    return [...this.people.values()].filter((person) => this.missing.has(person.id));
  }

  export(random: Random): Export {
    const rows: Row[] = [];
    const broken: Row[] = [];
    for (const person of this.people.values()) {
      if (this.missing.has(person.id)) continue;
      if (this.broken.has(person.id)) broken.push({ ...person });
      else rows.push(this.nameless.has(person.id) ? { ...person, id: ' ' } : { ...person });
    }
    rows.push(...this.extra);
    return { rows: this.shuffles ? random.shuffled(rows) : rows, broken, columns: this.columns };
  }
}
