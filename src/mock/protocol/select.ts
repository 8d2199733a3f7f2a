import type { Shelf } from '../directory/organisation.ts';
import type { Stored } from '../directory/stored.ts';
import { matches } from '../filter/match.ts';
import { parseRuled } from '../filter/ruled.ts';
import { parseFilter, parseSharedFilter, unknownName } from '../filter/parse.ts';
import type { Filter } from '../filter/parse.ts';
import type { AttributePath } from '../filter/path.ts';
import type { Exchange } from './exchange.ts';
import { isExact, narrowed } from './narrow.ts';
import { single } from './parameters.ts';
import { remembered } from './remembered.ts';
import { isVisible } from './shelf.ts';
import { viewer } from './view.ts';

/** Some resources of one type, oldest first. */
export interface Part {
  readonly shelf: Shelf;
  readonly list: readonly Stored[];
}

/**
 * What a list is about: of each type all resources, or those that pass the filter (RFC 7644 §3.4.2.2). Of several types,
 * one that lacks an attribute of the filter has no value in it (§3.4.2.1). Throws `invalidFilter`.
 */
export function selected(exchange: Exchange, shelves: readonly Shelf[]): readonly Part[] {
  const text = single(exchange.query, 'filter');
  if (text === undefined)
    return shelves.map((shelf) => ({ shelf, list: visible(exchange, shelf.resources.all()) }));
  const filters = filtersOf(exchange, shelves, text);
  return shelves.map((shelf, at) => ({ shelf, list: passing(exchange, shelf, filters[at]!, text) }));
}

function filtersOf(exchange: Exchange, shelves: readonly Shelf[], text: string): readonly Filter[] {
  const { service } = exchange;
  const terms = service.limits.filterTerms;
  const [first, ...others] = shelves;
  if (first && others.length === 0) {
    const { filters: rules } = first.served;
    if (!rules) return [parseFilter(first.compiled, text, terms, service)];
    return [parseRuled(first.compiled, text, terms, service, rules, (id) => isAnywhere(exchange, id))];
  }
  const unknown = shelves.map(() => new Set<string>());
  const filters = shelves.map(({ compiled }, at) =>
    parseSharedFilter(compiled, text, terms, unknown[at]!, service),
  );
  // What no type has at all is a slip, and no question.
  for (const name of unknown[0] ?? []) if (unknown.every((names) => names.has(name))) throw unknownName(name);
  return filters;
}

function isAnywhere({ organisation }: Exchange, id: string): boolean {
  return [...organisation.shelves.values()].some(({ resources }) => resources.byId(id) !== undefined);
}

function passing(exchange: Exchange, shelf: Shelf, filter: Filter, text: string): readonly Stored[] {
  const few = narrowed(exchange.organisation, shelf, filter);
  if (few && (few.length === 0 || isExact(shelf, filter))) return visible(exchange, few);
  const view = viewer(exchange, shelf, pathsIn(filter));
  const look = (list: readonly Stored[]) => list.filter((stored) => matches(filter, view(stored)));
  if (few) return look(visible(exchange, few));
  const all = shelf.resources.all();
  if (!isEverybodyVisible(exchange)) return look(visible(exchange, all));
  const key = JSON.stringify(['filter', shelf.served.type.name, text]);
  return remembered(exchange.organisation, key, () => look(all));
}

/** Everybody is visible in most services; the list of a million is then not copied. */
export function visible(exchange: Exchange, list: readonly Stored[]): readonly Stored[] {
  return isEverybodyVisible(exchange) ? list : list.filter((stored) => isVisible(exchange, stored));
}

export function isEverybodyVisible({ service }: Exchange): boolean {
  return service.invitations === undefined || service.invitations.readable;
}

/** The attributes that a filter looks at. */
function pathsIn(filter: Filter): readonly AttributePath[] {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.terms.flatMap(pathsIn);
    case 'not':
      return pathsIn(filter.term);
    case 'values':
      return pathsIn(filter.inner).map(({ attribute }) => ({ ...filter.path, sub: attribute }));
    case 'compare':
    case 'present':
      return [filter.path];
    case 'constant':
      return [];
  }
}
