import { MANAGER, activeAfter, passwordFor, sayable } from './body.ts';
import { userAttribute } from './schema.ts';
import { typedChanges } from './typed.ts';
import { ENTERPRISE } from '../model/index.ts';
import type { Binding, Sendable } from './body.ts';
import type { AttributeChange, Json, JsonObject, Profile, Resource } from '../model/index.ts';

const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/** One operation of a PATCH (RFC 7644 §3.5.2). */
export interface PatchOperation {
  readonly [name: string]: Json;
  readonly op: 'add' | 'replace' | 'remove';
}

/** The body of a PATCH, or `undefined` where it would say nothing. */
export function patchBody(operation: Sendable, profile: Profile, binding: Binding): JsonObject | undefined {
  const changes = sayable(operation.changes, binding.managerId).map((change) =>
    bound(change, binding, profile),
  );
  const attributes = changes.filter(({ path }) => path !== 'active');
  const operations = inForm(
    profile.update.byType === true ? attributes.flatMap(typedChanges) : attributes,
    profile,
  );
  const switches = operation.kind !== 'update' && operation.kind !== 'link';
  if (switches || attributes.length < changes.length)
    operations.unshift(activeOperation(activeAfter(operation), profile));
  const password = switches && operation.kind !== 'reactivate' ? undefined : passwordFor(profile, binding);
  if (password !== undefined) operations.push(withPath({ path: 'password', before: '', after: password }));
  if (operations.length === 0) return undefined;
  return patchOf(operations, profile);
}

/** A PATCH of these operations, in the case that the profile writes them in. */
export function patchOf(operations: readonly PatchOperation[], { update }: Profile): JsonObject {
  const said = operations.map((one) =>
    update.operations === 'title' ? { ...one, op: `${one.op[0]!.toUpperCase()}${one.op.slice(1)}` } : one,
  );
  return { schemas: [PATCH_OP], Operations: said };
}

function inForm(changes: readonly AttributeChange[], { update }: Profile): PatchOperation[] {
  switch (update.patchForm) {
    case 'path':
      return changes.map(withPath);
    case 'pathless':
      return inOneObject(changes, placed);
    case 'paths': {
      const isAlone = ({ path }: AttributeChange): boolean =>
        path === MANAGER || path.includes('[') || userAttribute(path)?.multiValued === true;
      const single = changes.filter((change) => !isAlone(change));
      // An object around a single attribute would say nothing that its path does not.
      if (single.length < 2) return changes.map(withPath);
      const named = (value: Resource, { path, after }: AttributeChange): Resource => ({
        ...value,
        [path]: after!,
      });
      return [...changes.filter(isAlone).map(withPath), ...inOneObject(single, named)];
    }
  }
}

function bound(change: AttributeChange, { managerId }: Binding, { update }: Profile): AttributeChange {
  if (change.path !== MANAGER) return change;
  const isId = update.managerAs === 'id';
  // The empty text clears, where a service is told ids alone.
  if (change.after === undefined) return isId ? { ...change, after: '' } : change;
  if (managerId === undefined) return change;
  return { ...change, after: isId ? managerId : { value: managerId } };
}

/**
 * One operation per attribute, always with a path (SCIM 2.0 Interoperability Profile §6.5.1). `add` on an attribute
 * with several values appends to what is there, so those are always replaced as a whole; on a single one it says
 * that there was none before. What is cleared is removed.
 */
function withPath({ path, before, after }: AttributeChange): PatchOperation {
  if (isEmpty(after)) return { op: 'remove', path };
  const op =
    before === undefined && !userAttribute(path)?.multiValued && !path.includes('[') ? 'add' : 'replace';
  return { op, path, value: after };
}

/** One operation without a path, whose value is an object; what is cleared needs a path even so (RFC 7644 §3.5.2.2). */
function inOneObject(
  changes: readonly AttributeChange[],
  place: (value: Resource, change: AttributeChange) => Resource,
): PatchOperation[] {
  const kept = changes.filter(({ after }) => !isEmpty(after));
  const removed = changes.filter(({ after }) => isEmpty(after)).map(withPath);
  if (kept.length === 0) return removed;
  return [{ op: 'replace', value: kept.reduce(place, {}) }, ...removed];
}

function placed(value: Resource, { path, after }: AttributeChange): Resource {
  const [head, tail] = path.startsWith(`${ENTERPRISE}:`)
    ? [ENTERPRISE, path.slice(ENTERPRISE.length + 1)]
    : (path.split('.') as [string, string | undefined]);
  if (tail === undefined) return { ...value, [head]: after! };
  return { ...value, [head]: { ...(value[head] as Resource | undefined), [tail]: after! } };
}

/** The type that `active` wants differs with the form at some services, so the profile names the pair. */
function activeOperation(active: boolean, profile: Profile): PatchOperation {
  const value = spoken(active, profile.active.as);
  return profile.active.form === 'path'
    ? { op: 'replace', path: 'active', value }
    : { op: 'replace', value: { active: value } };
}

function spoken(active: boolean, as: Profile['active']['as']): boolean | string {
  if (as === 'boolean') return active;
  return as === 'string' ? String(active) : active ? 'True' : 'False';
}

function isEmpty(value: Json | undefined): value is undefined {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}
