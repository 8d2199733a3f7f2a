import { person } from '../support/company.ts';
import type { Person } from '../support/company.ts';
import type { Random } from '../scenarios/random.ts';

const departments = ['Engineering', 'Sales', 'Support', 'Finance', 'Legal'];

/** A company in which every few seconds somebody joins, moves, leaves or is back. */
export class Company {
  readonly #random: Random;
  /** It stays about as large, so that what grows is not the company. */
  readonly #count: number;
  #rows: Person[] = [];
  /** Who is not in the file any more, and may come back. */
  readonly #gone: Person[] = [];
  #last = 0;

  constructor(count: number, random: Random) {
    this.#random = random;
    this.#count = count;
    while (this.#rows.length < count) this.#join();
  }

  get rows(): readonly Person[] {
    return this.#rows;
  }

  change(): void {
    const random = this.#random;
    for (let left = 1 + random.below(5); left > 0; left -= 1) {
      const what = random.below(12);
      const isLarge = this.#rows.length > this.#count;
      if (what < 3) this.#leave();
      else if (what < 6 && !isLarge) this.#return();
      else if (what === 6 && !isLarge) this.#join();
      else this.#move();
    }
  }

  #join(): void {
    this.#last += 1;
    this.#rows.push(person(this.#last, { department: this.#random.pick(departments) }));
  }

  #move(): void {
    const random = this.#random;
    const at = random.below(this.#rows.length);
    const [row, manager] = [this.#rows[at]!, random.pick(this.#rows)];
    const changes = [
      { department: random.pick(departments) },
      { last: `${row.last.split('-')[0]}-${random.below(1000)}` },
      { manager: manager.status === 'active' && manager.id !== row.id ? manager.id : '' },
    ];
    this.#rows[at] = { ...row, ...random.pick(changes) };
  }

  /** By the word or by absence. */
  #leave(): void {
    const random = this.#random;
    const at = random.below(this.#rows.length);
    const row = this.#rows[at]!;
    if (random.chance(0.5)) this.#rows[at] = { ...row, status: 'left' };
    else this.#gone.push(...this.#rows.splice(at, 1));
  }

  #return(): void {
    const off = this.#rows.findIndex(({ status }) => status === 'left');
    if (off >= 0) this.#rows[off] = { ...this.#rows[off]!, status: 'active' };
    const [back] = this.#gone.splice(0, 1);
    if (back !== undefined) this.#rows.push({ ...back, status: 'active' });
  }
}
