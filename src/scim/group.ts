import { withMeta } from './body.ts';
import { patchOf } from './patch.ts';
import { groupPath } from './path.ts';
import type { PatchOperation } from './patch.ts';
import { isObject } from '../model/index.ts';
import type {
  AttributeChange,
  GroupAbilities,
  GroupKind,
  JsonObject,
  MemberKind,
  Profile,
  Resource,
  ScimRequest,
} from '../model/index.ts';

const CORE_GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';

type Abilities = Extract<GroupAbilities, { supported: true }>;
/** A profile of a service that takes groups. */
export type GroupProfile = Profile & { readonly groups: Abilities };

/** What an operation on a group itself sends; `link` sends nothing. */
export interface GroupSendable {
  readonly kind: Exclude<GroupKind, 'linkGroup'>;
  readonly after?: Resource;
  readonly changes: readonly AttributeChange[];
}

/** The request that creates, renames or deletes a group (RFC 7644 §3.3, §3.5.2, §3.6). Its members go by requests of their own. */
export function encodeGroup(
  { kind, after, changes }: GroupSendable,
  id: string | undefined,
  profile: GroupProfile,
): ScimRequest {
  const { groups } = profile;
  if (kind === 'createGroup') {
    const empty = Object.fromEntries((groups.always ?? []).map((name) => [name, []]));
    const body = { schemas: [CORE_GROUP, ...(groups.schemas ?? [])], ...after, ...empty };
    return { method: 'POST', path: '/Groups', body: withMeta(body, profile, 'post', 'Group') };
  }
  const path = groupPath(id!);
  if (kind === 'deleteGroup') return { method: 'DELETE', path };
  const removed = changes.filter((change) => change.after === undefined);
  const said = changes.filter((change) => change.after !== undefined);
  const values = said.map(({ path: attribute, after: value }) => [attribute, value!] as const);
  const operations: readonly PatchOperation[] =
    groups.patchForm === 'pathless' && said.length > 0
      ? [{ op: 'replace', value: { id: id!, ...Object.fromEntries(values) } }]
      : values.map(([attribute, value]) => ({ op: 'replace', path: attribute, value }));
  const gone = removed.map(({ path: attribute }): PatchOperation => ({ op: 'remove', path: attribute }));
  return { method: 'PATCH', path, body: patchOf([...operations, ...gone], profile) };
}

const none: ReadonlySet<string> = new Set();

/**
 * The request that adds members to a group or removes them, by the target's ids, in the dialect of the target. Those that
 * are `nested` are groups, which is said, since without a type a member is a User to many services (RFC 7643 §4.2).
 */
export function encodeMembers(
  kind: MemberKind,
  group: string,
  ids: readonly string[],
  profile: GroupProfile,
  nested = none,
): ScimRequest {
  const { remove, wrapped, reference } = profile.groups.members;
  const list = ids.map((value): JsonObject => ({
    ...(reference === true && { $ref: null }),
    ...memberOf(value, nested),
  }));
  const value = wrapped === true ? { members: list } : list;
  const operations: readonly PatchOperation[] =
    kind === 'memberAdd'
      ? [{ op: 'add', path: 'members', value }]
      : remove === 'value'
        ? [{ op: 'remove', path: 'members', value }]
        : ids.map((id) => ({ op: 'remove', path: `members[value eq ${JSON.stringify(id)}]` }));
  return { method: 'PATCH', path: groupPath(group), body: patchOf(operations, profile) };
}

/** The request that sends a group as a whole, with everybody who shall be in it (RFC 7644 §3.5.1). */
export function encodeWholeGroup(
  id: string,
  resource: Resource,
  members: readonly string[],
  nested = none,
): ScimRequest {
  const list = members.map((value) => memberOf(value, nested));
  return { method: 'PUT', path: groupPath(id), body: { schemas: [CORE_GROUP], ...resource, members: list } };
}

function memberOf(value: string, nested: ReadonlySet<string>): JsonObject {
  return nested.has(value) ? { value, type: 'Group' } : { value };
}

/** The ids of the groups that it says are in a group. */
export function groupIdsOf({ members }: Resource): readonly string[] {
  if (!Array.isArray(members)) return [];
  return (members as readonly unknown[]).flatMap((member) =>
    isObject(member) && member['type'] === 'Group' && typeof member['value'] === 'string'
      ? [member['value']]
      : [],
  );
}

/** The ids of those who are in a group; nothing where it does not say (RFC 7643 §4.2). */
export function memberIdsOf({ members }: Resource): readonly string[] | undefined {
  if (!Array.isArray(members)) return undefined;
  return (members as readonly unknown[])
    .map((member) => (isObject(member) ? member['value'] : undefined))
    .filter((value): value is string => typeof value === 'string');
}
