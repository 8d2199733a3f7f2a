import { RollcallError } from '../../model/index.ts';
import type { Problem } from '../../model/index.ts';
import { OPERATIONS } from '../description.ts';
import type { ServedType, ServiceDescription } from '../description.ts';
import { shown } from '../refusal.ts';
import { schemasOf } from '../schema/compiled.ts';
import { readAttributes } from './attributes.ts';
import { uniqueIndexes } from '../schema/indexes.ts';
import { WORDS, below, flagAt, listAt, objectAt, tell, textAt, valueOf, wordsAt } from './members.ts';
import type { Members, Place } from './members.ts';
import { providerSchemas } from '../schema/provider.ts';
import type { ResourceType, Schema } from '../schema/types.ts';

/** More than these are counted and not shown. */
const SHOWN = 100;
const RESOURCE_TYPES = 100;
/** Of one resource type; `resource/present.ts` counts them in the bits of a number. */
const EXTENSIONS = 20;
const RESERVED_TYPES = ['ServiceProviderConfig', 'ResourceType', 'Schema'];
/** RFC 7644 §3.2, table 2, and §4; `/_mock` is the mock's own door. */
const RESERVED_ENDPOINTS = [
  ...['/ServiceProviderConfig', '/ResourceTypes', '/Schemas'],
  ...['/Bulk', '/Me', '/.search', '/_mock'],
];

type Extension = ResourceType['extensions'][number];

/** What is taken already, in lower case. */
interface Taken {
  readonly names: Set<string>;
  readonly endpoints: Set<string>;
  readonly urns: Set<string>;
  /** All names, as a reference may name them. */
  readonly resourceTypes: ReadonlySet<string>;
}

/**
 * The service with more resource types, and with more extensions of those that it has:
 * `{"resourceTypes": [{name, endpoint, description, schema, extensions: [{schema, required}]}],
 * "extensions": [{of: "User", schema, required}]}`, each `schema` as in RFC 7643 §7, with the defaults of §2.2.
 * Throws `RollcallError('usage')` that names everything that is wrong, with its path.
 */
export function withSchemas(service: ServiceDescription, data: unknown, file?: string): ServiceDescription {
  const problems: Problem[] = [];
  let count = 0;
  const top: Place = {
    path: '',
    tell: (path, message) => {
      if (++count > SHOWN) return;
      const locus = { ...(file !== undefined && { file }), ...(path !== '' && { path }) };
      problems.push({ message, ...(Object.keys(locus).length > 0 && { locus }) });
    },
  };
  const members = objectAt(data, top, ['resourceTypes', 'extensions']);
  const resourceTypes = members ? read(service, members, top) : [];
  if (count > SHOWN) problems.push({ message: `And ${count - SHOWN} more.` });
  if (count > 0) throw new RollcallError('usage', problems);
  return { ...service, resourceTypes };
}

function read(service: ServiceDescription, members: Members, top: Place): readonly ServedType[] {
  const types = listAt(members, 'resourceTypes', top, RESOURCE_TYPES);
  const taken = takenBy(
    service,
    types.map(([value]) => value),
  );
  const added = types.flatMap(([value, place]) => readType(value, place, taken) ?? []);
  const further = listAt(members, 'extensions', top, RESOURCE_TYPES * EXTENSIONS).flatMap(
    ([value, place]) => readFurther(service, value, place, taken) ?? [],
  );
  const extended = service.resourceTypes.map((served) => {
    const more = further.filter(({ of }) => of === served).map(({ extension }) => extension);
    if (served.type.extensions.length + more.length > EXTENSIONS)
      tell(below(top, 'extensions'), `A resource type has at most ${EXTENSIONS} extensions.`);
    return more.length === 0 ? served : { ...served, type: withExtensions(served.type, more) };
  });
  return [...extended, ...added.map((type) => servedLike(service, type))];
}

function takenBy(service: ServiceDescription, added: readonly unknown[]): Taken {
  const own = service.resourceTypes.map(({ type }) => type);
  const names = added
    .map((one) => (one as Members | null)?.['name'])
    .filter((name) => typeof name === 'string');
  return {
    names: lowered([...RESERVED_TYPES, ...own.map(({ name }) => name)]),
    endpoints: lowered([...RESERVED_ENDPOINTS, ...own.map(({ endpoint }) => endpoint)]),
    urns: lowered([...own.flatMap(schemasOf), ...providerSchemas].map(({ id }) => id)),
    resourceTypes: new Set([...own.map(({ name }) => name), ...names]),
  };
}

function lowered(texts: readonly string[]): Set<string> {
  return new Set(texts.map((text) => text.toLowerCase()));
}

function readType(value: unknown, place: Place, taken: Taken): ResourceType | undefined {
  const members = objectAt(value, place, ['name', 'endpoint', 'description', 'schema', 'extensions']);
  if (!members) return undefined;
  const name = claimed(members, 'name', place, taken.names, {
    pattern: /^[A-Za-z][\w-]{0,99}$/,
    says: 'a letter, and then letters, digits, "-" and "_", at most 100',
  });
  const endpoint = claimed(members, 'endpoint', place, taken.endpoints, {
    pattern: /^\/(?!\.\.?$)[\w.-]{1,100}$/,
    says: 'one step of a path, such as /Devices',
  });
  const description = wordsAt(members, 'description', place) ?? name;
  const schema = readSchema(members, place, taken);
  const extensions = listAt(members, 'extensions', place, EXTENSIONS).flatMap(
    ([one, at]) => readExtension(one, at, ['schema', 'required'], taken)?.extension ?? [],
  );
  if (name === undefined || endpoint === undefined || !schema) return undefined;
  for (const { schema: extension } of extensions)
    if (schema.id.toLowerCase().startsWith(`${extension.id.toLowerCase()}:`))
      tell(below(place, 'schema'), `"${schema.id}" begins with the URN of the extension "${extension.id}".`);
  const type: ResourceType = {
    name,
    endpoint,
    description: description ?? name,
    schema,
    extensions: [],
    indexes: [
      { path: 'externalId', caseExact: true, unique: false, built: 'whenAsked' },
      ...uniqueIndexes(schema),
    ],
  };
  return withExtensions(type, extensions);
}

/** Text that nothing else may have, in whatever case. */
function claimed(
  members: Members,
  name: string,
  place: Place,
  taken: Set<string>,
  fits: Parameters<typeof textAt>[3],
): string | undefined {
  const text = textAt(members, name, place, fits);
  if (text === undefined) return undefined;
  if (taken.has(text.toLowerCase())) tell(below(place, name), `${shown(text)} is taken.`);
  taken.add(text.toLowerCase());
  return text;
}

/** `schemas` and `meta` may be there, so that what a service's own `/Schemas` tells can be put in as it is. */
function readSchema(members: Members, place: Place, taken: Taken): Schema | undefined {
  const at = below(place, 'schema');
  if (valueOf(members, 'schema') === undefined) {
    tell(place, '"schema" is missing.');
    return undefined;
  }
  const schema = objectAt(valueOf(members, 'schema'), at, [
    ...['id', 'name', 'description', 'attributes'],
    ...['schemas', 'meta'],
  ]);
  if (!schema) return undefined;
  const id = claimed(schema, 'id', at, taken.urns, {
    // RFC 8141 §2, without the characters that would end a word in a filter or a path.
    pattern: /^urn:(?!ietf:params:scim:api:)[a-z0-9][a-z0-9-]{0,30}:[\w.:+=@~-]{0,199}[\w.+=@~-]$/i,
    says: 'a URN, such as urn:example:params:scim:schemas:1.0:Device',
  });
  const name = textAt(schema, 'name', at, WORDS);
  const description = wordsAt(schema, 'description', at) ?? name;
  const attributes = readAttributes(schema, 'attributes', at, taken.resourceTypes);
  if (id === undefined || name === undefined) return undefined;
  return { id, name, description: description ?? name, attributes };
}

function readExtension(
  value: unknown,
  place: Place,
  known: readonly string[],
  taken: Taken,
): { readonly members: Members; readonly extension: Extension | undefined } | undefined {
  const members = objectAt(value, place, known);
  if (!members) return undefined;
  const required = flagAt(members, 'required', place) ?? false;
  const schema = readSchema(members, place, taken);
  return { members, extension: schema && { schema, required } };
}

/** An extension of a resource type that the service has. */
function readFurther(
  service: ServiceDescription,
  value: unknown,
  place: Place,
  taken: Taken,
): { readonly of: ServedType; readonly extension: Extension } | undefined {
  const read = readExtension(value, place, ['of', 'schema', 'required'], taken);
  if (!read) return undefined;
  const names = service.resourceTypes.map(({ type }) => type.name);
  const name = textAt(read.members, 'of', place, {
    pattern: new RegExp(`^(${names.join('|')})$`),
    says: `the name of a resource type of this service (${names.join(', ')})`,
  });
  const of = service.resourceTypes.find(({ type }) => type.name === name);
  if (!of || !read.extension) return undefined;
  if (of.hooks)
    tell(
      below(place, 'of'),
      `"${service.name}" reads each ${of.type.name} in a way of its own, and takes no extension.`,
    );
  return { of, extension: read.extension };
}

function withExtensions(type: ResourceType, more: readonly Extension[]): ResourceType {
  const indexes = more.flatMap(({ schema }) => uniqueIndexes(schema, schema.id));
  return {
    ...type,
    extensions: [...type.extensions, ...more],
    indexes: [...type.indexes, ...indexes],
  };
}

/** Served as the service serves the first of its own, with all operations, and without its quirks: hooks and a form of ids. */
function servedLike({ resourceTypes: [first] }: ServiceDescription, type: ResourceType): ServedType {
  if (!first) throw new Error('A service has at least one resource type.');
  const { hooks: _hooks, ids: _ids, ...rest } = first;
  return {
    ...rest,
    type,
    operations: OPERATIONS,
    missing: { status: 404, detail: `There is no ${type.name} with this id.` },
    exists: { status: 409, scimType: 'uniqueness', detail: `Another ${type.name} has this "%s".` },
  };
}
