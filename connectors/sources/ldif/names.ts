import type { Columns } from '../unmet.ts';

/**
 * The names that a configuration reads. Names of attributes are the same whatever their case (RFC 4512 §1.4), options
 * included (§2.5), and expressions find an attribute only as they spell it.
 */
export interface Names {
  /** How the configuration spells an attribute, in one way or in several; `undefined` where it does not read it. */
  spellings(name: string): readonly string[] | undefined;
  /** How the file spells a name of the configuration, as far as it was met; most files spell it in one way. */
  readonly inFile: Map<string, string>;
}

export function namesOf(columns: Columns, asked: ReadonlySet<string>): Names {
  const names = new Set([...columns.keys(), ...asked]);
  const spelled = Map.groupBy(names, (name) => name.toLowerCase());
  return { spellings: (name) => spelled.get(name.toLowerCase()), inFile: new Map() };
}

/** What every entry has beside its attributes. */
export const DN = 'dn';

export function isDn(name: string): boolean {
  return name.length === DN.length && name.toLowerCase() === DN;
}
