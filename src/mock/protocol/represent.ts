import type { Json, JsonObject } from '../../model/index.ts';
import { groupsOf } from '../directory/membership.ts';
import type { Belonging } from '../directory/membership.ts';
import type { Shelf } from '../directory/organisation.ts';
import type { Stored } from '../directory/stored.ts';
import { heldOf } from '../directory/settle.ts';
import { nameOf, ownAttributes } from '../directory/stored.ts';
import { locationOf, present } from '../resource/present.ts';
import { project, projectionOf } from '../resource/project.ts';
import type { Projection } from '../resource/project.ts';
import type { Answer, Exchange } from './exchange.ts';
import { shownGroups, versionOf } from './version.ts';

/** What the service itself says of a resource, found out once for an answer. */
interface About {
  readonly location: string;
  /** Where the service has versions. */
  readonly version: string | undefined;
  /** The groups that a person's representation shows. */
  readonly groups: readonly Belonging[];
}

/** The answer to a request for one resource, with its version (RFC 7644 §3.14), and with its location if it is new (§3.3). */
export function answerOne(exchange: Exchange, shelf: Shelf, stored: Stored, status = 200): Answer {
  const about = aboutOf(exchange, shelf, stored);
  const { location, version } = about;
  const headers = {
    ...(status === 201 && { location }),
    ...(version !== undefined && { etag: version }),
  };
  if (exchange.bodyless) return { status, headers };
  return { status, headers, body: representer(exchange, shelf)(stored, about) };
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
export function representer(
  exchange: Exchange,
  shelf: Shelf,
  isInList = false,
): (stored: Stored, about?: About) => string {
  const { type, hooks, memberRules } = shelf.served;
  if (hooks?.present) return (stored) => JSON.stringify(hooks.present!(heldOf(stored)));
  const projection = projectionFor(exchange, shelf);
  const never = memberRules?.shown === 'never' && type.members;
  const isHidden = never || (isInList && memberRules?.shown === 'one');
  return (stored, about = aboutOf(exchange, shelf, stored)) => {
    if (projection === undefined && !stored.members && about.groups.length === 0 && !hooks?.shown)
      return present(stored, type, about.location, about.version);
    const wants = !isHidden && (projection === undefined || wantsDerived(projection, shelf));
    const one = assembled(exchange, shelf, stored, about, wants);
    const all = never ? { ...one, [never.attribute]: [] } : one;
    const asked = projection === undefined ? all : project(shelf.compiled, all, projection);
    return JSON.stringify(hooks?.shown ? hooks.shown(asked, heldOf(stored)) : asked);
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

function aboutOf(exchange: Exchange, shelf: Shelf, stored: Stored): About {
  const groups = shownGroups(exchange, shelf, stored);
  return {
    location: locationOf(stored, shelf.served.type, exchange.base),
    version: exchange.service.features.etag ? versionOf(stored, groups) : undefined,
    groups,
  };
}

/** The resource with everything that the service adds to it, which is also what a filter looks at. */
export function whole(exchange: Exchange, shelf: Shelf, stored: Stored): JsonObject {
  return assembled(exchange, shelf, stored, aboutOf(exchange, shelf, stored), true);
}

function assembled(
  exchange: Exchange,
  shelf: Shelf,
  stored: Stored,
  about: About,
  withDerived: boolean,
): JsonObject {
  const { schemas, id, meta } = commonOf(exchange, shelf, stored, about);
  const more = withDerived ? derived(exchange, shelf, stored, about.groups) : {};
  return { schemas, id, ...ownAttributes(stored), ...more, meta };
}

/** The attributes that every resource has (RFC 7643 §3.1). */
export function commonOf(
  exchange: Exchange,
  shelf: Shelf,
  stored: Stored,
  { location, version } = aboutOf(exchange, shelf, stored),
): { readonly schemas: Json; readonly id: string; readonly meta: JsonObject } {
  return {
    schemas: JSON.parse(stored.schemas) as Json,
    id: stored.id,
    meta: {
      resourceType: shelf.served.type.name,
      ...datesOf(stored),
      location,
      ...(version !== undefined && { version }),
    },
  };
}

export function datesOf(stored: Stored): { readonly created: string; readonly lastModified: string } {
  return {
    created: new Date(stored.created).toISOString(),
    lastModified: new Date(stored.modified).toISOString(),
  };
}

function derived(exchange: Exchange, shelf: Shelf, stored: Stored, groups: readonly Belonging[]): JsonObject {
  if (stored.members) return withNames(exchange, stored, shelf.served.memberRules?.inactive === 'hidden');
  const groupShelf = groupsOf(exchange.organisation);
  const attribute = shelf.compiled.belongings;
  if (!attribute || groups.length === 0 || !groupShelf) return {};
  return {
    [attribute.name]: groups.map(({ group, type }) => ({
      value: group.id,
      $ref: locationOf(group, groupShelf.served.type, exchange.base),
      ...shownName(group),
      type,
    })),
  };
}

/** Members with the URI and the name that they have now. */
function withNames(
  { organisation, base }: Exchange,
  { members }: Stored,
  hidesInactive: boolean,
): JsonObject {
  if (!members || members.types.size === 0) return {};
  const all = [...members.types].flatMap(([value, type]) => {
    const shelf = organisation.shelves.get(type);
    const one = shelf?.resources.byId(value);
    if (!shelf || !one) return { value, type };
    if (hidesInactive && one.active === false) return [];
    return { value, type, $ref: locationOf(one, shelf.served.type, base), ...shownName(one) };
  });
  return { [members.attribute]: all };
}

function shownName(stored: Stored): JsonObject {
  let known = shownNames.get(stored);
  if (known?.names !== stored.names) shownNames.set(stored, (known = readName(stored)));
  return known.shown;
}

function readName(stored: Stored): { names: number; shown: JsonObject } {
  const name = nameOf(ownAttributes(stored));
  return { names: stored.names, shown: name === undefined ? {} : { display: name } };
}

/** A list of people shows one group once for each of them, and its text may be long. */
const shownNames = new WeakMap<Stored, { readonly names: number; readonly shown: JsonObject }>();
