import { groupPath } from './path.ts';
import type { JsonObject, Resource, GroupAbilities, MemberKind, ScimRequest } from '../model/index.ts';
import type { AttributeChange, GroupKind } from '../model/index.ts';

const CORE_GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

type Abilities = Extract<GroupAbilities, { supported: true }>;

/** What an operation on a group itself sends; `link` sends nothing. */
export interface GroupSendable {
  readonly kind: Exclude<GroupKind, 'linkGroup'>;
  readonly after?: Resource;
  readonly changes: readonly AttributeChange[];
}

/** The request that creates, renames or deletes a group (RFC 7644 §3.3, §3.5.2, §3.6). Its members go by requests of their own. */
export function encodeGroup({ kind, after, changes }: GroupSendable, id: string | undefined): ScimRequest {
  if (kind === 'createGroup')
    return { method: 'POST', path: '/Groups', body: { schemas: [CORE_GROUP], ...after } };
  const path = groupPath(id!);
  if (kind === 'deleteGroup') return { method: 'DELETE', path };
  const operations = changes.map(({ path: attribute, after: value }): JsonObject =>
    value === undefined ? { op: 'remove', path: attribute } : { op: 'replace', path: attribute, value },
  );
  return { method: 'PATCH', path, body: { schemas: [PATCH_OP], Operations: operations } };
}

/** The request that adds people to a group or removes them, by the target's ids, in the dialect of the target. */
export function encodeMembers(
  kind: MemberKind,
  group: string,
  members: readonly string[],
  { members: { remove } }: Abilities,
): ScimRequest {
  const list = members.map((value) => ({ value }));
  const operations: JsonObject[] =
    kind === 'memberAdd'
      ? [{ op: 'add', path: 'members', value: list }]
      : remove === 'value'
        ? [{ op: 'remove', path: 'members', value: list }]
        : members.map((value) => ({ op: 'remove', path: `members[value eq ${JSON.stringify(value)}]` }));
  return {
    method: 'PATCH',
    path: groupPath(group),
    body: { schemas: [PATCH_OP], Operations: operations },
  };
}
