import { userAttribute } from './schema.ts';
import { CORE_USER, ENTERPRISE, RollcallError, isObject } from '../model/index.ts';
import type { AttributeChange, JsonObject, Operation, Profile, Resource } from '../model/index.ts';

/** What an operation is bound to when it is sent (law 10), and what goes with it. */
export interface Binding {
  /** The target's id of the account; needed for everything but a create. */
  readonly remoteId?: string | undefined;
  /** The target's id of the manager; without it the reference is left out. */
  readonly managerId?: string | undefined;
  /** Read just before (rule 27). Left out where the profile does not take one. */
  readonly password?: string | undefined;
  /** What the target holds, as it was read or last confirmed: a PUT carries along of it what is not ours to say. */
  readonly before?: Resource | undefined;
  /** Attributes that are ours to say, as profiles name them; all that the profile knows, if it is not given. */
  readonly ours?: readonly string[] | undefined;
  /** `put` where the server turned out to have no PATCH. */
  readonly method?: 'put' | undefined;
}

/** The part of an operation that is sent. */
export type Sendable = Pick<Operation, 'kind' | 'after' | 'changes'>;

/** The change path of the manager, whose value is another person's identity key. */
export const MANAGER = `${ENTERPRISE}:manager`;

/** Changes that can be said now: without a manager who has no id yet, and without the password, which goes its own way. */
export function sayable(
  changes: readonly AttributeChange[],
  managerId: string | undefined,
): readonly AttributeChange[] {
  return changes.filter(
    ({ path, after }) =>
      path !== 'password' && (path !== MANAGER || after === undefined || managerId !== undefined),
  );
}

/** The password, if there is one and the service takes it. */
export function passwordFor(profile: Profile, { password }: Binding): string | undefined {
  return profile.users.password === 'accepted' ? password : undefined;
}

/**
 * `active` is always said outright: a PUT without it switches people on at one service and fails at another. Where
 * nothing says what it shall be, nothing is sent.
 */
export function activeAfter({ kind, after }: Sendable, before?: Resource): boolean {
  if (kind === 'deactivate' || kind === 'delete') return false;
  if (kind === 'reactivate') return true;
  const active = after?.['active'] ?? (kind === 'create' ? true : before?.['active']);
  if (typeof active !== 'boolean')
    throw new RollcallError(
      'internal',
      'A request cannot be made without knowing whether the person is active',
    );
  return active;
}

/** The resource with the manager's id in the place of the identity key, or without a manager. */
export function withManager(resource: Resource, managerId: string | undefined): Resource {
  const extension = resource[ENTERPRISE];
  if (!isObject(extension) || extension['manager'] === undefined) return resource;
  const { manager: _, ...rest } = extension;
  const bound: Resource = managerId === undefined ? rest : { ...rest, manager: { value: managerId } };
  const { [ENTERPRISE]: __, ...others } = resource;
  return Object.keys(bound).length === 0 ? others : { ...others, [ENTERPRISE]: bound };
}

/** A body names the schemas that it uses, and no others (RFC 7643 §3). */
export function withSchemas(attributes: Resource): JsonObject {
  const present = Object.entries(attributes).filter(([, value]) => value !== undefined && value !== null);
  const extensions = present.map(([name]) => name).filter((name) => name.startsWith('urn:'));
  return { schemas: [CORE_USER, ...extensions], ...Object.fromEntries(present) };
}

/** With the attributes that a service wants to see even where they are empty: `[]` for several values, else `{}`. */
export function withEmpty(attributes: Resource, names: readonly string[]): Resource {
  const missing = names.filter((name) => attributes[name] === undefined && name !== 'active');
  return {
    ...attributes,
    ...Object.fromEntries(missing.map((name) => [name, userAttribute(name)?.multiValued ? [] : {}])),
  };
}

/** With `meta.resourceType`, where the service is told it: some providers send it, though it is readOnly (RFC 7643 §3.1). */
export function withMeta(
  body: JsonObject,
  { meta = [] }: Profile,
  method: 'post' | 'put',
  resourceType: 'User' | 'Group',
): JsonObject {
  return meta.includes(method) ? { ...body, meta: { resourceType } } : body;
}

export function needed<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new RollcallError('internal', `A request cannot be made without ${what}`);
  return value;
}
