import type { Configuration, GroupRule, Locus, SourceConfiguration, Template } from '../model/index.ts';

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
  return new Set(templatesOf(configuration).flatMap(asks));
}

function templatesOf({ mapping, targets, source }: Mapped): readonly (Template | undefined)[] {
  const { previousKey, attributes, active, manager, password, groups } = mapping;
  const key = source.connector === 'union' ? undefined : mapping.key;
  return [
    ...templatesOfSource(source),
    key,
    previousKey,
    attributes,
    active.kind === 'words' ? active.from : active.condition,
    manager,
    password,
    ...groups.flatMap(templatesOfRule),
    ...targets.flatMap(({ mapping: own }) => [own.assign, own.map, own.protect]),
  ];
}

/** Of several sources each has a key of its own, which it reads for itself. */
function templatesOfSource(source: SourceConfiguration): readonly (Template | undefined)[] {
  const parts = source.connector === 'union' ? source.parts : [];
  return [source.where, source.by, ...parts.flatMap((part) => templatesOfSource(part.source))];
}

function templatesOfRule(rule: GroupRule): readonly Template[] {
  if (rule.kind === 'list') return [rule.from];
  return rule.kind === 'rule' ? [rule.members] : [rule.where, rule.name, rule.members, rule.match];
}

function reads(template: Template | undefined): readonly (readonly [string, Locus])[] {
  if (!template) return [];
  if (template.parts) return template.parts.flatMap(reads);
  return template.columns.map((name) => [name, template.locus] as const);
}

function asks(template: Template | undefined): readonly string[] {
  return template?.parts?.flatMap(asks) ?? template?.asked ?? [];
}
