import { USER_SCHEMAS } from '../../src/scim/schema.ts';
import type { Attribute } from '../../src/scim/schema.ts';
import { CORE_USER, ENTERPRISE, isObject } from '../../src/model/index.ts';
import type { Json, Profile, Resource } from '../../src/model/index.ts';
import { adapt } from '../../src/planning/adapt.ts';

/** Somebody of the source. `groups` are keys. */
export interface Person {
  readonly key: string;
  readonly status: 'active' | 'left';
  readonly attributes: Resource;
  readonly manager?: string;
  readonly groups: readonly string[];
  readonly password?: string;
}

/** What is no attribute of a person to be told: RFC 7643 §3.1 and §4.1, and what goes its own way here. */
const apart = new Set(['id', 'externalId', 'meta', 'active', 'password', 'groups', 'x509Certificates']);

/** What a service may check the form of, in two values each: RFC 7643 §4.1.1 and §4.1.2. */
const formed: Readonly<Record<string, readonly [string, string]>> = {
  // One service has ids here, and looks them up (help.salesforce.com, “Create a User”); to all others they are any text.
  'entitlements0.value': ['00e000000000001AAA', '00e000000000002AAA'],
  'entitlements1.value': ['0PS000000000001AAA', '0PS000000000001AAA'],
  preferredLanguage: ['en-US', 'de-DE'],
  locale: ['en-US', 'de-DE'],
  timezone: ['Europe/Berlin', 'America/New_York'],
  country: ['DE', 'US'],
};

/**
 * Every attribute of RFC 7643 that somebody can have, and with another `look` another value of each. The values of those that
 * have several are of the types that a profile knows, from the `firstType` on.
 */
export function everything(number: number, look: 0 | 1, profile: Profile, firstType = 0): Resource {
  const maker: Maker = { number, look, profile, firstType };
  const of = (schema: string): Resource =>
    Object.fromEntries(
      USER_SCHEMAS.get(schema)!
        .filter(
          ({ name, mutability }) => mutability === 'readWrite' && !apart.has(name) && name !== 'manager',
        )
        .map((attribute) => [attribute.name, valueOf(attribute, maker)]),
    );
  return { ...of(CORE_USER), [ENTERPRISE]: of(ENTERPRISE) };
}

/** No more than the profile says that a create needs. */
export function bare(number: number, profile: Profile): Resource {
  const all = everything(number, 0, profile);
  const needed: Record<string, Json> = { userName: all['userName']! };
  for (const path of profile.users.required) {
    const [head = '', part] = path.split('.');
    const name = head === 'enterprise' ? ENTERPRISE : head;
    const value = all[name];
    if (value === undefined) continue;
    const has = needed[name];
    needed[name] =
      part === undefined || Array.isArray(value)
        ? value
        : { ...(isObject(has) ? has : {}), [part]: (value as Resource)[part]! };
  }
  return needed;
}

export function person(number: number, attributes: Resource, part: Partial<Person> = {}): Person {
  return { key: `k${number}`, status: 'active', attributes, groups: [], ...part };
}

/** What a target that has this profile is to hold of somebody, whose manager is known by `manager`. */
export function wanted({ key, attributes }: Person, profile: Profile, manager?: string): Resource {
  const identity = {
    key,
    active: true,
    attributes: { externalId: key, ...attributes },
    groups: [],
    ...(manager !== undefined && { manager }),
  };
  return adapt(identity, profile).resource;
}

interface Maker {
  readonly number: number;
  readonly look: 0 | 1;
  readonly profile: Profile;
  readonly firstType: number;
}

function valueOf(attribute: Attribute, maker: Maker): Json {
  const { name, subAttributes, multiValued } = attribute;
  if (!multiValued)
    return attribute.type === 'complex' ? parts(subAttributes, name, maker) : simple(attribute, name, maker);
  const words = maker.profile.users.types?.[name] ?? typesOf(attribute);
  // Three where the types go so far: some services hold two.
  const numbers = words.length > 2 && /^(emails|phoneNumbers)$/.test(name) ? [0, 1, 2] : [0, 1];
  return numbers.map((at) => element(attribute, maker, at, words[(maker.firstType + at) % words.length]));
}

function typesOf({ subAttributes }: Attribute): readonly string[] {
  return subAttributes.find(({ name }) => name === 'type')?.canonicalValues ?? [];
}

function element(attribute: Attribute, maker: Maker, at: number, type: string | undefined): Resource {
  const told = attribute.subAttributes.filter(({ name }) => name !== 'type' && name !== 'primary');
  return {
    ...parts(told, `${attribute.name}${at}`, maker),
    ...(type !== undefined && { type }),
    ...(at === 0 && { primary: true }),
  };
}

function parts(attributes: readonly Attribute[], within: string, maker: Maker): Resource {
  return Object.fromEntries(
    attributes.map((attribute) => [attribute.name, simple(attribute, `${within}.${attribute.name}`, maker)]),
  );
}

function simple({ name, type }: Attribute, path: string, { number, look }: Maker): Json {
  const two = formed[path] ?? formed[name];
  if (two !== undefined) return two[look];
  const variant = look === 0 ? '' : 'b';
  // A person signs in with the first of their addresses, as many services have it.
  if (path === 'userName' || path === 'emails0.value') return `p${number}${variant}@example.com`;
  if (path.startsWith('emails') && name === 'value')
    return `p${number}${variant}.at.home${path[6] === '1' ? '' : path[6]}@example.com`;
  if (path.startsWith('phoneNumbers') && name === 'value')
    return `+4930${String(look)}${Number(path[12]) + 1}${String(number).padStart(6, '0')}`;
  if (type === 'reference') return `https://www.example.com/${path}/${number}${variant}`;
  return `${path.replaceAll(/[^a-zA-Z0-9]+/g, ' ').trim()} ${number}${variant}`;
}

/** One change of somebody's attributes, and its path. */
export interface Mutation {
  readonly path: string;
  readonly how: 'another' | 'fewer' | 'none';
  readonly of: (before: Resource, other: Resource) => Resource;
}

/**
 * Every change that can be made of what a profile lets somebody have: another value of each attribute, fewer of several,
 * and none of each that is not required.
 */
export function mutations(held: Resource, { users }: Profile): readonly Mutation[] {
  const isRequired = (path: string): boolean =>
    users.required.some((one) => one === path || one.startsWith(`${path}.`) || path.startsWith(`${one}.`));
  return Object.entries(held).flatMap(([name, value]): readonly Mutation[] => {
    if (name === 'active' || name === 'externalId') return [];
    if (isObject(value))
      return Object.keys(value)
        .filter((part) => part !== 'manager')
        .flatMap((part) => {
          const path = name === ENTERPRISE ? `enterprise.${part}` : `${name}.${part}`;
          return [
            mutation(path, 'another', name, (before, other) => ({
              ...(before as Resource),
              [part]: (other as Resource)[part]!,
            })),
            ...(isRequired(path)
              ? []
              : [mutation(path, 'none', name, (before) => without(before as Resource, part))]),
          ];
        });
    return [
      mutation(name, 'another', name, (_, other) => other),
      ...(Array.isArray(value) && value.length > 1
        ? [mutation(name, 'fewer', name, (before) => (before as Json[]).slice(0, 1))]
        : []),
      ...(isRequired(name) ? [] : [mutation(name, 'none', name, () => undefined)]),
    ];
  });
}

function mutation(
  path: string,
  how: Mutation['how'],
  name: string,
  change: (before: Json, other: Json) => Json | undefined,
): Mutation {
  return {
    path,
    how,
    of: (before, other) => {
      const value = change(before[name]!, other[name]!);
      return value === undefined ? without(before, name) : { ...before, [name]: value };
    },
  };
}

function without(resource: Resource, name: string): Resource {
  const { [name]: _, ...rest } = resource;
  return rest;
}

/** Whether an attribute is one that a path of a profile's list names, or a part or the whole of it. */
export function isNamed(list: readonly string[], path: string): boolean {
  return list.some((one) => one === path || path.startsWith(`${one}.`) || one.startsWith(`${path}.`));
}
