import type { Configuration, Locus, Template } from '../model/index.ts';

/** Every column that a configuration's expressions read, and where: what a source's header has to name. */
export function columnsOf({
  mapping,
  targets,
}: Pick<Configuration, 'mapping' | 'targets'>): ReadonlyMap<string, readonly Locus[]> {
  const { key, previousKey, attributes, active, manager, password, groups } = mapping;
  const templates = [
    key,
    previousKey,
    attributes,
    active.kind === 'words' ? active.from : active.condition,
    manager,
    password,
    ...groups.map((rule) => (rule.kind === 'list' ? rule.from : rule.members)),
    ...targets.flatMap(({ mapping: own }) => [own.assign, own.map, own.protect]),
  ];
  const columns = new Map<string, Locus[]>();
  for (const template of templates)
    for (const [name, locus] of reads(template)) {
      const known = columns.get(name) ?? [];
      if (!known.some((one) => one.line === locus.line && one.column === locus.column)) known.push(locus);
      columns.set(name, known);
    }
  return columns;
}

function reads(template: Template | undefined): readonly (readonly [string, Locus])[] {
  if (!template) return [];
  if (template.parts) return template.parts.flatMap(reads);
  return template.columns.map((name) => [name, template.locus] as const);
}
