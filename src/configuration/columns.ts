import { MEMBER_OF, WHOLE_RECORD, namesIn, templatesOfRecords } from '../model/index.ts';
import type {
  Configuration,
  Keeping,
  Locus,
  SecretField,
  SourceConfiguration,
  SourcePart,
  Template,
} from '../model/index.ts';

type Mapped = Pick<Configuration, 'mapping' | 'targets' | 'source'>;

/** Every column that a configuration's expressions read, and where: what a source's header has to name. */
export function columnsOf(configuration: Mapped): ReadonlyMap<string, readonly Locus[]> {
  const columns = new Map<string, Locus[]>();
  for (const template of templatesOf(configuration))
    for (const [name, locus] of reads(template)) {
      const known = columns.get(name) ?? [];
      if (!known.some((one) => one.line === locus.line && one.column === locus.column)) known.push(locus);
      columns.set(name, known);
    }
  return columns;
}

/** Every name that its expressions look for in a record, and can do without. */
export function askedOf(configuration: Mapped): ReadonlySet<string> {
  const { source, mapping } = configuration;
  const records = isOfSeveral(source) ? templatesOfRecords(mapping.groups) : [];
  return new Set([...templatesOf(configuration).flatMap(asks), ...records.flatMap(namesIn)]);
}

/** What of a record is kept in the state: what expressions read, and of a password nothing (rule 27). */
export function keepingOf(configuration: Mapped): Keeping {
  const { mapping, source } = configuration;
  const { password, ...rest } = mapping;
  const own = partsOf(source).flatMap((part) => [part.key, part.source.where]);
  const others = [
    ...templatesOf({ ...configuration, mapping: rest }),
    ...own,
    ...templatesOfRecords(mapping.groups),
  ].filter((one) => one !== undefined);
  const secrets = password === undefined ? new Map<string, SecretField>() : secretsOf(password, others);
  if (others.some(readsAll)) return { names: 'all', secrets };
  const joined = source.connector === 'join' ? source.with.map((part) => part.source.name) : [];
  const names = [...others, ...(password ? [password] : [])].flatMap(namesOf);
  return { names: new Set([...names, ...joined, MEMBER_OF, 'dn']), secrets };
}

/** What a password reads, and nothing else does. */
function secretsOf(password: Template, others: readonly Template[]): Keeping['secrets'] {
  const shared = new Set(others.flatMap(namesOf));
  const sharedWithin = new Set(others.flatMap(reaches).map(String));
  const secrets = new Map<string, SecretField>();
  for (const name of readsAll(password) ? [...namesOf(password), WHOLE_RECORD] : namesOf(password)) {
    const isShared = shared.has(name);
    const within = reaches(password).filter(
      (one) => one[0] === name && !(isShared && sharedWithin.has(String(one))),
    );
    if (!isShared || within.length > 0)
      secrets.set(name, { isShared, within: new Set(within.map(([, inner]) => inner)) });
  }
  return secrets;
}

function namesOf(template: Template): readonly string[] {
  return [...reads(template).map(([name]) => name), ...asks(template)];
}

function partsOf(source: SourceConfiguration): readonly SourcePart[] {
  return source.connector === 'union' ? source.parts : source.connector === 'join' ? [source.authority] : [];
}

function readsAll({ parts, readsAll: all = false }: Template): boolean {
  return parts?.some(readsAll) ?? all;
}

/** By name of a field: what expressions read of what stands in it. */
export function withinOf(configuration: Mapped): ReadonlyMap<string, ReadonlySet<string>> {
  const names = new Map<string, Set<string>>();
  for (const [field, name] of templatesOf(configuration).flatMap(reaches)) {
    const known = names.get(field) ?? new Set<string>();
    names.set(field, known.add(name));
  }
  return names;
}

function reaches(template: Template | undefined): readonly (readonly [string, string])[] {
  return template?.parts?.flatMap(reaches) ?? template?.within ?? [];
}

/** Of several sources each has a key and a condition of its own, and in one of them alone may be groups. */
function isOfSeveral({ connector }: SourceConfiguration): boolean {
  return connector === 'union' || connector === 'join';
}

function templatesOf(configuration: Mapped): readonly (Template | undefined)[] {
  const { mapping, targets, source } = configuration;
  const { key, previousKey, attributes, active, manager, password, groups } = mapping;
  return [
    ...(isOfSeveral(source) ? [] : [source.where, source.by, key, ...templatesOfRecords(groups)]),
    previousKey,
    attributes,
    active.kind === 'words' ? active.from : active.condition,
    manager,
    password,
    ...groups.flatMap((rule) =>
      rule.kind === 'list' ? [rule.from] : rule.kind === 'rule' ? [rule.members] : [],
    ),
    ...targets.flatMap(({ mapping: own }) => [own.assign, own.map, own.defaults, own.protect]),
  ];
}

function reads(template: Template | undefined): readonly (readonly [string, Locus])[] {
  if (!template) return [];
  if (template.parts) return template.parts.flatMap(reads);
  return template.columns.map((name) => [name, template.locus] as const);
}

function asks(template: Template | undefined): readonly string[] {
  return template?.parts?.flatMap(asks) ?? template?.asked ?? [];
}
