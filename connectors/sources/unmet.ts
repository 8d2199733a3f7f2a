import { RollcallError } from '../../src/model/index.ts';
import type { Locus, Problem } from '../../src/model/index.ts';
import { nearest } from '../../src/model/nearest.ts';

export type Columns = ReadonlyMap<string, readonly Locus[]>;

/** How many names are kept for the hint, of so many records, and how many are told. */
const KEPT = 200;
const LOOKED_AT = 100;
const TOLD = 20;

/**
 * Which names of the configuration no record has had so far. Where no header says what there is, a name that is spelled
 * wrong is known only after the last record. Most files settle it with their first few.
 */
export class Unmet {
  /** Names in the form in which they are compared, with how the configuration spells them. */
  readonly #wanted: Map<string, readonly string[]>;
  readonly #fold: (name: string) => string;
  readonly #seen = new Set<string>();
  #records = 0;

  /** `fold`: names are the same where this makes them the same. */
  constructor(columns: Columns, fold: (name: string) => string = (name) => name) {
    this.#fold = fold;
    this.#wanted = Map.groupBy(columns.keys(), fold);
  }

  /** Whether every name was met, so that no more records need be shown. */
  get isSettled(): boolean {
    return this.#wanted.size === 0;
  }

  /** Those that are still to be met. */
  get names(): Iterable<string> {
    return this.#wanted.keys();
  }

  /** Whether the names of further records may still be of use in a hint. */
  get isCurious(): boolean {
    return this.#records < LOOKED_AT;
  }

  /** The names of a record that could be read. */
  meet(names: Iterable<string>): void {
    const isCurious = this.isCurious;
    this.#records += 1;
    for (const name of names) {
      this.#wanted.delete(this.#fold(name));
      if (isCurious && this.#seen.size < KEPT) this.#seen.add(name);
    }
  }

  /** The names of one that could not be read as a whole: they are there, and nobody is to look for a mistake in them. */
  meetInPart(names: Iterable<string>): void {
    for (const name of names) this.#wanted.delete(this.#fold(name));
  }

  /** Throws with one problem for each place that reads such a name. To be called after a complete read. */
  requireMet(columns: Columns, { file, record, name: kind }: Wording): void {
    // Where no record could be read at all, that is what has to be said.
    if (this.#records === 0) return;
    const problems = [...this.#wanted.values()].flat().flatMap((name) => {
      const message = `no ${record} of ${file} has the ${kind} ${quoted(name)}`;
      const hint = this.#hint(name, record);
      const loci = columns.get(name) ?? [];
      return (loci.length === 0 ? [{ file }] : loci).map((locus): Problem => ({ message, locus, hint }));
    });
    if (problems.length > 0) throw new RollcallError('source', problems);
  }

  #hint(name: string, record: string): string {
    const near = nearest(name, this.#seen);
    const guess = near === undefined ? '' : `did you mean ${quoted(near)}? `;
    const seen = [...this.#seen];
    const more = seen.length > TOLD ? ` and ${seen.length - TOLD} more` : '';
    const known =
      seen.length === 0
        ? 'There are no names at all'
        : `There are ${seen.slice(0, TOLD).map(quoted).join(', ')}${more}`;
    return `${guess}${known}; get(record, ${quoted(name)}) reads what no ${record} needs to have`;
  }
}

interface Wording {
  readonly file: string;
  /** What a record is called, and what a name in it is. */
  readonly record: string;
  readonly name: string;
}

function quoted(name: string): string {
  return JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}…` : name);
}
