import { columnReference } from './starter-columns.ts';

/** What a file of people looks like, as far as a configuration has to say it. */
export interface Shape {
  readonly connector: 'csv' | 'ldif' | 'json';
  /** Of JSON: where the list of records is, and the way to each name that stands further inside a record. */
  readonly records?: string;
  readonly paths?: ReadonlyMap<string, readonly string[]>;
  /** Of a directory: the object class of people, and the groups beside them. */
  readonly where?: string;
  readonly group?: { readonly objectClass: string; readonly members: string; readonly match: string };
}

/** How expressions name what is in a record. */
export interface Words {
  /** Something that a record may not have. */
  readonly of: (column: string) => string;
  /** Something that every record has. */
  readonly needed: (column: string) => string;
  readonly groupsOf: (column: string) => string;
  /** The words of a column that says yes or no. */
  readonly booleans: string;
}

const textual = "on: ['true', 'yes', 'y', '1'], off: ['false', 'no', 'n', '0']";

export function wordsOf({ connector, paths }: Shape): Words {
  switch (connector) {
    case 'csv':
      return {
        of: columnReference,
        needed: columnReference,
        groupsOf: (column) => `split(${columnReference(column)}, ";")`,
        booleans: textual,
      };
    case 'ldif':
      return {
        of: (column) => `first(${got('record', column)})`,
        // The bytes of Active Directory's own key, as the text that everybody knows it by.
        needed: (column) =>
          /^objectguid$/i.test(column)
            ? `guid(${columnReference(column)})`
            : `first(${columnReference(column)})`,
        groupsOf: (column) => `default(${got('record', column)}, []).map(dn, rdnValue(dn, "cn"))`,
        booleans: textual,
      };
    case 'json': {
      const way = (column: string): readonly string[] => paths?.get(column) ?? [column];
      return {
        of: (column) => way(column).reduce(got, 'record'),
        needed: (column) =>
          way(column).length === 1 ? columnReference(column) : way(column).reduce(got, 'record'),
        groupsOf: (column) => `default(${way(column).reduce(got, 'record')}, [])`,
        booleans: 'on: [true], off: [false]',
      };
    }
  }
}

function got(of: string, name: string): string {
  return `get(${of}, ${JSON.stringify(name)})`;
}
