import { RollcallError } from '../../../src/model/index.ts';
import { didYouMean } from '../../../src/model/nearest.ts';
import { formatPointer, leadsIntoList, leadsTo } from './pointer.ts';
import { quoted } from './record.ts';

/** An object or a list that is open, and around the records or beside them. */
export interface Frame {
  readonly isList: boolean;
  /** How many segments of the pointer lead here; `ASIDE` where none does. */
  readonly matched: number;
  /** Whether the pointer ends here. In a list, the elements are the records then; in an object, it is an error. */
  readonly isTarget: boolean;
  /** Where it begins. */
  readonly line: number;
  /** The first names in an object on the way, and which of them hold lists: for the hint where it ends in vain. */
  readonly names: string[];
  readonly lists: string[];
  /** The name or the index of the value that is next or being read. */
  key: string | number;
  /** Whether the segment that follows here was found. */
  found: boolean;
}

export const ASIDE = -1;
/** How many names are kept for a hint. */
const NAMED = 20;

export function frame(isList: boolean, matched: number, pointer: readonly string[], line: number): Frame {
  const isTarget = matched === pointer.length;
  return { isList, matched, isTarget, line, names: [], lists: [], key: isList ? 0 : '', found: false };
}

/** How many segments lead to the value that is next in the frame. */
export function matchedInside(parent: Frame | undefined, pointer: readonly string[]): number {
  if (parent === undefined) return 0;
  if (parent.matched === ASIDE || parent.isTarget) return ASIDE;
  const segment = pointer[parent.matched];
  const leads = typeof parent.key === 'number' ? leadsTo(segment, parent.key) : segment === parent.key;
  return leads ? parent.matched + 1 : ASIDE;
}

export function locationOf(frames: readonly Frame[]): string {
  return formatPointer(frames.map(({ key }) => key));
}

/** A place in the document, in words. */
export function nameOf(location: string): string {
  return location === '' ? 'the document' : location;
}

/** Notes a name in an object on the way, or a list under it. */
export function note(names: string[], name: string): void {
  if (names.length < NAMED) names.push(name);
}

/** Throws where an object or a list on the way has ended and what the pointer names next was not in it. */
export function requireFound(
  closed: Frame,
  location: string,
  pointer: readonly string[],
  file: string,
): void {
  if (closed.isTarget && !closed.isList) throw notList(closed, location, file);
  if (closed.isTarget || closed.matched === ASIDE || closed.found) return;
  const segment = pointer[closed.matched]!;
  // An empty list has no element that could have what `*` asks for.
  if (segment === '*') return;
  const where = nameOf(location);
  const message = closed.isList
    ? `${where} is a list without an element ${segment}, which \`records\` asks for`
    : `${where} has no name ${quoted(segment)}, which \`records\` asks for`;
  const names = closed.names.map(quoted).join(', ');
  const there = closed.isList
    ? ['The first element is 0, and `*` is all of them']
    : [names === '' ? 'It has no names at all' : `The names there are ${names}`];
  const hint = [didYouMean(segment, closed.names), ...there].filter((part) => part !== undefined).join(' ');
  throw new RollcallError('source', { message, locus: { file, line: closed.line }, hint });
}

function notList(closed: Frame, location: string, file: string): RollcallError {
  const lists = closed.lists.map((name) => `\`records: ${location}${formatPointer([name])}\``);
  const alone = 'if every line is a record, and this is the only one, say `format: ndjson`';
  const names = closed.names.map(quoted).join(', ');
  const there = names === '' ? 'it is empty' : `it has ${names}`;
  const without = location === '' ? `${there}, and no list; ${alone}` : there;
  const hint = lists.length > 0 ? `did you mean ${lists.join(' or ')}?` : without;
  const where = nameOf(location);
  const message = `${where} is an object and not the list of records`;
  return new RollcallError('source', { message, locus: { file, line: closed.line }, hint });
}

/** Throws where a list stands and the pointer goes on with a name. */
export function requireWayIntoList(
  matched: number,
  location: string,
  pointer: readonly string[],
  file: string,
  line: number,
): void {
  if (matched === ASIDE || matched === pointer.length || leadsIntoList(pointer[matched])) return;
  const rest = formatPointer(pointer.slice(matched));
  const where = nameOf(location);
  const hint =
    location === ''
      ? `leave \`records\` out if it is the list of records; \`/*${rest}\` goes through all of its elements`
      : `\`records: ${location}\` if it is the list of records; \`${location}/*${rest}\` goes through all of its elements`;
  const message = `${where} is a list, and \`records\` asks for ${quoted(pointer[matched]!)} in it`;
  throw new RollcallError('source', { message, locus: { file, line }, hint });
}
