import type { JsonObject } from '../../model/index.ts';
import { isObject } from '../../model/index.ts';
import type { Shelf } from '../directory/organisation.ts';
import { resolve } from '../filter/path.ts';
import type { AttributePath } from '../filter/path.ts';
import { compared, timeOf } from '../filter/value.ts';
import { invalid, shown } from '../refusal.ts';
import type { CompiledAttribute } from '../schema/compiled.ts';
import type { Exchange } from './exchange.ts';
import { countWhile } from './order.ts';
import type { Ordered, Placed, Position, SortKey } from './order.ts';
import { single } from './parameters.ts';
import { remembered } from './remembered.ts';
import { isEverybodyVisible } from './select.ts';
import type { Part } from './select.ts';
import { viewer } from './view.ts';

/** By what a list is sorted (RFC 7644 §3.4.2.3). */
export interface Sorting {
  /** The attribute as each resource type has it. */
  readonly paths: readonly (AttributePath | undefined)[];
  readonly descending: boolean;
}

/** What is longer is sorted by its beginning, so that a cursor need not carry all of it. */
const LONGEST = 512;

/**
 * `undefined` where no order is asked for, and where the service does not sort. Throws `invalidValue` for an attribute that
 * no type has, that is never returned, or that is complex. RFC 7644 §3.4.2.3 says what may stand there and not what
 * becomes of the rest; of the words in §3.12, table 9, `invalidPath` is for PATCH alone, and `invalidValue` for queries, too.
 */
export function sortingOf({ service, query }: Exchange, shelves: readonly Shelf[]): Sorting | undefined {
  if (!service.features.sort) return undefined;
  const order = single(query, 'sortOrder') ?? 'ascending';
  if (order !== 'ascending' && order !== 'descending')
    throw invalid('invalidValue', `"sortOrder" is "ascending" or "descending", and not ${shown(order)}.`);
  const name = single(query, 'sortBy');
  if (name === undefined) return undefined;
  const paths = shelves.map(({ compiled }) => resolve(compiled, name));
  if (paths.every((path) => path === undefined))
    throw invalid('invalidValue', `There is no attribute ${shown(name)} to sort by.`);
  for (const path of paths) if (path) judge(path, name);
  return { paths, descending: order === 'descending' };
}

function judge(path: AttributePath, name: string): void {
  if (path.attribute.returned === 'never' || path.sub?.returned === 'never')
    throw invalid('invalidValue', `${shown(name)} is never told, and nothing can be sorted by it.`);
  if (compared(path).type === 'complex')
    throw invalid(
      'invalidValue',
      `${shown(name)} is complex: a list is sorted by one of its sub-attributes.`,
    );
}

interface Entry extends Placed {
  readonly place: number;
  readonly key: SortKey;
}

/** Sorted, and where the values are the same, type by type, oldest first. */
export function byValue(exchange: Exchange, parts: readonly Part[], sorting: Sorting): Ordered {
  const { organisation, query } = exchange;
  const make = () => sorted(exchange, parts, sorting);
  const types = parts.map(({ shelf }) => shelf.served.type.name);
  const key = JSON.stringify(['sort', types, query['filter'], query['sortBy'], sorting.descending]);
  const entries = isEverybodyVisible(exchange) ? remembered(organisation, key, make) : make();
  const compare = comparer(sorting);
  return {
    length: entries.length,
    slice: (from, to) => entries.slice(from, to),
    positionAt: (at) => positionOf(entries[at]!),
    countBefore: (position, through) =>
      countWhile(entries, (entry) => {
        const order = compare(positionOf(entry), position);
        return order < 0 || (through && order === 0);
      }),
  };
}

function positionOf({ place, stored, key }: Entry): Position {
  return { place, sequence: stored.sequence, key };
}

function sorted(
  exchange: Exchange,
  parts: readonly Part[],
  { paths, descending }: Sorting,
): readonly Entry[] {
  const entries = parts.flatMap(({ shelf, list }, place) => {
    const path = paths[place];
    const view = viewer(exchange, shelf, path ? [path] : []);
    return list.map((stored): Entry => ({
      shelf,
      stored,
      place,
      key: path && keyOf(view(stored), path),
    }));
  });
  // They come in their order of age, which sorting leaves alone among equals.
  const sign = descending ? -1 : 1;
  return entries.sort((a, b) => sign * compareKeys(a.key, b.key));
}

function comparer({ descending }: Sorting): (a: Position, b: Position) => number {
  const sign = descending ? -1 : 1;
  return (a, b) => sign * compareKeys(a.key, b.key) || a.place - b.place || a.sequence - b.sequence;
}

/** Of several values the primary one, or else the first, is what counts. */
function keyOf(resource: JsonObject, path: AttributePath): SortKey {
  const holder = path.extension === undefined ? resource : resource[path.extension];
  const value: unknown = isObject(holder) ? holder[path.attribute.name] : undefined;
  const one = Array.isArray(value)
    ? ((value as readonly unknown[]).find(isPrimary) ?? (value[0] as unknown))
    : value;
  const last = compared(path);
  if (last === path.attribute) return formOf(one, last);
  return isObject(one) ? formOf(one[last.name], last) : undefined;
}

function isPrimary(value: unknown): boolean {
  return isObject(value) && value['primary'] === true;
}

function formOf(value: unknown, { type, caseExact }: CompiledAttribute): SortKey {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return Number(value);
  if (typeof value !== 'string' || value === '') return undefined;
  if (type === 'dateTime') return timeOf(value);
  return (caseExact ? value : value.toLowerCase()).slice(0, LONGEST);
}

/** Who has no value is last; with "descending", which turns everything round, first. */
function compareKeys(a: SortKey, b: SortKey): number {
  if (a === b) return 0;
  if (a === undefined) return 1;
  if (b === undefined) return -1;
  if (typeof a === 'string' && typeof b === 'string') return compareTexts(a, b);
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return typeof a === 'number' ? -1 : 1;
}

/** By code point, which is no country's order (RFC 7644 §3.4.2.3: no specific locale). */
function compareTexts(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const [one, other] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (one !== other) return rank(one) - rank(other);
  }
  return a.length - b.length;
}

/** Halves of a code point beyond U+FFFF come after every whole one. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
