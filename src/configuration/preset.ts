import { ENTERPRISE, isObject, RollcallError } from '../model/index.ts';
import type { Locus, Preset, Problem } from '../model/index.ts';
import { didYouMean } from '../model/nearest.ts';
import type { ConfigurationDocument } from './document.ts';
import { formatPath, valueAt } from './path.ts';
import type { Path } from './path.ts';

export type Presets = ReadonlyMap<string, Preset>;

/** A configuration as it is read, and the presets that lie under it. */
export interface Underlaid {
  readonly document: ConfigurationDocument;
  /** The name of the preset by that of its source, which is `source` where there is one alone. */
  readonly presets: ReadonlyMap<string, string>;
}

/** A source that names a preset. */
interface Place {
  readonly name: string;
  readonly path: Path;
}

interface Laid extends Place {
  readonly preset: Preset;
}

/**
 * Lays what a person wrote over the presets that they name, under `source.preset` or under that of each of `sources`. Maps
 * are merged, everything else takes the preset's place, and `null` takes a part of the preset away. Where something stands
 * is said for either: in the file, or in the preset. Throws `RollcallError('configuration')` where there is no such preset,
 * and where two of them differ in what a person is.
 */
export function underlay(document: ConfigurationDocument, presets: Presets): Underlaid {
  const problems: Problem[] = [];
  const places = placesOf(document.value);
  const laid = places.flatMap((place) => chosen(place, document, presets, problems));
  const written = withoutPresets(document.value, places);
  const bringing = laid.filter(({ path }) => isOfPeople(path, written));
  const [identity, groups] = (['identity', 'groups'] as const).map((part) =>
    broughtBy(bringing, part, written, (problem, path) =>
      problems.push({ ...problem, locus: document.locate(path) }),
    ),
  );
  if (problems.length > 0) throw new RollcallError('configuration', problems);
  if (laid.length === 0) return { document, presets: new Map() };

  const below: Record<string, unknown> = { ...sourcesOf(laid, written) };
  if (identity) below['identity'] = identity.preset && fittingIdentity(identity.preset, written);
  if (groups) below['groups'] = groups.preset?.configuration.groups;
  const isOwn = (path: Path): boolean => !isBelow(path, below, document.value);
  const presetAt = (path: Path): Locus => {
    const [part, name = part] = path[0] === 'sources' ? path.slice(0, 2) : [path[0]];
    const preset =
      part === 'identity'
        ? identity?.preset
        : part === 'groups'
          ? groups?.preset
          : laid.find((one) => one.name === name)?.preset;
    return { file: `preset ${preset?.name ?? ''}`, path: formatPath(path) };
  };
  return {
    presets: new Map(laid.map(({ name, preset }) => [name, preset.name])),
    document: {
      file: document.file,
      value: merged(below, written),
      locate: (path, offset) => (isOwn(path) ? document.locate(path, offset) : presetAt(path)),
      locateKey: (path, key) =>
        isOwn([...path, key]) ? document.locateKey(path, key) : presetAt([...path, key]),
    },
  };
}

function placesOf(value: unknown): readonly Place[] {
  const sources = valueAt(value, ['sources']);
  const several = isObject(sources) ? Object.keys(sources) : [];
  const all = [
    { name: 'source', path: ['source'] },
    ...several.map((name) => ({ name, path: ['sources', name] })),
  ];
  return all.filter(({ path }) => {
    const source = valueAt(value, path);
    return isObject(source) && Object.hasOwn(source, 'preset');
  });
}

function chosen(
  { name, path }: Place,
  document: ConfigurationDocument,
  presets: Presets,
  problems: Problem[],
): readonly Laid[] {
  const given = valueAt(document.value, [...path, 'preset']);
  const preset = typeof given === 'string' ? presets.get(given) : undefined;
  if (preset !== undefined) return [{ name, path, preset }];
  const known = [...presets.keys()];
  const near = typeof given === 'string' ? didYouMean(given, known) : undefined;
  problems.push({
    message: 'there is no preset of this name',
    locus: document.locate([...path, 'preset']),
    hint: near ?? `there are ${known.join(', ')}`,
  });
  return [];
}

function withoutPresets(value: unknown, places: readonly Place[]): Written {
  const written: Record<string, unknown> = { ...(value as object) };
  if (isObject(written['sources'])) written['sources'] = { ...written['sources'] };
  for (const { path } of places) {
    const { preset: _, ...own } = valueAt(value, path) as { readonly preset: unknown };
    const holder = path.length === 1 ? written : (written['sources'] as Record<string, unknown>);
    holder[path.at(-1)!] = own;
  }
  return written;
}

type Written = Readonly<Record<string, unknown>>;

/**
 * Whether the records of a source are what an identity is made of: those of a source that stands alone, of each part of a
 * union, and of the authority of a join, whose others stand within its records.
 */
function isOfPeople([first, name]: Path, written: Written): boolean {
  if (first === 'source') return true;
  const union = valueAt(written, ['population', 'union']);
  if (Array.isArray(union)) return union.includes(name);
  return valueAt(written, ['population', 'join', 'authority']) === name;
}

type Part = 'identity' | 'groups';

/**
 * Whose identity or groups come along; nobody's where none has any, and no preset where several differ and the
 * configuration has its own: then that stands alone.
 */
function broughtBy(
  bringing: readonly Laid[],
  part: Part,
  written: Written,
  fail: (problem: Omit<Problem, 'locus'>, path: Path) => void,
): { readonly preset?: Preset } | undefined {
  const known = bringing.filter(({ preset }) => preset.configuration[part] !== undefined);
  const [first, ...others] = known;
  if (first === undefined) return undefined;
  const textOf = ({ preset }: Laid): string => JSON.stringify(preset.configuration[part]);
  const other = others.find((one) => textOf(one) !== textOf(first));
  if (other === undefined) return { preset: first.preset };
  if (written[part] !== undefined) return {};
  const [one, two] = [first, other].map(({ preset, name }) => `${preset.name} (${name})`);
  const message =
    part === 'identity'
      ? `the presets ${one} and ${two} make an identity in two ways`
      : `the presets ${one} and ${two} bring groups of two kinds`;
  fail(
    { message, hint: `write ${part}: it takes the place of both; get(record, "x") is for what not all have` },
    [...other.path, 'preset'],
  );
  return {};
}

/** What the presets say of their sources, as it fits what is laid over it: without options of another connector. */
function sourcesOf(laid: readonly Laid[], written: Written): object {
  const fitting = ({ path, preset: { configuration } }: Laid): object => {
    const connector = valueAt(written, [...path, 'connector']);
    const isOther = connector !== undefined && connector !== configuration.source.connector;
    if (isOther) return { key: configuration.source.key };
    // Groups that are listed apart are read where somebody has the files.
    const { groups, ...source } = configuration.source;
    const isWanted = groups !== undefined && valueAt(written, [...path, 'groups']) !== undefined;
    return isWanted ? { ...source, groups } : source;
  };
  const several = laid.filter(({ path }) => path.length > 1).map((one) => [one.name, fitting(one)] as const);
  const single = laid.find(({ path }) => path.length === 1);
  return {
    ...(single && { source: fitting(single) }),
    ...(several.length > 0 && { sources: Object.fromEntries(several) }),
  };
}

/** The identity with one name for the extension: that which is laid over it. */
function fittingIdentity({ configuration }: Preset, written: Written): object {
  const { enterprise, ...attributes } = configuration.identity;
  const isLong = valueAt(written, ['identity', ENTERPRISE]) !== undefined;
  return isLong && enterprise !== undefined
    ? { ...attributes, [ENTERPRISE]: enterprise }
    : configuration.identity;
}

/** Whether what stands at a path of the whole is of the preset: what takes the place of a part of it, does so in all. */
function isBelow(path: Path, below: unknown, above: unknown): boolean {
  const [name, ...rest] = path;
  if (name === undefined || !isObject(below) || !isObject(above)) return false;
  return Object.hasOwn(above, name)
    ? isBelow(rest, below[name], above[name])
    : Object.hasOwn(below, name) && valueAt(below, path) !== undefined;
}

function merged(below: unknown, above: unknown): unknown {
  if (!isObject(below) || !isObject(above)) return above;
  const result: Record<string, unknown> = { ...below };
  for (const [name, value] of Object.entries(above)) {
    if (value === null && Object.hasOwn(below, name)) delete result[name];
    else result[name] = Object.hasOwn(below, name) ? merged(below[name], value) : value;
  }
  return result;
}
