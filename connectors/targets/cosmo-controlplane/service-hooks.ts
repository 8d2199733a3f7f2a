import { isObject } from '../../../src/model/index.ts';
import type { Json, JsonObject } from '../../../src/model/index.ts';
import type { Changes, Directory, Held, Query } from '../../../src/mock/description.ts';
import { Refused } from '../../../src/mock/refusal.ts';
import type { Refusal } from '../../../src/mock/refusal.ts';

/**
 * The parts of controlplane/src/core/controllers/scim.ts (github.com/wundergraph/cosmo at 6e0a147f) that data cannot
 * say. Where the code meets a value that it does not expect, it fails with a TypeError: outside of a `try` that is
 * Fastify's own 500, inside of one a SCIM error with 500 (concluded from the code; the texts are V8's). A mock that said
 * it in a better sentence would hide from a client what it will meet: such are the answers to a person without name or
 * emails, who is not refused by any rule of the service.
 */
const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const LIST = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';
const MEMBERS = 999;
const KEYCLOAK = 'keycloak';

export const NOT_FOUND: Refusal = { status: 404, detail: 'User not found' };

/** The address is the value of the primary e-mail, else the userName; only that and the name are kept. */
export function create(body: unknown): JsonObject {
  if (!isObject(body)) throw new Refused(crash("Cannot destructure property 'userName' of 'req.body'"));
  const { emails, name } = body;
  if (emails === undefined || emails === null) throw new Refused(crash(unreadable(emails, 'find')));
  if (!Array.isArray(emails)) throw new Refused(crash('emails.find is not a function'));
  const primary = primaryOf(emails as readonly unknown[]);
  const email = primary?.['value'] || body['userName'];
  if (name === undefined || name === null)
    throw new Refused({ status: 500, detail: unreadable(name, 'givenName') });
  if (typeof email !== 'string') throw new Refused({ status: 500, detail: unreadable(email, 'toLowerCase') });
  const address = email.toLowerCase();
  return {
    userName: address,
    name: { givenName: textOf(name, 'givenName'), familyName: textOf(name, 'familyName') },
    emails: [{ primary: true, value: address }],
    active: true,
  };
}

/**
 * Somebody who did not come by POST, and need not have what makes a POST fail: OrganizationRepository.ts lists members
 * by the address of their account, and asks Keycloak for names, which may be empty there (concluded).
 */
export function before(user: JsonObject): JsonObject {
  const member = create({ ...user, emails: user['emails'] ?? [], name: user['name'] ?? {} });
  return user[KEYCLOAK] === false ? { ...member, [KEYCLOAK]: false } : member;
}

/** Whether Keycloak has somebody, whom the control plane does not show otherwise. */
const isKnown = ({ attributes }: Held): boolean => attributes[KEYCLOAK] !== false;

/** The first that says so; an entry that is null crashes the search, unless one before it is found. */
function primaryOf(emails: readonly unknown[]): Record<string, unknown> | undefined {
  for (const email of emails) {
    if (email === null) throw new Refused(crash(unreadable(email, 'primary')));
    if (isObject(email) && email['primary']) return email;
  }
  return undefined;
}

/** An echo of the request: much of it was not stored. */
export function createAnswer(body: unknown, { id }: Held): Json {
  const { userName, name, emails, displayName, locale, externalId, active, groups } = body as JsonObject;
  const primary = primaryOf(emails as readonly unknown[]) as JsonObject | undefined;
  const echoed = { name, emails, displayName, locale, externalId, active, groups };
  return {
    schemas: [USER],
    id,
    userName: primary?.['value'] || userName!,
    ...given(echoed),
    meta: { resourceType: 'User' },
  };
}

/** Only the names that are not empty, and `active`; without a boolean `active` the update has nothing to set, and fails. */
export function replace(body: unknown, { attributes }: Held): Changes {
  if (!isObject(body)) throw new Refused(crash("Cannot destructure property 'name' of 'req.body'"));
  const { name, active } = body;
  if (name === undefined || name === null) throw new Refused(crash(unreadable(name, 'givenName')));
  const before = attributes['name'] as JsonObject;
  const names = {
    name: {
      givenName: textOf(name, 'givenName') || before['givenName']!,
      familyName: textOf(name, 'familyName') || before['familyName']!,
    },
  };
  if (typeof active !== 'boolean') return { set: names, then: crash('No values to set') };
  return { set: { ...names, active } };
}

export function replaceAnswer(body: unknown, { id, attributes }: Held): Json {
  const { name, emails, active, groups } = body as JsonObject;
  const echoed = { name, emails, active, groups };
  return {
    schemas: [USER],
    id,
    userName: attributes['userName']!,
    ...given(echoed),
    meta: { resourceType: 'User' },
  };
}

/** Only `replace`, and only `active`: with a path it has to be a string, without one a boolean; the rest is skipped in silence. */
export function patch(body: unknown): Changes {
  if (!isObject(body)) throw new Refused(crash("Cannot read properties of undefined (reading 'Operations')"));
  const operations = body['Operations'];
  if (!operations || (Array.isArray(operations) && operations.length === 0)) return { set: {} };
  if (!Array.isArray(operations)) return { set: {}, then: crash('operations is not iterable') };
  let set: JsonObject = {};
  for (const operation of operations as readonly unknown[]) {
    const change = patchOne(operation);
    set = { ...set, ...change.set };
    if (change.then) return { set, then: change.then };
  }
  return { set };
}

function patchOne(operation: unknown): Changes {
  if (operation === null || operation === undefined) return failed(unreadable(operation, 'op'));
  if (!isObject(operation)) return { set: {} };
  const { op, path, value } = operation;
  if (op === undefined || op === null) return { set: {} };
  if (typeof op !== 'string') return failed('operation.op?.toLowerCase is not a function');
  if (op.toLowerCase() !== 'replace') return { set: {} };
  if ('path' in operation) {
    if (typeof path !== 'string') return failed('operation.path.toLowerCase is not a function');
    if (path.toLowerCase() !== 'active') return { set: {} };
    if (value !== undefined && value !== null && typeof value !== 'string') {
      return failed('operation.value?.toLowerCase is not a function');
    }
    return { set: { active: typeof value === 'string' && value.toLowerCase() === 'true' } };
  }
  if (typeof value !== 'object' || value === null) {
    return failed(`Cannot use 'in' operator to search for 'active' in ${String(value)}`);
  }
  return { set: isObject(value) && typeof value['active'] === 'boolean' ? { active: value['active'] } : {} };
}

function failed(detail: string): Changes {
  return { set: {}, then: crash(detail) };
}

export function present(held: Held): Json {
  if (!isKnown(held)) throw new Refused(NOT_FOUND);
  const { id, attributes } = held;
  const { userName, name, active } = attributes;
  return {
    schemas: [USER],
    id,
    userName: userName!,
    name: name!,
    active: active!,
    emails: [{ primary: true, value: userName! }],
    groups: [],
    meta: { resourceType: 'User' },
  };
}

/**
 * A filter has to be three words between single spaces, of which only the last is looked at, as an e-mail address.
 * Without a filter the first members are listed, whatever startIndex and count say; startIndex comes back as it was sent.
 */
export function list({ filter, startIndex }: Query, directory: Directory): Json {
  if (typeof filter === 'object') throw new Refused(crash('filter.split is not a function'));
  let found: readonly Held[];
  if (filter) {
    const words = filter.split(' ');
    if (words.length !== 3) throw new Refused({ status: 400, detail: 'Wrong filter value.' });
    found = directory.find('userName', words[2]!.replaceAll('"', ''));
    if (found.length === 0) return { schemas: [LIST], totalResults: 0 };
  } else found = directory.first(MEMBERS);
  found = found.filter(isKnown);
  return {
    schemas: [LIST],
    totalResults: found.length,
    startIndex: startIndex || 1,
    itemsPerPage: found.length,
    Resources: found.map(listed),
  };
}

function listed({ id, attributes }: Held): Json {
  const { userName, active, name } = attributes;
  return { id, emails: [{ value: userName! }], userName: userName!, active: active!, name: name! };
}

function given(attributes: Readonly<Record<string, Json | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(attributes).filter((entry): entry is [string, Json] => entry[1] !== undefined),
  );
}

function textOf(name: unknown, part: string): string {
  const value = isObject(name) ? name[part] : undefined;
  return typeof value === 'string' ? value : '';
}

function crash(detail: string): Refusal {
  return { status: 500, detail, framework: true };
}

function unreadable(value: unknown, property: string): string {
  return `Cannot read properties of ${value === null ? 'null' : 'undefined'} (reading '${property}')`;
}
