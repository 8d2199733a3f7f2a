import { groupsOf } from '../directory/membership.ts';
import type { Organisation, Shelf } from '../directory/organisation.ts';
import type { Stored } from '../directory/stored.ts';
import type { Filter } from '../filter/parse.ts';
import type { AttributePath } from '../filter/path.ts';
import { compared } from '../filter/value.ts';

/**
 * The few among which everybody is whom a filter lets pass, oldest first, as far as an index finds them; `undefined` where
 * all have to be looked at. `within` is the attribute in whose values an inner filter stands.
 */
export function narrowed(
  organisation: Organisation,
  shelf: Shelf,
  filter: Filter,
  within?: AttributePath,
): readonly Stored[] | undefined {
  const narrow = (term: Filter) => narrowed(organisation, shelf, term, within);
  switch (filter.kind) {
    case 'and':
      return shortest(filter.terms.map(narrow));
    case 'or':
      return united(filter.terms.map(narrow));
    case 'values':
      return narrowed(organisation, shelf, filter.inner, filter.path);
    case 'compare': {
      if (filter.operator !== 'eq' || typeof filter.value !== 'string') return undefined;
      const path = within ? { ...within, sub: filter.path.attribute } : filter.path;
      return found(organisation, shelf, path, filter.value);
    }
    case 'constant':
      return filter.passes ? undefined : [];
    case 'not':
    case 'present':
      return undefined;
  }
}

/** Whether an index says everything that this filter asks. */
export function isExact({ compiled }: Shelf, filter: Filter): boolean {
  return filter.kind === 'compare' && compiled.belongings !== filter.path.attribute;
}

function found(
  organisation: Organisation,
  shelf: Shelf,
  path: AttributePath,
  value: string,
): readonly Stored[] | undefined {
  const { attribute } = path;
  const { belongings, common } = shelf.compiled;
  if (path.extension !== undefined) return undefined;
  if (attribute === common.get('id')) {
    const stored = shelf.resources.byId(value);
    return stored ? [stored] : [];
  }
  const last = compared(path);
  // One moment has several texts.
  if (last.type === 'dateTime') return undefined;
  const isGroup = attribute === belongings && last.name === 'value';
  if (isGroup && !shelf.served.type.members) return belonging(organisation, shelf, value, last.caseExact);
  const name = last === attribute ? attribute.name : `${attribute.name}.${last.name}`;
  const list = shelf.resources.find(name, value);
  return list && inOrder(list);
}

/** Who belongs to a group, directly or through a group in it. */
function belonging(
  organisation: Organisation,
  shelf: Shelf,
  value: string,
  caseExact: boolean,
): readonly Stored[] {
  const groups = groupsOf(organisation);
  if (!groups) return [];
  const wanted = value.toLowerCase();
  const isMeant = ({ id }: Stored): boolean => (caseExact ? id === value : id.toLowerCase() === wanted);
  const waiting = groups.resources.all().filter(isMeant);
  const seen = new Set(waiting);
  const people = new Set<Stored>();
  for (let group = waiting.pop(); group; group = waiting.pop()) {
    for (const id of group.members?.types.keys() ?? []) {
      const one = shelf.resources.byId(id);
      if (one) people.add(one);
      const below = groups.resources.byId(id);
      if (!below || seen.has(below)) continue;
      seen.add(below);
      waiting.push(below);
    }
  }
  return inOrder([...people]);
}

function shortest(lists: readonly (readonly Stored[] | undefined)[]): readonly Stored[] | undefined {
  let best: readonly Stored[] | undefined;
  for (const list of lists) if (list && (!best || list.length < best.length)) best = list;
  return best;
}

function united(lists: readonly (readonly Stored[] | undefined)[]): readonly Stored[] | undefined {
  const all = new Set<Stored>();
  for (const list of lists) {
    if (!list) return undefined;
    for (const stored of list) all.add(stored);
  }
  return inOrder([...all]);
}

/** An index has them in the order in which they got the value, a list in the order in which they were made. */
function inOrder(list: readonly Stored[]): readonly Stored[] {
  const isOrdered = list.every((stored, at) => at === 0 || list[at - 1]!.sequence < stored.sequence);
  return isOrdered ? list : [...list].sort((a, b) => a.sequence - b.sequence);
}
