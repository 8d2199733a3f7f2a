import { PLAIN } from '../../../src/mock/description.ts';
import type { ServiceDescription } from '../../../src/mock/description.ts';
import { shaped } from '../../../src/mock/schema/shaped.ts';
import { groups, service as rfc, users } from '../generic/service.ts';
import { INVALID_FILTER } from '../generic/service-parts.ts';
import { entitlements, roles, settle } from './service-entitlements.ts';

/**
 * Salesforce, as its help tells it, read on 2026-11-26 at help.salesforce.com/s/articleView?id=: S1 is
 * xcloud.identity_scim_rest_api, S2 xcloud.identity_scim_implementation, S3 identity_scim_create_users, S4
 * identity_scim_update_users, S5 identity_scim_deactivate_reactivate_user, S6 xcloud.identity_scim_manage_groups. S10 is
 * learn.microsoft.com/en-us/answers/questions/5828857, S8 github.com/Tools4everBV/HelloID-Conn-Prov-Target-Salesforce, and S11
 * "Status Codes and Error Responses" of developer.salesforce.com. How a filter binds is told in part only (S2: AND does not bind
 * more than OR does): here it is as in RFC 7644. That `userName` is unique among all customers of Salesforce (S3) is so among those of
 * one mock's organisation here. `meta.version`, which S3 shows, is not sent.
 */
const list = { defaultCount: 200, maxCount: 200 };

export const service: ServiceDescription = {
  ...rfc,
  name: 'salesforce',
  title: 'Salesforce',
  sources: [
    'https://help.salesforce.com/s/articleView?id=xcloud.identity_scim_rest_api.htm',
    'https://help.salesforce.com/s/articleView?id=xcloud.identity_scim_implementation.htm',
    'https://help.salesforce.com/s/articleView?id=sf.identity_scim_create_users.htm',
    'https://help.salesforce.com/s/articleView?id=sf.identity_scim_update_users.htm',
    'https://help.salesforce.com/s/articleView?id=sf.identity_scim_deactivate_reactivate_user.htm',
    'https://help.salesforce.com/s/articleView?id=xcloud.identity_scim_manage_groups.htm',
    'https://learn.microsoft.com/en-us/answers/questions/5828857',
  ],
  // S1.
  basePath: '/services/scim/v2',
  authentication: {
    ...rfc.authentication,
    // S1: an OAuth 2.0 access token. The mock's keys stand for it.
    permission: 'api',
    challenge: false,
    forbidden: { status: 403, detail: 'This access token does not have the scope "api".' },
  },
  // S10: the body of an error has a number, and no scimType.
  errors: { status: 'number', scimType: false, framework: 'scim' },
  providerConfig: {
    // S1, S2: in the plural.
    path: '/ServiceProviderConfigs',
    says: {
      changePassword: { supported: true },
      authenticationSchemes: [
        {
          type: 'oauth2',
          name: 'OAuth v2.0',
          description: 'An access token of OAuth 2.0.',
          specUri: 'https://www.rfc-editor.org/info/rfc6749',
        },
      ],
    },
  },
  // S2: neither bulk, sort nor etag; S1 has /Me.
  features: { ...PLAIN, me: true },
  resourceTypes: [
    {
      ...users,
      type: shaped(users.type, {
        required: ['userName', 'name', 'name.familyName', 'emails'],
        unique: ['userName'],
      }),
      // S1: no PUT.
      operations: ['create', 'list', 'read', 'patch', 'delete'],
      list,
      // S2: "one phone number per user". S3 has the fields of the User object, which has one address
      // (developer.salesforce.com, Object Reference, "User", Email).
      bounds: { phoneNumbers: { values: 1 }, emails: { values: 1 } },
      // S4, S5: the value of an operation is an object with attributes, and there is no path beside it. No page shows one.
      patch: { ...users.patch, paths: { status: 400, detail: 'A path is not supported here: %s' } },
      // S5: a user is never deleted; DELETE does what `active: false` does.
      deletes: 'deactivated',
      // Names are what people are seen to ask for (S8): what else can be compared is not told, and is refused here.
      filters: { paths: ['userName'], otherwise: INVALID_FILTER },
      exists: { status: 409, detail: 'DUPLICATE_USERNAME:%s is taken' },
      hooks: { settle },
    },
    {
      ...groups,
      type: { ...groups.type, members: { attribute: 'members', of: ['User', 'Group'] } },
      // S1: read and update.
      operations: ['list', 'read', 'patch'],
      filters: { paths: ['displayName'], otherwise: INVALID_FILTER },
      list,
      patch: {
        ...groups.patch,
        removeNothing: 'ignored',
        // S6: the members are in the value, and the path is never more than a name.
        filteredPaths: { status: 400, detail: 'A path with a filter is not supported: %s' },
        // S6: "You can use SCIM to manage a group by adding or removing members."
        only: {
          paths: ['members'],
          otherwise: { status: 400, detail: 'Only the members of a group can be changed, not its %s.' },
        },
      },
      // Nobody can create one by SCIM: some have to be there.
      presets: ['All Staff', 'Sales', 'Support'].map((displayName, at) => ({
        id: `00G00000000000${at + 1}AAA`,
        attributes: { displayName },
      })),
    },
    entitlements,
    roles,
  ],
  accepts: {
    // S6: add and remove have the path "members", and a value with "members" in it.
    namedValues: true,
    removeByValue: true,
  },
  refuses: {
    // S6: the path never stands beside a plain list.
    plainValues: true,
  },
  // S11: the code of an organisation without a licence left; the status is that of S10, whose form it has (concluded).
  full: { status: 409, detail: 'LICENSE_LIMIT_EXCEEDED:license limit exceeded;' },
};
