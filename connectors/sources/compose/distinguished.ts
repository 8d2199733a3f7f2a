import { normalDn } from '../../../src/model/index.ts';
import type { Problem, Source, Template } from '../../../src/model/index.ts';
import { told } from './telling.ts';

/** How many names are looked up; beyond that, it is no slip of a hand that a source would share. */
const LOOKED_UP = 1000;

/** A distinguished name as it is compared (RFC 4514, RFC 4518); `undefined` of what is none. */
export function distinguished(text: string): string | undefined {
  return text.includes('=') ? normalDn(text) : undefined;
}

export function noDn(text: string): string {
  return `${JSON.stringify(text.length > 120 ? `${text.slice(0, 120)}…` : text)} is no DN (RFC 4514)`;
}

/** A member whose name is no DN, in a group that is named by one. */
interface Strange {
  readonly text: string;
  /** The number of the group. */
  readonly group: number;
  readonly message: string;
  readonly problem: Problem;
}

/** Whoever is meant by such a name is in the group all the same, so that it is unknown who is (rule 3). */
export class StrangeNames {
  readonly #names: Strange[] = [];
  readonly #groups = new Set<number>();

  add(one: Strange): void {
    if (this.#names.length >= LOOKED_UP && this.#groups.has(one.group)) return;
    this.#names.push(one);
    this.#groups.add(one.group);
  }

  /** Those that nobody has. Some directories name people and members alike in a way of their own: the source is read for that. */
  async ofNobody(
    source: Source,
    matches: readonly Template[],
    names: Parameters<Source['read']>,
  ): Promise<readonly Strange[]> {
    if (this.#names.length === 0 || this.#names.length > LOOKED_UP) return this.#names;
    const texts = new Set(this.#names.map(({ text }) => text));
    for await (const records of source.read(...names))
      for (const record of records) for (const match of matches) texts.delete(told(match, record) ?? '');
    return this.#names.filter(({ text }) => texts.has(text));
  }
}
