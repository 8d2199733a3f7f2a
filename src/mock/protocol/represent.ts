import type { Json, JsonObject } from '../../model/index.ts';
import { belongings } from '../directory/membership.ts';
import type { Shelf } from '../directory/organisation.ts';
import type { Stored } from '../directory/resources.ts';
import { ownAttributes } from '../directory/stored.ts';
import { locationOf, present } from '../resource/present.ts';
import { project, projectionOf } from '../resource/project.ts';
import type { Projection } from '../resource/project.ts';
import type { Answer, Exchange } from './exchange.ts';
import { heldOf } from './shelf.ts';

/** The answer to a request for one resource, with its version (RFC 7644 §3.14). */
export function answerOne(
  exchange: Exchange,
  shelf: Shelf,
  stored: Stored,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  const etag = exchange.service.features.etag ? { etag: versionOf(stored) } : {};
  const answer = { status, headers: { ...headers, ...etag } };
  return exchange.bodyless ? answer : { ...answer, body: representer(exchange, shelf)(stored) };
}

/** The answer to a PATCH: the resource, or nothing where the service says nothing. */
export function answerPatched(exchange: Exchange, shelf: Shelf, stored: Stored): Answer {
  // An answer that has to say which attributes has to say them (RFC 7644 §3.5.2).
  const isSilent = shelf.served.patch.answer === 204 && exchange.query['attributes'] === undefined;
  return isSilent
    ? answerOne({ ...exchange, bodyless: true }, shelf, stored, 204)
    : answerOne(exchange, shelf, stored);
}

/**
 * What makes a resource into the JSON text that a client gets: with what the service adds, and of that what the client
 * asked for. Most resources need neither, and their text is passed on as it is kept.
 */
export function representer(exchange: Exchange, shelf: Shelf): (stored: Stored) => string {
  const { type, hooks } = shelf.served;
  if (hooks?.present) return (stored) => JSON.stringify(hooks.present!(heldOf(stored)));
  const projection = projectionFor(exchange, shelf);
  return (stored) => {
    const version = exchange.service.features.etag ? versionOf(stored) : undefined;
    if (projection === undefined && !hasDerived(exchange, shelf, stored))
      return present(stored, type, exchange.base, version);
    const all = whole(exchange, shelf, stored, projection === undefined || wantsDerived(projection, shelf));
    return JSON.stringify(projection === undefined ? all : project(shelf.compiled, all, projection));
  };
}

/** Whether anything of a group's members, or of a person's groups, is asked for: they are costly to put together. */
function wantsDerived({ kind, paths }: Projection, { served, compiled }: Shelf): boolean {
  const name = served.type.members?.attribute ?? compiled.belongings?.name;
  const own = paths.filter((path) => 'attribute' in path && path.attribute.name === name);
  return kind === 'only'
    ? own.length > 0
    : !own.some((path) => 'attribute' in path && path.sub === undefined);
}

function projectionFor({ service, query }: Exchange, { compiled }: Shelf): Projection | undefined {
  return projectionOf(compiled, service.features.projection ? query : {});
}

/** Weak: what a person's groups are may differ between two answers of one version. */
export function versionOf({ sequence, version }: Stored): string {
  return `W/"${sequence}.${version}"`;
}

/** The resource with everything that the service adds to it, which is also what a filter looks at. */
export function whole(exchange: Exchange, shelf: Shelf, stored: Stored, withDerived = true): JsonObject {
  const { schemas, id, meta } = commonOf(exchange, shelf, stored);
  const more = withDerived ? derived(exchange, shelf, stored) : {};
  return { schemas, id, ...ownAttributes(stored), ...more, meta };
}

/** The attributes that every resource has (RFC 7643 §3.1). */
export function commonOf(
  exchange: Exchange,
  shelf: Shelf,
  stored: Stored,
): { readonly schemas: Json; readonly id: string; readonly meta: JsonObject } {
  const { type } = shelf.served;
  const version = exchange.service.features.etag ? { version: versionOf(stored) } : {};
  return {
    schemas: JSON.parse(stored.schemas) as Json,
    id: stored.id,
    meta: {
      resourceType: type.name,
      ...datesOf(stored),
      location: locationOf(stored, type, exchange.base),
      ...version,
    },
  };
}

export function datesOf(stored: Stored): { readonly created: string; readonly lastModified: string } {
  return {
    created: new Date(stored.created).toISOString(),
    lastModified: new Date(stored.modified).toISOString(),
  };
}

function hasDerived({ organisation }: Exchange, shelf: Shelf, stored: Stored): boolean {
  return (
    shelf.served.type.members !== undefined ||
    (shelf.compiled.belongings !== undefined && belongings(organisation, stored.id).length > 0)
  );
}

function derived(exchange: Exchange, shelf: Shelf, stored: Stored): JsonObject {
  if (stored.members) return withNames(exchange, stored);
  const attribute = shelf.compiled.belongings;
  if (!attribute) return {};
  const groups = belongings(exchange.organisation, stored.id);
  const type = [...exchange.organisation.shelves.values()].find(({ served }) => served.type.members);
  if (groups.length === 0 || !type) return {};
  return {
    [attribute.name]: groups.map(({ group, type: kind }) => ({
      value: group.id,
      $ref: locationOf(group, type.served.type, exchange.base),
      ...shownName(group),
      type: kind,
    })),
  };
}

/** Members with the URI and the name that they have now. */
function withNames({ organisation, base }: Exchange, { members }: Stored): JsonObject {
  if (!members || members.types.size === 0) return {};
  const all = Array.from(members.types, ([value, type]) => {
    const shelf = organisation.shelves.get(type);
    const one = shelf?.resources.byId(value);
    if (!shelf || !one) return { value, type };
    return { value, type, $ref: locationOf(one, shelf.served.type, base), ...shownName(one) };
  });
  return { [members.attribute]: all };
}

function shownName(stored: Stored): JsonObject {
  let known = names.get(stored);
  if (known?.version !== stored.version) names.set(stored, (known = readName(stored)));
  return known.shown;
}

function readName(stored: Stored): { version: number; shown: JsonObject } {
  const attributes = ownAttributes(stored);
  const name = attributes['displayName'] ?? attributes['userName'];
  return { version: stored.version, shown: typeof name === 'string' ? { display: name } : {} };
}

/** A list of people shows one group once for each of them, and its text may be long. */
const names = new WeakMap<Stored, { readonly version: number; readonly shown: JsonObject }>();
