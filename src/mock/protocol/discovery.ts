import type { ServedType, ServiceDescription } from '../description.ts';
import { Refused, refuse } from '../refusal.ts';
import { schemasOf } from '../schema/compiled.ts';
import { PROVIDER_CONFIG, RESOURCE_TYPE, SCHEMA, providerSchemasOf } from '../schema/provider.ts';
import type { ResourceType, Schema } from '../schema/types.ts';
import type { Answer, Exchange } from './exchange.ts';

/** `/ServiceProviderConfig` (RFC 7643 §5; `pagination` is of RFC 9865 §4). */
export function serviceProviderConfig({ service, base, query }: Exchange): Answer {
  unfiltered(query);
  const { bulk, sort, etag, cursor, defaultPaging } = service.features;
  const lists = service.resourceTypes.map(({ list }) => list);
  const maxResults = Math.max(...lists.map(({ maxCount }) => maxCount));
  return json({
    schemas: [PROVIDER_CONFIG],
    patch: { supported: service.resourceTypes.some(({ operations }) => operations.includes('patch')) },
    bulk: { supported: bulk !== undefined, maxOperations: 0, maxPayloadSize: 0, ...bulk },
    filter: { supported: true, maxResults },
    changePassword: { supported: service.resourceTypes.some(hasPassword) },
    sort: { supported: sort },
    etag: { supported: etag },
    pagination: {
      cursor: cursor !== undefined,
      index: true,
      defaultPaginationMethod: defaultPaging,
      defaultPageSize: Math.min(...lists.map(({ defaultCount }) => defaultCount)),
      maxPageSize: maxResults,
      ...(cursor && { cursorTimeout: cursor.timeout }),
    },
    authenticationSchemes: [
      {
        type: 'oauthbearertoken',
        name: 'Bearer token',
        description: 'An API key in the Authorization header.',
        specUri: 'https://www.rfc-editor.org/info/rfc6750',
        primary: true,
      },
    ],
    ...(service.interopProfile && { interopProfileConformant: true }),
    ...service.providerConfig?.says,
    meta: { resourceType: 'ServiceProviderConfig', location: base + providerConfigPath(service) },
  });
}

function hasPassword({ type }: ServedType): boolean {
  return type.name === 'User' && type.schema.attributes.some(({ name }) => name === 'password');
}

/** `/ResourceTypes`, and one of them (RFC 7643 §6). */
export function resourceTypes({ service, base, query, id }: Exchange): Answer {
  unfiltered(query);
  const all = service.resourceTypes.map(({ type }) => resourceType(type, base));
  return one(all, id, (document) => document.id);
}

/** `/Schemas`, and one of them (RFC 7643 §7): those of the resources, and those of the discovery documents themselves. */
export function schemas({ service, base, query, id }: Exchange): Answer {
  unfiltered(query);
  const all = new Map<string, Schema>();
  for (const { type } of service.resourceTypes)
    for (const schema of schemasOf(type)) all.set(schema.id, schema);
  for (const schema of providerSchemasOf(service.interopProfile === true)) all.set(schema.id, schema);
  return one(
    [...all.values()].map((schema) => schemaDocument(schema, base)),
    id,
    (document) => document.id,
  );
}

export function discoveryPaths(service: ServiceDescription): readonly string[] {
  return service.discovery ? [providerConfigPath(service), '/ResourceTypes', '/Schemas'] : [];
}

export function providerConfigPath({ providerConfig }: ServiceDescription): string {
  return providerConfig?.path ?? '/ServiceProviderConfig';
}

function resourceType(type: ResourceType, base: string) {
  return {
    schemas: [RESOURCE_TYPE],
    id: type.name,
    name: type.name,
    endpoint: type.endpoint,
    description: type.description,
    schema: type.schema.id,
    schemaExtensions: type.extensions.map(({ schema, required }) => ({ schema: schema.id, required })),
    meta: { resourceType: 'ResourceType', location: `${base}/ResourceTypes/${type.name}` },
  };
}

function schemaDocument(schema: Schema, base: string) {
  return {
    schemas: [SCHEMA],
    ...schema,
    meta: { resourceType: 'Schema', location: `${base}/Schemas/${schema.id}` },
  };
}

function one<T>(all: readonly T[], id: string | undefined, idOf: (document: T) => string): Answer {
  if (id === undefined) {
    return json({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
      totalResults: all.length,
      startIndex: 1,
      itemsPerPage: all.length,
      Resources: all,
    });
  }
  const found = all.find((document) => idOf(document).toLowerCase() === id.toLowerCase());
  if (!found) throw new Refused({ status: 404, detail: `There is no "${id.slice(0, 120)}" here.` });
  return json(found);
}

/** RFC 7644 §4: a filter is refused, lest anybody believe in its result. Sorting, paging and the rest are passed over. */
function unfiltered(query: Exchange['query']): void {
  if (query['filter'] !== undefined) throw refuse(403, undefined, 'The discovery endpoints take no filter.');
}

function json(document: object): Answer {
  return { status: 200, body: JSON.stringify(document) };
}
