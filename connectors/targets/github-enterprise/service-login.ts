import type { JsonObject } from '../../../src/model/index.ts';
import type { Circumstances, Held } from '../../../src/mock/description.ts';
import { invalid } from '../../../src/mock/refusal.ts';
import { attribute } from '../../../src/mock/schema/types.ts';
import type { ResourceType } from '../../../src/mock/schema/types.ts';

/** The enterprise's short code, which the logins of its managed users end with; here any one. */
const SHORT_CODE = '_octo';
const LONGEST = 39;

/** GitHub's own name for somebody, kept beside the attributes and shown to nobody. */
const LOGIN = 'login';

/**
 * G5: of an address the part before `@`, of a domain account the part behind the backslash; what is neither letter nor digit
 * becomes a dash; no dash begins or ends it, or follows another; with the short code it has at most 39 characters.
 */
export function loginOf(userName: string): string {
  const name = userName.replace(/^.*\\/, '').replace(/@.*$/, '');
  const login = name.replace(/[^a-z0-9]/gi, '-');
  if (/^-|-$|--/.test(login) || login === '')
    throw invalid('invalidValue', `The userName "${userName}" makes no username: "${login}".`);
  if (login.length + SHORT_CODE.length > LONGEST)
    throw invalid(
      'invalidValue',
      `The username "${login}${SHORT_CODE}" has more than ${LONGEST} characters.`,
    );
  return (login + SHORT_CODE).toLowerCase();
}

/** G5: a login that somebody else has already is refused. */
export function withLogin(attributes: JsonObject, { held, directory }: Circumstances): JsonObject {
  const userName = attributes['userName'] as string;
  const login = loginOf(userName);
  // One and the same userName is a duplicate (G3: 409), which is found out after this.
  const isOther = ({ id, attributes: theirs }: Held): boolean =>
    id !== held?.id && (theirs['userName'] as string).toLowerCase() !== userName.toLowerCase();
  if (directory.find(LOGIN, login).some(isOther))
    throw invalid('invalidValue', `The username "${login}" is taken.`);
  return { ...attributes, [LOGIN]: login };
}

export function withoutLogin(resource: JsonObject): JsonObject {
  const { [LOGIN]: _, ...rest } = resource;
  return rest;
}

export function typeWithLogin(type: ResourceType): ResourceType {
  const login = attribute(LOGIN, 'The username on GitHub.', { mutability: 'readOnly' });
  return {
    ...type,
    schema: { ...type.schema, attributes: [...type.schema.attributes, login] },
    indexes: [...type.indexes, { path: LOGIN, caseExact: true, unique: false, built: 'atOnce' }],
  };
}
