import type { JsonObject } from '../../../src/model/index.ts';
import { isObject } from '../../../src/model/index.ts';
import type { Changes, Directory, Held } from '../../../src/mock/description.ts';
import { Refused, invalid } from '../../../src/mock/refusal.ts';
import { isAddress } from '../generic/service-parts.ts';

/** P3: more operations than that are refused. */
const MOST = 100;

export const ROLE = 'sentryOrgRole';
export const OWNER = 'owner';

/** Somebody who did not come by SCIM, and may be an owner. */
export function memberBefore(user: JsonObject): JsonObject {
  const role = user[ROLE];
  return { ...settleMember(user), ...(role !== undefined && { [ROLE]: role }) };
}

/** P1 `post`: the userName is the e-mail address, and all that is kept. */
export function settleMember(attributes: JsonObject): JsonObject {
  const { userName } = attributes;
  if (!isAddress(userName)) throw invalid('invalidValue', 'Enter a valid email address.');
  return {
    userName,
    emails: [{ primary: true, value: userName, type: 'work' }],
    name: { familyName: 'N/A', givenName: 'N/A' },
    active: attributes['active'] ?? true,
  };
}

/** P1 `patch`: the first operation has to set `active` to false, which deletes the member; no operation at all is none. */
export function patchMember(body: unknown, held: Held, directory: Directory): Changes {
  const operations = isObject(body) ? body['Operations'] : undefined;
  if (!Array.isArray(operations)) throw refused('Operations: This field is required.');
  if (operations.length > MOST) throw refused(`Ensure this field has no more than ${MOST} elements.`);
  const [first] = operations as readonly unknown[];
  if (first === undefined) return { set: {} };
  if (!isObject(first) || typeof first['op'] !== 'string' || first['op'].toLowerCase() !== 'replace')
    throw refused('Invalid Patch Operation. See documentation for what is supported');
  const { path, value } = first;
  if (typeof value !== 'boolean' && !isObject(value)) throw refused('value must be a boolean or object');
  const isOff = isObject(value) ? value['active'] === false : path === 'active' && !value;
  if (!isOff) throw refused('Invalid Patch Operation. See documentation for what is supported');
  const isOwner = ({ attributes }: Held): boolean => attributes[ROLE] === OWNER;
  // P1, ERR_ONLY_OWNER.
  if (isOwner(held) && directory.first(Infinity).filter(isOwner).length === 1)
    throw new Refused({
      status: 403,
      detail: 'You cannot remove the only remaining owner of the organization.',
    });
  return { set: { active: false } };
}

function refused(detail: string): Refused {
  return new Refused({ status: 400, detail });
}
