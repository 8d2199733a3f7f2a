import type { Preset } from '../model/index.ts';
import { markdownTable } from './markdown.ts';

/** The presets as a table for people, in Markdown: what each one reads, its key, and which words say who is active. */
export function presetTable(presets: ReadonlyMap<string, Preset>): string {
  const rows = [...presets.values()].map(({ name, title, configuration: { source, identity, groups } }) => [
    `\`${name}\``,
    title,
    keyOf(source.key),
    ...(identity.active === true
      ? ['everybody', '']
      : [words(identity.active.on), words(identity.active.off)]),
    groups !== undefined ? 'yes' : source['groups'] === undefined ? '' : 'listed apart',
  ]);
  const header = ['`preset`', 'reads', 'key', 'active', 'not active', 'groups'];
  return markdownTable([header, ...rows]);
}

/** `record.id` of `${record.id}`; of a longer expression the attribute that it looks for. */
function keyOf(expression: string): string {
  const name = /^\$\{record\.(\w+)\}$/.exec(expression)?.[1] ?? /== "(\w+)"/.exec(expression)?.[1];
  return `\`${name ?? expression}\``;
}

function words(list: readonly (string | number | boolean)[]): string {
  return list.map((word) => (word === '' ? 'nothing' : `\`${word}\``)).join(', ');
}
