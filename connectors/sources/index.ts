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
import { toldSource, withTold } from './compose/told.ts';
import { withListedGroups } from './compose/listed.ts';
import { unionSource } from './compose/union.ts';
import type { Part } from './compose/union.ts';
import { filteredSource } from './compose/where.ts';
import { csvSource } from './csv.ts';
import { jsonSource } from './json.ts';
import { ldapSource } from './ldap.ts';
import { incrementalSource } from './ldap/incremental.ts';
import { ldifSource } from './ldif.ts';
import type { SourceEnvironment, Tellings, ToldOf } from './environment.ts';

export type { EndedTelling, SourceEnvironment, Tellings, ToldOf } from './environment.ts';
export { takenAt } from './taken.ts';

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
  const { groups = [], within = new Map(), key, keeping: { secrets } = NO_SECRETS } = reads;
  const rules = groups.filter((rule) => rule.kind === 'records');
  const whole = open(configuration, environment, { rules, within, key, secrets });
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
      : connect(configuration, environment, { rules: [], within: new Map(), key: reads.key, ...NO_SECRETS });
  return changesIn(source, configuration, environment, {
    ...reads,
    tellings: environment.told?.(configuration.name),
  });
}

/** What was told of people, as changes of a source's records. */
export function openTold(
  configuration: SourceConfiguration,
  told: readonly (ToldOf & { readonly key: string })[],
  environment: SourceEnvironment,
  reads: Reads,
): Source {
  if (reads.key === undefined) throw new Error('What was told has to have keys.');
  // What is told of an entry is a part of it, whatever a file of entries says.
  const source = toldSource(configuration.name, told, reads.key);
  return changesIn(source, configuration, environment, reads, false);
}

function changesIn(
  source: Source,
  { connector, where, name, isPart = false }: SourceConfiguration,
  environment: SourceEnvironment,
  { groups = [], key, keeping, tellings }: Reads & { readonly tellings?: Tellings | undefined },
  hasEntries = connector === 'ldif' || connector === 'ldap',
): Source {
  const { kept, drafts, warn = () => undefined } = environment;
  const rules = groups.filter((rule) => rule.kind === 'records');
  if (key === undefined || keeping === undefined || kept === undefined || drafts === undefined)
    throw new Error('This source was given nothing that its changes could be applied to.');
  const part = isPart ? name : undefined;
  return deltaSource(source, {
    key,
    where,
    rules,
    hasEntries,
    part,
    keeping,
    kept,
    tellings,
    drafts,
    warn,
  });
}

interface Wanted {
  readonly rules: readonly GroupRecords[];
  readonly within: ReadonlyMap<string, ReadonlySet<string>>;
  /** What tells a person from all others in this source. */
  readonly key: Template | undefined;
  readonly secrets: Keeping['secrets'];
}

const NO_SECRETS: Pick<Keeping, 'secrets'> = { secrets: new Map() };

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
  const tellings = wanted.key && environment.told?.(configuration.name);
  if (tellings !== undefined) source = withTold(source, wanted.key!, tellings, wanted.secrets);
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
        partOf(key, source, open(source, environment, { ...wanted, key }, true));
      return unionSource(configuration.name, configuration.parts.map(part));
    }
    case 'join': {
      const { name, authority, with: others } = configuration;
      const { keyed = noPlace, warn = () => undefined } = environment;
      const { rules, within } = wanted;
      const part = ({ source, key }: SourcePart): Part =>
        partOf(key, source, open(source, environment, { ...wanted, key }));
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
