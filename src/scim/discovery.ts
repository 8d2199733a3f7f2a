import { USER_SCHEMAS, userAttribute } from './schema.ts';
import { CORE_USER, ENTERPRISE, isObject } from '../model/index.ts';
import type { JsonObject, Profile } from '../model/index.ts';
import type { Discovery } from './target.ts';

/** Whether a target serves any of the documents of RFC 7644 §4. */
export function isDiscoverable({ serviceProviderConfig, schemas, resourceTypes }: Discovery): boolean {
  return [serviceProviderConfig, schemas, resourceTypes].some((document) => document !== undefined);
}

/** The resources of a ListResponse, or of a bare list. */
export function resourcesIn(value: unknown): readonly JsonObject[] | undefined {
  const list: unknown = isObject(value) ? value['Resources'] : value;
  return Array.isArray(list) ? list.filter((one): one is JsonObject => isObject(one)) : undefined;
}

/**
 * Another variant of the same product that what the target says of itself fits, where the configured one does not;
 * `undefined` where the profile is right, or where nothing better is known.
 */
export function betterProfile(
  discovery: Discovery,
  profile: Profile,
  profiles: Iterable<Profile>,
): Profile | undefined {
  if (profile.variant === undefined || fits(discovery, profile)) return undefined;
  const variants = [...profiles].filter(({ variant }) => variant?.of === profile.variant?.of);
  return variants.find((one) => one.name !== profile.name && fits(discovery, one));
}

function fits(discovery: Discovery, { discovery: isServed, variant }: Profile): boolean {
  return (
    isDiscoverable(discovery) === isServed && (variant?.root === undefined || variant.root === discovery.root)
  );
}

/** Where the discovery documents disagree with the profile, one sentence each. They warn; the profile decides. */
export function disagreements(discovery: Discovery, profile: Profile): readonly string[] {
  if (!isDiscoverable(discovery))
    return profile.discovery ? ['it serves no discovery documents, though the profile expects them'] : [];
  return [
    ...(profile.discovery ? [] : ['it serves discovery documents, though the profile expects none']),
    ...aboutAbilities(discovery.serviceProviderConfig ?? {}, profile),
    ...aboutPages(discovery.serviceProviderConfig ?? {}, profile),
    ...aboutAttributes(discovery.schemas, profile),
  ];
}

function aboutAbilities(config: JsonObject, profile: Profile): readonly string[] {
  const found: string[] = [];
  const isRefused = (name: string): boolean => part(config, name)['supported'] === false;
  if (isRefused('patch') && profile.update.method === 'patch')
    found.push('it says that it has no PATCH; updates will be tried by PATCH first and then go by PUT');
  if (isRefused('filter') && profile.users.match.length > 0)
    found.push('it says that it has no filters, so that accounts cannot be looked up');
  if (isRefused('changePassword') && profile.users.password === 'accepted')
    found.push('it says that passwords cannot be changed');
  return found;
}

function aboutPages(config: JsonObject, { list }: Profile): readonly string[] {
  const pagination = part(config, 'pagination');
  const found: string[] = [];
  const largest = pagination['maxPageSize'] ?? part(config, 'filter')['maxResults'];
  if (typeof largest === 'number' && largest > 0 && largest < list.pageSize && list.paging !== 'none')
    found.push(`its pages hold ${largest} at most, and ${list.pageSize} will be asked for`);
  // RFC 9865 §4.
  if (pagination['cursor'] === false && list.paging === 'cursor')
    found.push('it says that it has no cursors');
  if (pagination['index'] === false && list.paging === 'index')
    found.push('it says that it pages by cursor only');
  return found;
}

function aboutAttributes(schemas: readonly JsonObject[] | undefined, profile: Profile): readonly string[] {
  const known = new Map<string, JsonObject>();
  for (const [id, prefix] of [
    [CORE_USER, ''],
    [ENTERPRISE, 'enterprise.'],
  ] as const) {
    const schema = schemas?.find((one) => one['id'] === id);
    if (schema) collect(known, prefix, schema['attributes']);
  }
  if (known.size === 0) return [];
  return [...aboutWritable(known, profile), ...aboutRequired(known, profile), ...aboutTypes(known, profile)];
}

function aboutWritable(known: ReadonlyMap<string, JsonObject>, profile: Profile): readonly string[] {
  const writable = profile.users.writable.filter(
    (path) => userAttribute(path) !== undefined && !isCommon(path),
  );
  const absent = writable.filter((path) => !known.has(path.toLowerCase()));
  const fixed = writable.filter((path) => known.get(path.toLowerCase())?.['mutability'] === 'readOnly');
  return [
    ...(absent.length > 0 ? [`its schemas do not name ${absent.join(', ')}`] : []),
    ...(fixed.length > 0 ? [`its schemas say that ${fixed.join(', ')} cannot be written`] : []),
  ];
}

/** RFC 7643 §3.1: common attributes belong to every resource and stand in no schema. */
function isCommon(path: string): boolean {
  return path === 'externalId';
}

function aboutRequired(known: ReadonlyMap<string, JsonObject>, profile: Profile): readonly string[] {
  const required = [...known].filter(([path, one]) => one['required'] === true && !path.includes('.'));
  const names = required.map(([, one]) => String(one['name'] as string));
  // A name is there where a part of it has to be.
  const said = profile.users.required.map((path) => path.split('.')[0]!);
  const unsaid = names.filter((name) => !['id', 'schemas', 'active', ...said].includes(name));
  return unsaid.length > 0 ? [`its schemas require ${unsaid.join(', ')}, which the profile does not`] : [];
}

/** Only the words that a server lists may be sent as `type` (SCIM 2.0 Interoperability Profile §5.4). */
function aboutTypes(known: ReadonlyMap<string, JsonObject>, profile: Profile): readonly string[] {
  return USER_SCHEMAS.get(CORE_USER)!.flatMap(({ name, multiValued }) => {
    const listed = known.get(`${name}.type`.toLowerCase())?.['canonicalValues'];
    const ours = profile.users.types?.[name];
    if (!multiValued || !Array.isArray(listed) || listed.length === 0 || ours === undefined) return [];
    const others = ours.filter((word) => !listed.includes(word));
    return others.length > 0 ? [`it lists no type ${others.join(', ')} for ${name}`] : [];
  });
}

function collect(known: Map<string, JsonObject>, prefix: string, attributes: unknown): void {
  if (!Array.isArray(attributes)) return;
  for (const one of attributes) {
    if (!isObject(one) || typeof one['name'] !== 'string') continue;
    const path = `${prefix}${one['name']}`;
    known.set(path.toLowerCase(), one as JsonObject);
    if (!path.replace(/^enterprise\./, '').includes('.')) collect(known, `${path}.`, one['subAttributes']);
  }
}

function part(config: JsonObject, name: string): JsonObject {
  const value = config[name];
  return isObject(value) ? value : {};
}
