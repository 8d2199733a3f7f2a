import { resolve } from 'node:path';
import { LISTED_AS, LISTED_GROUP, isObject } from '../model/index.ts';
import type { GroupRule, JsonOptions, ListedGroup, ListedGroups, Locus, Template } from '../model/index.ts';
import type { ListedGroupsText } from './listed-schema.ts';
import type { Path } from './path.ts';
import type { Reading } from './reading.ts';
import type { SourcePlace } from './source-place.ts';
import { constantTemplate } from './template.ts';

interface ListedText {
  readonly mode?: 'full' | 'delta' | undefined;
  readonly groups?: ListedGroupsText | undefined;
}

/** The groups that are listed apart from the people of a source. */
export function listedGroupsOf(
  { mode, groups: text }: ListedText,
  { reading, path: source, folder }: Pick<SourcePlace, 'reading' | 'path' | 'folder'>,
): ListedGroups | undefined {
  if (text === undefined) return undefined;
  const path = [...source, 'groups'];
  if (mode === 'delta')
    reading.problem(
      path,
      'lists of groups are read with everybody, and a delta has only some of them',
      'take out one of the two',
    );
  const [name, match] = ['name', 'match'].map((part) =>
    reading.template([...path, part], { variables: ['record'], wants: 'text' }),
  );
  if (!name || !match) return undefined;
  const { noMore } = text.expect ?? {};
  const { sign } = text.members;
  const options = (part: {
    readonly path: string | readonly string[];
    readonly records?: string | undefined;
  }) =>
    ({
      paths: [part.path].flat().map((one) => resolve(folder, one)),
      records: part.records ?? '',
      format: 'auto',
      expect: noMore === undefined ? {} : { noMore },
    }) satisfies JsonOptions;
  return {
    name,
    match,
    nested: text.nested ?? 'flatten',
    list: options(text),
    members: { ...options(text.members), mayBeEmpty: sign === undefined ? {} : { sign } },
  };
}

/** Where groups are listed apart from people, in one source or in several. */
export function placesOfListedGroups(reading: Reading): readonly Path[] {
  const sources = reading.raw(['sources']);
  const names = isObject(sources) ? Object.keys(sources) : [];
  const all: readonly Path[] = [['source'], ...names.map((name) => ['sources', name])];
  return all.map((path) => [...path, 'groups']).filter((path) => isObject(reading.raw(path)));
}

/** The rules by which the records of those groups are groups. */
export function rulesOfListedGroups(reading: Reading): readonly GroupRule[] {
  const places = placesOfListedGroups(reading);
  const kinds = Map.groupBy(places, (path) =>
    reading.raw([...path, 'nested']) === 'keep' ? 'keep' : 'flatten',
  );
  return [...kinds].map(([nested, [path]]): GroupRule => {
    const locus = reading.document.locate(path!);
    const of = (what: (group: ListedGroup) => unknown): Template =>
      hidden(locus, (record) => {
        const group = record[LISTED_GROUP] as ListedGroup | undefined;
        return group?.nested === nested ? what(group) : undefined;
      });
    return {
      kind: 'records',
      where: of(() => true),
      key: of(({ key }) => key),
      name: of(({ name }) => name),
      members: of(({ members }) => members),
      match: hidden(locus, (record) => record[LISTED_AS]),
      nested,
    };
  });
}

/** What no expression can say: it is asked of no source. */
function hidden(locus: Locus, of: (record: Readonly<Record<string, unknown>>) => unknown): Template {
  return { ...constantTemplate(undefined, 'groups', locus), evaluate: ({ record }) => of(record) };
}
