import { isObject } from '../../src/model/index.ts';
import { userAttribute } from '../../src/scim/schema.ts';
import type { Recorded } from '../../src/mock/index.ts';
import { operationsOf } from './wire.ts';
import type { PatchOperation } from './wire.ts';

/*
 * What the provisioning clients of Okta and Microsoft Entra send: a service that was made for one of them need not take anything
 * else. Okta is developer.okta.com, “SCIM 2.0 reference”, Entra is learn.microsoft.com/entra/identity/app-provisioning:
 * “Tutorial” its use-scim-to-provision-users-and-groups, “Compatibility” its application-provisioning-config-problem-scim-compatibility.
 */

/** A service that was made for one provider. */
export interface Provided {
  /** The description that takes what the provider sends. */
  readonly service: string;
  /** Whether a password goes with a create. */
  readonly sendsPassword: boolean;
  /** What a request has that the provider never sends; `undefined` where there is nothing. */
  readonly strange: (request: Recorded) => string | undefined;
}

/** Something that all requests of a kind have, and what is said of one without it. */
interface Rule {
  readonly of: `${'GET' | 'POST' | 'PUT' | 'PATCH'} ${'Users' | 'Groups'}`;
  readonly lacks: (request: Recorded) => boolean;
  readonly says: string;
}

const ADSCIM = 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group';

const has = ({ body }: Recorded, name: string): boolean => isObject(body) && body[name] !== undefined;

const named = (of: Rule['of'], ...names: readonly string[]): readonly Rule[] =>
  names.map((name) => ({ of, lacks: (request) => !has(request, name), says: `it has no ${name}` }));

/** A look-up by another attribute. Requests without a filter read what is there. */
const asks = (of: Rule['of'], ...names: readonly string[]): Rule => ({
  of,
  lacks: ({ query: { filter } }) =>
    typeof filter === 'string' && !names.some((name) => filter.startsWith(`${name} `)),
  says: `it asks for something else than ${names.join(' or ')}`,
});

const never = (of: Rule['of']): Rule => ({ of, lacks: () => true, says: 'it is never sent' });

/** An operation that is not as it should be. */
const says = (of: Rule['of'], isWrong: (one: PatchOperation) => boolean, text: string): Rule => ({
  of,
  lacks: (request) => operationsOf(request).some(isWrong),
  says: text,
});

const isMembers = ({ path = '' }: PatchOperation): boolean => path.startsWith('members');

const okta: readonly Rule[] = [
  asks('GET Users', 'userName'), // “Retrieve users with a filter”
  asks('GET Groups', 'displayName'), // “Retrieve groups”
  ...named('POST Users', 'groups'), // “Create users”
  ...named('PUT Users', 'active', 'groups', 'meta'), // “Update a specific user (PUT)”
  ...named('POST Groups', 'members'), // “Create groups”
  { of: 'POST Groups', lacks: (request) => has(request, 'externalId'), says: 'it has an externalId' },
];

const oktaWizard: readonly Rule[] = [
  ...okta,
  never('PATCH Users'), // “Update a specific user (PUT)”, also to switch somebody off
  never('PATCH Groups'), // “Update a specific group name” and “membership”, by PUT
];

const oktaCatalogue: readonly Rule[] = [
  ...okta,
  // “Update a specific user (PATCH)”: one operation without a path, with nothing but `active` in it.
  says(
    'PATCH Users',
    ({ path, value }) => path !== undefined || !isObject(value) || typeof value['active'] !== 'boolean',
    'it is no { active } without a path',
  ),
  never('PUT Groups'),
  // “Update a specific group name”: the id and the name, without a path.
  says(
    'PATCH Groups',
    (one) => !isMembers(one) && (one.path !== undefined || !isObject(one.value) || !('id' in one.value)),
    'it is no name with the id beside it',
  ),
  // “Update specific group membership”: whoever goes is in the path.
  says('PATCH Groups', ({ op, path }) => op === 'remove' && path === 'members', 'it removes by a list'),
];

const entraUsers: readonly Rule[] = [
  asks('GET Users', 'externalId', 'userName'), // Tutorial, “Get User by query”: the attribute that is matched by
  ...named('POST Users', 'roles', 'meta'), // Tutorial, “Create User”
  ...named('POST Groups', 'meta'), // Tutorial, “Create Group”
  {
    of: 'POST Groups', // Tutorial, “Create Group”
    lacks: ({ body }) => !isObject(body) || !(body['schemas'] as readonly string[]).includes(ADSCIM),
    says: `it does not name ${ADSCIM}`,
  },
  {
    of: 'PATCH Users', // Tutorial, “Update User [Multi-valued properties]”: each value by its type
    // What had no value is given as a whole; nobody here gets a first value in one attribute alone.
    lacks: (request) => {
      const [one, ...others] = operationsOf(request);
      return others.length === 0 && one?.op.toLowerCase() === 'replace' && areTyped(one.value);
    },
    says: 'it replaces values that their types tell apart, all at once',
  },
  // AzureAD/SCIMReferenceCode, Microsoft.SCIM.LogicAppValidationTemplate: the id alone.
  says(
    'PATCH Users',
    ({ path = '', value }) => path.endsWith('manager') && isObject(value),
    'the manager is an object',
  ),
  // Tutorial, “Update Group [Add Members]”.
  says(
    'PATCH Groups',
    ({ value }) => Array.isArray(value) && value.some((one) => !isObject(one) || one['$ref'] !== null),
    'a member has no $ref',
  ),
];

const areTyped = (values: unknown): boolean => {
  if (!Array.isArray(values) || values.length < 2) return false;
  const types = values.map((one: unknown) => (isObject(one) ? one['type'] : undefined));
  return new Set(types).size === values.length && !types.includes(undefined);
};

const entra: readonly Rule[] = [
  ...entraUsers,
  // Compatibility: Add, Replace, Remove.
  ...(['PATCH Users', 'PATCH Groups'] as const).map((of) =>
    says(of, ({ op }) => !['Add', 'Replace', 'Remove'].includes(op), 'it says its operations in lower case'),
  ),
  // Compatibility, “Requests made to disable users”.
  says(
    'PATCH Users',
    ({ path, value }) => path === 'active' && typeof value !== 'string',
    '`active` is no text',
  ),
  // Compatibility, “Requests made to remove a group member”.
  says('PATCH Groups', ({ path = '' }) => path.includes('['), 'it removes by a path with a filter'),
];

const entra2020: readonly Rule[] = [
  ...entraUsers,
  {
    of: 'PATCH Users', // Compatibility, “Requests to replace multiple attributes”: in one operation without a path
    lacks: (request) => operationsOf(request).filter(isSingle).length > 1,
    says: 'it has an operation of its own for each single attribute',
  },
];

const isSingle = ({ op, path = '' }: PatchOperation): boolean =>
  op !== 'remove' &&
  path !== 'active' &&
  !path.includes('[') &&
  !path.endsWith('manager') &&
  userAttribute(path)?.multiValued === false;

function judge(rules: readonly Rule[]): Provided['strange'] {
  return (request) => {
    const [, type] = /\/(Users|Groups)\b/.exec(request.path) ?? [];
    const of = `${request.method} ${String(type)}`;
    const broken = rules.find((rule) => rule.of === of && rule.lacks(request));
    return broken && `${of}: ${broken.says}`;
  };
}

/** By the name of the dialect in which a profile speaks to such a service. */
export const provided: Readonly<Record<string, Provided>> = {
  'okta-aiw': { service: 'rfc', sendsPassword: true, strange: judge(oktaWizard) },
  'okta-oin': { service: 'rfc', sendsPassword: true, strange: judge(oktaCatalogue) },
  entra: { service: 'entra-lenient', sendsPassword: false, strange: judge(entra) },
  'entra-2020': { service: 'entra-lenient', sendsPassword: false, strange: judge(entra2020) },
};
