import type { Directory } from '../description.ts';
import type { Shelf } from '../directory/organisation.ts';
import type { Stored } from '../directory/resources.ts';
import { attributesOf } from '../directory/write.ts';
import { matches } from '../filter/match.ts';
import { parseFilter } from '../filter/parse.ts';
import type { Filter } from '../filter/parse.ts';
import { invalid, shown } from '../refusal.ts';
import type { Answer, Exchange } from './exchange.ts';
import { answerOne, representer, whole } from './represent.ts';
import { heldOf, isVisible, located } from './shelf.ts';
import { unchanged } from './version.ts';

const LIST = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';

/** GET with an id (RFC 7644 §3.4.1). */
export function read(exchange: Exchange, shelf: Shelf): Answer {
  const stored = located(exchange, shelf);
  return unchanged(exchange, stored) ?? answerOne(exchange, shelf, stored);
}

/** GET on the endpoint: filtered, and paged by index (RFC 7644 §3.4.2). */
export function list(exchange: Exchange, shelf: Shelf): Answer {
  const { hooks } = shelf.served;
  if (hooks?.list)
    return { status: 200, body: JSON.stringify(hooks.list(exchange.query, directoryOf(exchange, shelf))) };
  const found = selected(exchange, shelf);
  const { startIndex, count } = paging(exchange, shelf);
  const page = found.slice(startIndex - 1, startIndex - 1 + count);
  const texts = page.map(representer(exchange, shelf));
  const body =
    `{"schemas":["${LIST}"],"totalResults":${found.length},"startIndex":${startIndex},` +
    `"itemsPerPage":${page.length},"Resources":[${texts.join(',')}]}`;
  return { status: 200, body };
}

/** RFC 7644 §3.4.2.4: below 1 is 1, a negative count is 0; the service's own maximum holds. */
function paging({ query }: Exchange, { served }: Shelf): { startIndex: number; count: number } {
  const startIndex = integer('startIndex', single(query, 'startIndex')) ?? 1;
  const count = integer('count', single(query, 'count')) ?? served.list.defaultCount;
  return {
    startIndex: Math.max(1, startIndex),
    count: Math.min(Math.max(0, count), served.list.maxCount),
  };
}

function integer(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[+-]?\d{1,15}$/.test(text))
    throw invalid('invalidValue', `"${name}" has to be an integer, not ${shown(text)}.`);
  return Number(text);
}

/** A parameter that is given twice could mean either. */
export function single(query: Exchange['query'], name: string): string | undefined {
  const value = query[name];
  if (value === undefined || typeof value === 'string') return value;
  throw invalid('invalidValue', `The parameter "${name}" is given ${value.length} times.`);
}

function selected(exchange: Exchange, shelf: Shelf): readonly Stored[] {
  const text = single(exchange.query, 'filter');
  if (text === undefined) return visible(exchange, shelf.resources.all());
  const filter = parseFilter(shelf.compiled, text, exchange.service.limits.filterTerms, exchange.service);
  const { candidates, proven } = narrowed(shelf, filter);
  const seen = visible(exchange, candidates);
  if (proven) return seen;
  if (filter.kind === 'compare' && filter.path.attribute.name === 'active') {
    return seen.filter(({ active }) => matches(filter, { active }));
  }
  const withCommon = asksForCommon(filter);
  return seen.filter((stored) =>
    matches(filter, withCommon ? whole(exchange, shelf, stored) : attributesOf(stored)),
  );
}

/** Everybody is visible in most services; the list of a million is then not copied. */
function visible(exchange: Exchange, list: readonly Stored[]): readonly Stored[] {
  const rule = exchange.service.invitations;
  return rule === undefined || rule.readable ? list : list.filter((stored) => isVisible(exchange, stored));
}

/** The few that an index finds for a filter, instead of all; `proven` where nothing is left to compare. */
function narrowed(shelf: Shelf, filter: Filter): { candidates: readonly Stored[]; proven: boolean } {
  const terms = filter.kind === 'and' ? filter.terms : [filter];
  for (const term of terms) {
    const candidates = byIndex(shelf, term);
    if (candidates) return { candidates, proven: term === filter && term.kind === 'compare' };
  }
  return { candidates: shelf.resources.all(), proven: false };
}

function byIndex(shelf: Shelf, term: Filter): readonly Stored[] | undefined {
  if (term.kind === 'values' && term.path.extension === undefined) {
    const inner = term.inner.kind === 'and' ? term.inner.terms : [term.inner];
    for (const one of inner) {
      if (one.kind !== 'compare' || one.operator !== 'eq' || typeof one.value !== 'string') continue;
      const found = shelf.resources.find(`${term.path.attribute.name}.${one.path.attribute.name}`, one.value);
      if (found) return found;
    }
    return undefined;
  }
  if (term.kind !== 'compare' || term.operator !== 'eq' || typeof term.value !== 'string') return undefined;
  const { extension, attribute, sub } = term.path;
  if (extension !== undefined) return undefined;
  if (attribute.name === 'id') {
    const stored = shelf.resources.byId(term.value);
    return stored ? [stored] : [];
  }
  const last = sub ?? attribute.subs?.get('value');
  return shelf.resources.find(last ? `${attribute.name}.${last.name}` : attribute.name, term.value);
}

/** Whether a filter looks at what the service adds to the attributes. */
function asksForCommon(filter: Filter): boolean {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.terms.some(asksForCommon);
    case 'not':
      return asksForCommon(filter.term);
    case 'compare':
    case 'present':
    case 'values':
      return COMMON.has(filter.path.attribute.name);
  }
}
const COMMON: ReadonlySet<string> = new Set(['id', 'schemas', 'meta', 'groups', 'members']);

function directoryOf(exchange: Exchange, shelf: Shelf): Directory {
  return {
    find: (path, value) => visible(exchange, shelf.resources.find(path, value) ?? []).map(heldOf),
    first: (count) => visible(exchange, shelf.resources.all()).slice(0, count).map(heldOf),
  };
}
