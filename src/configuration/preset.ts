import { ENTERPRISE, isObject, RollcallError } from '../model/index.ts';
import type { Preset } from '../model/index.ts';
import { didYouMean } from '../model/nearest.ts';
import type { ConfigurationDocument } from './document.ts';
import { formatPath, valueAt } from './path.ts';
import type { Path } from './path.ts';

export type Presets = ReadonlyMap<string, Preset>;

/** A configuration as it is read, and the preset that lies under it. */
export interface Underlaid {
  readonly document: ConfigurationDocument;
  readonly preset?: string;
}

/**
 * Lays what a person wrote over the preset that they name under `source.preset`. Maps are merged, everything else takes
 * the preset's place, and `null` takes a part of the preset away. Where something stands is said for either: in the
 * file, or in the preset. Throws `RollcallError('configuration')` where there is no such preset.
 */
export function underlay(document: ConfigurationDocument, presets: Presets): Underlaid {
  const source = valueAt(document.value, ['source']);
  if (!isObject(source) || !Object.hasOwn(source, 'preset')) return { document };
  const preset = chosen(source['preset'], document, presets);
  const { preset: _, ...own } = source;
  const written = { ...(document.value as object), source: own };
  const below = fitting(preset, written);
  const isOwn = (path: Path): boolean => !isBelow(path, below, document.value);
  const file = `preset ${preset.name}`;
  return {
    preset: preset.name,
    document: {
      file: document.file,
      value: merged(below, written),
      locate: (path, offset) =>
        isOwn(path) ? document.locate(path, offset) : { file, path: formatPath(path) },
      locateKey: (path, key) =>
        isOwn([...path, key]) ? document.locateKey(path, key) : { file, path: formatPath(path) },
    },
  };
}

function chosen(name: unknown, document: ConfigurationDocument, presets: Presets): Preset {
  const preset = typeof name === 'string' ? presets.get(name) : undefined;
  if (preset !== undefined) return preset;
  const known = [...presets.keys()];
  const near = typeof name === 'string' ? didYouMean(name, known) : undefined;
  throw new RollcallError('configuration', {
    message: 'there is no preset of this name',
    locus: document.locate(['source', 'preset']),
    hint: near ?? `there are ${known.join(', ')}`,
  });
}

/** The preset as it fits what is laid over it: without options of another connector, and with one name for the extension. */
function fitting({ configuration }: Preset, written: Readonly<Record<string, unknown>>): object {
  const { source, identity, ...rest } = configuration;
  const connector = valueAt(written, ['source', 'connector']);
  const isOther = connector !== undefined && connector !== source.connector;
  const { enterprise, ...attributes } = identity;
  const isLong = valueAt(written, ['identity', ENTERPRISE]) !== undefined;
  return {
    ...rest,
    source: isOther ? { key: source.key } : source,
    identity: isLong && enterprise !== undefined ? { ...attributes, [ENTERPRISE]: enterprise } : identity,
  };
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
