import type { Columns } from '../unmet.ts';

/**
 * The names that a configuration reads. Names of attributes are the same whatever their case (RFC 4512 §1.4), options
 * included (§2.5), and expressions find an attribute only as they spell it.
 */
export interface Names {
  /** What an attribute of the file is called: as the configuration spells it, in each of its ways, or else as here. */
  of(name: string): readonly string[];
  /** Whether the configuration reads an attribute of this name. */
  isRead(name: string): boolean;
  /** How the file spells a name of the configuration, as far as it was met; most files spell it in one way. */
  readonly inFile: Map<string, string>;
}

/** So many names are remembered: more than a directory has, and less than a file may hold. */
const REMEMBERED = 10_000;

export function namesOf(columns: Columns, asked: ReadonlySet<string>): Names {
  const spelled = Map.groupBy(new Set([...columns.keys(), ...asked]), (name) => name.toLowerCase());
  const known = new Map<string, readonly string[]>();
  return {
    of(name) {
      const before = known.get(name);
      if (before !== undefined) return before;
      const names = spelled.get(name.toLowerCase()) ?? [name];
      if (known.size < REMEMBERED) known.set(name, names);
      return names;
    },
    isRead: (name) => spelled.has(name.toLowerCase()),
    inFile: new Map(),
  };
}

/** What every entry has beside its attributes. */
export const DN = 'dn';

export function isDn(name: string): boolean {
  return name.length === DN.length && name.toLowerCase() === DN;
}
