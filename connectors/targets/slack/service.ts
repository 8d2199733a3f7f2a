import type { JsonObject } from '../../../src/model/index.ts';
import { PLAIN } from '../../../src/mock/description.ts';
import type { ServiceDescription } from '../../../src/mock/description.ts';
import { invalid } from '../../../src/mock/refusal.ts';
import { shaped } from '../../../src/mock/schema/shaped.ts';
import { attribute } from '../../../src/mock/schema/types.ts';
import { service as rfc, users } from '../generic/service.ts';
import { INVALID_FILTER, bearer, isAddress, teams } from '../generic/service-parts.ts';

/**
 * Slack, SCIM 2.0, as its documentation tells it, read on 2026-11-26: L1 is docs.slack.dev/reference/scim-api, L3
 * github.com/slackapi/java-slack-sdk at 86ff7ca (package scim2 and its guide), L4 the change log entry "SCIM will paginate" of June
 * 2019, L5 the mode "slack" of github.com/goauthentik/authentik, L6 docs.slack.dev/reference/scim-api/rate-limits. Beyond its
 * rates (L6: 429 with Retry-After) there is --fault status=429,retryAfter=30. L1 lets one PATCH have 15,000 members, and
 * advises 5,000: here the mock's own limits hold.
 */
const list = { defaultCount: 10, maxCount: 1000 };

const guestSchema = {
  id: 'urn:ietf:params:scim:schemas:extension:slack:guest:2.0:User',
  name: 'Guest',
  description: 'Whether the person is a guest, and until when.',
  attributes: [
    attribute('type', 'The kind of guest.', { canonicalValues: ['multi'] }),
    attribute('expiration', 'When the guest loses access.', { type: 'dateTime' }),
  ],
};

export const service: ServiceDescription = {
  ...rfc,
  name: 'slack',
  title: 'Slack',
  sources: [
    'https://docs.slack.dev/reference/scim-api',
    'https://docs.slack.dev/reference/scim-api/rate-limits',
    'https://api.slack.com/changelog/2019-06-have-scim-will-paginate',
    'https://github.com/slackapi/java-slack-sdk',
  ],
  // L1: https://api.slack.com/scim/v2/.
  basePath: '/scim/v2',
  // L1: an OAuth token of a user, with this scope.
  authentication: bearer('admin'),
  // L3: `schemas`, `detail` and `status`, and no scimType.
  errors: { status: 'string', scimType: false, framework: 'scim' },
  features: PLAIN,
  // L5: what is said there of filters is not so.
  providerConfig: { says: { filter: { supported: false, maxResults: 0 } } },
  resourceTypes: [
    {
      ...users,
      type: {
        ...shaped(users.type, {
          // L1 “User attributes” and “PATCH /Users”, and its answers, which say no type of an address.
          only: ['userName', 'nickName', 'name.givenName', 'name.familyName', 'name.honorificPrefix'].concat(
            ['displayName', 'profileUrl', 'title', 'userType', 'preferredLanguage', 'locale', 'timezone'],
            ['emails.value', 'emails.primary', 'phoneNumbers.value', 'phoneNumbers.primary'],
            ['addresses.streetAddress', 'addresses.locality', 'addresses.region', 'addresses.postalCode'],
            ['addresses.country', 'addresses.primary', 'photos', 'roles.value', 'roles.primary'],
            ['active', 'password', 'groups'],
          ),
          // L1.
          required: ['userName', 'emails', 'emails.value'],
          unique: ['userName'],
        }),
        // L1; of the third extension, slack:profile, the attributes are the customer's own, and passed over here.
        extensions: [...users.type.extensions, { schema: guestSchema, required: false }],
      },
      // L4: 10 by default; what is over 1,000 is cut to 1,000.
      // L1 “PATCH /Users”: updates to them are not supported.
      createOnly: ['externalId', 'profileUrl'],
      list,
      // Names and addresses are what people are seen to ask for (L3): what else can be compared is not told.
      filters: { paths: ['userName', 'emails', 'emails.value'], otherwise: INVALID_FILTER },
      // L1: DELETE sets a user to deactivated.
      deletes: 'deactivated',
      hooks: { settle },
    },
    {
      ...teams,
      // L1 "Group attributes".
      type: shaped(teams.type, { readOnly: ['externalId'] }),
      list,
      // L3 removes members by a list of values. L1 “Remove a single member” has a path with an id without quotation marks, which
      // is no filter of RFC 7644 §3.4.2.2: no such path is taken here.
      patch: {
        ...teams.patch,
        filteredPaths: { status: 400, detail: 'A path with a filter is not supported: %s' },
      },
    },
  ],
  accepts: {
    // L3: {op: "remove", path: "members", value: [{value: id}]}.
    removeByValue: true,
  },
};

/**
 * L1 “User attributes” and “POST /Users”: a userName that is an e-mail address is converted; to what is before the "@"
 * (concluded). Special characters but ".", "_" and "-" become underscores, and its answers show small letters.
 * L1 “Errors”: beyond 21 characters it is refused; the status is not told.
 */
function userNameOf(given: string): string {
  const name = (isAddress(given) ? given.replace(/@.*$/, '') : given).replace(/[^\p{L}\p{N}._-]/gu, '_');
  if (name.length > 21) throw invalid('invalidValue', 'username_too_long');
  return name.toLowerCase();
}

/** L1 “PATCH /Users”: of several values so many are stored, the primary one among them. */
const stored: Readonly<Record<string, number>> = {
  emails: 2,
  phoneNumbers: 2,
  addresses: 1,
  roles: 1,
  photos: 1,
};

function few(values: readonly JsonObject[], most: number): readonly JsonObject[] {
  const primary = values.filter((one) => one['primary'] === true);
  return [...primary, ...values.filter((one) => !primary.includes(one))].slice(0, most);
}

/**
 * L1 “PATCH /Users”: a nickName is the userName. Of the addresses of a user one is the primary one, as all examples of L1 have it: the first, where none is said to be
 * (concluded).
 */
function settle(attributes: JsonObject): JsonObject {
  const { userName } = attributes;
  const emails = attributes['emails'] as readonly JsonObject[];
  const isSaid = emails.some(({ primary }) => primary === true);
  const kept = Object.entries(stored).flatMap(([name, most]) => {
    const values = attributes[name];
    return Array.isArray(values) ? [[name, few(values as readonly JsonObject[], most)] as const] : [];
  });
  const first = emails.map((one, at) => (at === 0 ? { ...one, primary: true } : one));
  return {
    ...attributes,
    ...Object.fromEntries(kept),
    ...(typeof userName === 'string' && { userName: userNameOf(userName), nickName: userNameOf(userName) }),
    ...(!isSaid && { emails: few(first, stored['emails']!) }),
  };
}
