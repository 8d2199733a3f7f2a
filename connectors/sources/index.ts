import type { GroupRule, Source, SourceConfiguration, SourcePart } from '../../src/model/index.ts';
import { countedSource } from './compose/counted.ts';
import { groupedSource } from './compose/memberships.ts';
import { joinedSource } from './compose/join.ts';
import { unionSource } from './compose/union.ts';
import type { Part } from './compose/union.ts';
import { filteredSource } from './compose/where.ts';
import { csvSource } from './csv.ts';
import { jsonSource } from './json.ts';
import { ldapSource } from './ldap.ts';
import { ldifSource } from './ldif.ts';
import type { SourceEnvironment } from './environment.ts';

export type { SourceEnvironment } from './environment.ts';

/** What is made of the records, as far as a source has to know. */
interface Reads {
  readonly groups?: readonly GroupRule[];
  /** By name of a field: what is read of what stands in it. */
  readonly within?: ReadonlyMap<string, ReadonlySet<string>>;
}

/** The source that a configuration names. A new kind of source gets its line here, and nowhere else. */
export function openSource(
  configuration: SourceConfiguration,
  environment: SourceEnvironment,
  { groups = [], within = new Map() }: Reads = {},
): Source {
  const { where, by } = configuration;
  let source = connect(configuration, environment, { groups, within });
  const records = groups.filter((rule) => rule.kind === 'records');
  // Of sources that are joined, each has its own.
  if (records.length > 0 && configuration.connector !== 'join')
    source = groupedSource(source, records, environment.warn ?? (() => undefined));
  if (where !== undefined) source = filteredSource(source, where);
  if (by !== undefined) source = countedSource(source, by);
  return source;
}

function connect(configuration: SourceConfiguration, environment: SourceEnvironment, reads: Reads): Source {
  switch (configuration.connector) {
    case 'csv':
      return csvSource(configuration.name, configuration.csv, environment);
    case 'ldif':
      return ldifSource(configuration.name, configuration.ldif, environment);
    case 'json':
      return jsonSource(configuration.name, configuration.json, environment);
    case 'ldap':
      return ldapSource(configuration.name, configuration.ldap, environment);
    case 'union':
      return unionSource(
        configuration.name,
        configuration.parts.map((part) => opened(part, environment)),
      );
    case 'join': {
      const { name, authority, with: others } = configuration;
      const { keyed = noPlace, warn = () => undefined } = environment;
      const joined = others.map((part) => ({
        ...opened(part, environment, reads),
        name: part.source.name,
        reads: new Set([...(reads.within?.get(part.source.name) ?? []), ...readByGroups(reads)]),
      }));
      return joinedSource(name, opened(authority, environment), joined, { keyed, warn });
    }
  }
}

/** One of several. What is joined may hold groups; those of a union are looked for in all of it. */
function opened({ source, key }: SourcePart, environment: SourceEnvironment, reads: Reads = {}): Part {
  const own = [key, source.where, source.by].filter((template) => template !== undefined);
  return { source: openSource(source, environment, reads), key, own };
}

function noPlace(): never {
  throw new Error('This source was given no place for what is joined.');
}

/** What rules about records that are groups read, in whichever of the sources those are. */
function readByGroups({ groups = [] }: Reads): readonly string[] {
  return groups.flatMap((rule) =>
    rule.kind === 'records'
      ? [rule.where, rule.name, rule.members, rule.match].flatMap(({ columns, asked = [] }) => [
          ...columns,
          ...asked,
        ])
      : [],
  );
}
