import type { Preset } from '../../../src/model/index.ts';
import { enterprise, personal } from './field.ts';

/**
 * Okta, as `GET /api/v1/users` lists users: https://developer.okta.com/docs/reference/api/users/#list-users. Each page is
 * a list of its own, and that there is another one stands in a header. Unless it is asked for them, the list is without
 * the users whose status is DEPROVISIONED: these have left by being absent.
 *
 * The words of `status` are all that a user can have
 * (https://developer.okta.com/okta-sdk-java/apidocs/com/okta/sdk/resource/user/UserStatus.html), and the names under
 * `profile` are those of the default profile (https://developer.okta.com/docs/reference/api/users/#default-profile-properties),
 * of which only those with a value need to be there.
 *
 * Groups are listed by `GET /api/v1/groups`, and the members of each, as users, by `GET /api/v1/groups/{id}/users`, in pages
 * as the users are: https://developer.okta.com/docs/reference/api/groups/#list-groups and #list-group-members.
 */
const field = (name: string) => `\${get(record.profile, "${name}")}`;

export const okta: Preset = {
  name: 'okta',
  title: 'Okta: users as `GET /api/v1/users` lists them',
  configuration: {
    source: {
      connector: 'json',
      key: '${record.id}',
      groups: { name: '${record.profile.name}', match: '${record.id}' },
    },
    identity: {
      userName: '${record.profile.login}',
      name: {
        givenName: field('firstName'),
        familyName: field('lastName'),
        middleName: field('middleName'),
        honorificPrefix: field('honorificPrefix'),
        honorificSuffix: field('honorificSuffix'),
      },
      displayName:
        '${default(get(record.profile, "displayName"), join([get(record.profile, "firstName"), get(record.profile, "lastName")], " "))}',
      ...personal(field),
      emails: [{ value: field('email'), type: 'work', primary: true }],
      phoneNumbers: [
        { value: field('primaryPhone'), type: 'work' },
        { value: field('mobilePhone'), type: 'mobile' },
      ],
      addresses: [
        {
          streetAddress: field('streetAddress'),
          locality: field('city'),
          region: field('state'),
          postalCode: field('zipCode'),
          country: field('countryCode'),
          type: 'work',
        },
      ],
      // Whoever is locked out or has to choose a password works here all the same. Somebody who is staged was not let in
      // yet, and somebody who is suspended is to have no access for a while.
      active: {
        from: '${record.status}',
        on: ['ACTIVE', 'PROVISIONED', 'RECOVERY', 'PASSWORD_EXPIRED', 'LOCKED_OUT'],
        off: ['STAGED', 'SUSPENDED', 'DEPROVISIONED'],
      },
      enterprise: {
        ...enterprise(field),
        manager: { value: '${ref(get(record.profile, "managerId"))}' },
      },
    },
  },
};
