import {
  activeAfter,
  needed,
  passwordFor,
  sayable,
  withEmpty,
  withManager,
  withMeta,
  withSchemas,
} from './body.ts';
import { patchBody } from './patch.ts';
import { userPath } from './path.ts';
import { putBody } from './put.ts';
import type { Binding, Sendable } from './body.ts';
import type { JsonObject, Profile, ScimRequest } from '../model/index.ts';

export type { Binding, Sendable } from './body.ts';

/**
 * The request that carries out an operation, in the dialect that the profile describes; for `generic` that of the
 * SCIM 2.0 Interoperability Profile (draft-zollner-scim-interop-profile-01 §6.5). `undefined` where nothing is left
 * to send: a change of manager alone while the manager has no account yet, or a link that changes nothing.
 *
 * A `delete` that still has a resource afterwards is a deactivation that loses the id (rule 15), and is sent as one.
 */
export function encode(
  operation: Sendable,
  profile: Profile,
  binding: Binding = {},
): ScimRequest | undefined {
  if (operation.kind === 'create')
    return { method: 'POST', path: '/Users', body: createBody(operation, profile, binding) };
  const path = userPath(needed(binding.remoteId, 'the id of the account'));
  if (operation.kind === 'delete' && operation.after === undefined) return { method: 'DELETE', path };
  if (saysNothing(operation, profile, binding)) return undefined;
  if (isPut(operation, profile, binding))
    return { method: 'PUT', path, body: putBody(operation, profile, binding) };
  const body = patchBody(operation, profile, binding);
  return body && { method: 'PATCH', path, body };
}

function createBody(operation: Sendable, profile: Profile, binding: Binding): JsonObject {
  const after = needed(operation.after, 'the resource to create');
  const password = passwordFor(profile, binding);
  const attributes = {
    ...withManager(after, binding.managerId),
    active: activeAfter(operation),
    ...(password !== undefined && { password }),
  };
  return withMeta(withSchemas(withEmpty(attributes, profile.create.always ?? [])), profile, 'post', 'User');
}

function saysNothing({ kind, changes }: Sendable, profile: Profile, binding: Binding): boolean {
  const isSwitch = kind !== 'update' && kind !== 'link';
  return (
    !isSwitch &&
    sayable(changes, binding.managerId).length === 0 &&
    passwordFor(profile, binding) === undefined
  );
}

/** A service that is updated by PUT may still want `active` alone by PATCH; a server without PATCH gets all by PUT. */
function isPut(operation: Sendable, profile: Profile, binding: Binding): boolean {
  if (binding.method === 'put') return true;
  if (profile.update.method === 'patch') return false;
  const isActiveAlone = operation.changes.every(({ path }) => path === 'active');
  const isJoined = operation.kind !== 'deactivate' && passwordFor(profile, binding) !== undefined;
  return isActiveAlone && !isJoined ? profile.active.method === 'put' : true;
}
