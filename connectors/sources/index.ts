import { namesIn, templatesOfRecords } from '../../src/model/index.ts';
import type {
  GroupRecords,
  GroupRule,
  Keeping,
  Source,
  SourceConfiguration,
  SourcePart,
  SourceRecord,
  Template,
} from '../../src/model/index.ts';
import { deltaSource } from './compose/delta.ts';
import { countedSource } from './compose/counted.ts';
import { groupedSource, isGroup } from './compose/memberships.ts';
import { joinedSource } from './compose/join.ts';
import { withListedGroups } from './compose/listed.ts';
import { unionSource } from './compose/union.ts';
import type { Part } from './compose/union.ts';
import { filteredSource } from './compose/where.ts';
import { csvSource } from './csv.ts';
import { jsonSource } from './json.ts';
import { ldapSource } from './ldap.ts';
import { incrementalSource } from './ldap/incremental.ts';
import { ldifSource } from './ldif.ts';
import type { SourceEnvironment } from './environment.ts';

export type { SourceEnvironment } from './environment.ts';

/** What is made of the records, as far as a source has to know. */
interface Reads {
  readonly groups?: readonly GroupRule[];
  /** What tells a person from all others, and what of a record is kept: where the source has changes. */
  readonly key?: Template;
  readonly keeping?: Keeping;
  /** By name of a field: what is read of what stands in it. */
  readonly within?: ReadonlyMap<string, ReadonlySet<string>>;
}

/** The source that a configuration names. A new kind of source gets its line here, and nowhere else. */
export function openSource(
  configuration: SourceConfiguration,
  environment: SourceEnvironment,
  reads: Reads = {},
): Source {
  if (configuration.isDelta === true) return openDelta(configuration, environment, reads);
  const { groups = [], within = new Map() } = reads;
  const rules = groups.filter((rule) => rule.kind === 'records');
  const whole = open(configuration, environment, { rules, within });
  if (configuration.connector !== 'ldap' || environment.kept === undefined) return whole;
  const { name, ldap } = configuration;
  const { incremental } = ldap;
  if (incremental === undefined) return whole;
  const changesSince = (value: string): Source =>
    changesIn(ldapSource(name, ldap, environment, value), configuration, environment, reads);
  return incrementalSource(whole, changesSince, { ...ldap, incremental }, environment);
}

function openDelta(configuration: SourceConfiguration, environment: SourceEnvironment, reads: Reads): Source {
  const source =
    configuration.connector === 'ldif'
      ? ldifSource(configuration.name, configuration.ldif, environment, true)
      : connect(configuration, environment, { rules: [], within: new Map() });
  return changesIn(source, configuration, environment, reads);
}

function changesIn(
  source: Source,
  { connector, where }: SourceConfiguration,
  environment: SourceEnvironment,
  { groups = [], key, keeping }: Reads,
): Source {
  const { kept, drafts, warn = () => undefined } = environment;
  const rules = groups.filter((rule) => rule.kind === 'records');
  if (key === undefined || keeping === undefined || kept === undefined || drafts === undefined)
    throw new Error('This source was given nothing that its changes could be applied to.');
  const hasEntries = connector === 'ldif' || connector === 'ldap';
  return deltaSource(source, { key, where, rules, hasEntries, keeping, kept, drafts, warn });
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
  if (configuration.groups !== undefined)
    source = withListedGroups(source, configuration.name, configuration.groups, (options) =>
      jsonSource(configuration.name, options, environment),
    );
  if (rules.length > 0 && configuration.connector !== 'join' && !isInUnion)
    source = groupedSource(source, rules, environment.warn ?? (() => undefined));
  const isApart = (record: SourceRecord): boolean => isInUnion && isGroup(rules, record);
  if (where !== undefined) source = filteredSource(source, where, isApart);
  if (by !== undefined) source = countedSource(source, by, isApart);
  return source;
}

function connect(configuration: SourceConfiguration, environment: SourceEnvironment, wanted: Wanted): Source {
  switch (configuration.connector) {
    case 'csv':
      return csvSource(configuration.name, configuration.csv, environment);
    case 'ldif':
      return ldifSource(configuration.name, configuration.ldif, environment);
    case 'json':
      return jsonSource(configuration.name, configuration.json, environment);
    case 'ldap':
      return ldapSource(configuration.name, configuration.ldap, environment);
    case 'union': {
      const part = ({ source, key }: SourcePart): Part =>
        partOf(key, source, open(source, environment, wanted, true));
      return unionSource(configuration.name, configuration.parts.map(part));
    }
    case 'join': {
      const { name, authority, with: others } = configuration;
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

/** One of several. */
function partOf(key: Template, { where, by }: SourceConfiguration, source: Source): Part {
  return { source, key, own: [key, where, by].filter((template) => template !== undefined) };
}

function noPlace(): never {
  throw new Error('This source was given no place for what is joined.');
}
