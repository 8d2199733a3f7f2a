import { namesIn, templatesOfRecords } from '../../src/model/index.ts';
import type {
  GroupRecords,
  GroupRule,
  Source,
  SourceConfiguration,
  SourcePart,
  SourceRecord,
  Template,
} from '../../src/model/index.ts';
import { countedSource } from './compose/counted.ts';
import { groupedSource, isGroup } from './compose/memberships.ts';
import { joinedSource } from './compose/join.ts';
import { unionSource } from './compose/union.ts';
import type { Part } from './compose/union.ts';
import { filteredSource } from './compose/where.ts';
import type { SourceEnvironment } from './environment.ts';
import { labelOf } from './pages.ts';

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
  const rules = groups.filter((rule) => rule.kind === 'records');
  return open(configuration, environment, { rules, within });
}

interface Wanted {
  readonly rules: readonly GroupRecords[];
  readonly within: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Groups of a union may name people of all of it, so that they are looked for there and left in each of its parts. */
function open(
  configuration: SourceConfiguration,
  environment: SourceEnvironment,
  wanted: Wanted,
  isInUnion = false,
): Source {
  const { where, by } = configuration;
  const { rules } = wanted;
  let source = connect(configuration, environment, wanted);
  if (rules.length > 0 && configuration.connector !== 'join' && !isInUnion)
    source = groupedSource(source, rules, environment.warn ?? (() => undefined));
  const isApart = (record: SourceRecord): boolean => isInUnion && isGroup(rules, record);
  if (where !== undefined) source = filteredSource(source, where, isApart);
  if (by !== undefined) source = countedSource(source, by, isApart);
  return source;
}

function connect(configuration: SourceConfiguration, environment: SourceEnvironment, wanted: Wanted): Source {
  const { name } = configuration;
  switch (configuration.connector) {
    case 'csv': {
      const { csv } = configuration;
      return later({ name, file: csv.path }, async () =>
        (await import('./csv.ts')).csvSource(name, csv, environment),
      );
    }
    case 'ldif': {
      const { ldif } = configuration;
      return later({ name, file: labelOf(ldif.paths) }, async () =>
        (await import('./ldif.ts')).ldifSource(name, ldif, environment),
      );
    }
    case 'json': {
      const { json } = configuration;
      return later({ name, file: labelOf(json.paths) }, async () =>
        (await import('./json.ts')).jsonSource(name, json, environment),
      );
    }
    case 'ldap': {
      const { ldap } = configuration;
      return later({ name, file: ldap.url, isLive: true }, async () =>
        (await import('./ldap.ts')).ldapSource(name, ldap, environment),
      );
    }
    case 'union': {
      const part = ({ source, key }: SourcePart): Part =>
        partOf(key, source, open(source, environment, wanted, true));
      return unionSource(name, configuration.parts.map(part));
    }
    case 'join': {
      const { authority, with: others } = configuration;
      const { keyed = noPlace, warn = () => undefined } = environment;
      const { rules, within } = wanted;
      const part = ({ source, key }: SourcePart): Part =>
        partOf(key, source, open(source, environment, wanted));
      const joined = others.map((other) => ({
        ...part(other),
        name: other.source.name,
        reads: new Set([
          ...(within.get(other.source.name) ?? []),
          ...templatesOfRecords(rules).flatMap(namesIn),
        ]),
      }));
      return joinedSource(name, part(authority), joined, { keyed, warn, hasGroups: rules.length > 0 });
    }
  }
}

/** The reader of one kind of source is loaded when it is read: most have one kind, and most commands should start at once. */
function later(source: Omit<Source, 'read'>, load: () => Promise<Source>): Source {
  return {
    ...source,
    async *read(columns, asked) {
      return yield* (await load()).read(columns, asked);
    },
  };
}

/** One of several. */
function partOf(key: Template, { where, by }: SourceConfiguration, source: Source): Part {
  return { source, key, own: [key, where, by].filter((template) => template !== undefined) };
}

function noPlace(): never {
  throw new Error('This source was given no place for what is joined.');
}
