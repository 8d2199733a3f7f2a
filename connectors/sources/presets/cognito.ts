import type { Preset } from '../../../src/model/index.ts';

/**
 * Amazon Cognito, as `ListUsers` lists a user pool:
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUsers.html, and the words of
 * `UserStatus`: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserType.html. All pages but
 * the last have a `PaginationToken`.
 *
 * Somebody is off who is disabled, who never confirmed their own registration, or whose status says so: ARCHIVED and
 * COMPROMISED, which are among the values
 * (https://docs.aws.amazon.com/boto3/latest/reference/services/cognito-idp/client/list_users.html). UNKNOWN is one too, means
 * what it says, and is in no list.
 *
 * The attributes are those of OpenID Connect (OpenID Connect Core 1.0 §5.1). Their order means nothing; `sub` is the one
 * that never changes, whereas the user name may be an alias.
 */
const attribute = (name: string) =>
  `get(first(record.Attributes.filter(one, one.Name == "${name}")), "Value")`;
const field = (name: string) => `\${${attribute(name)}}`;

export const cognito: Preset = {
  name: 'cognito',
  title: 'Amazon Cognito: a user pool as `ListUsers` lists it',
  configuration: {
    source: {
      connector: 'json',
      records: '/Users',
      key: field('sub'),
      expect: { noMore: '/PaginationToken' },
    },
    identity: {
      userName: `\${default(${attribute('email')}, record.Username)}`,
      name: {
        givenName: field('given_name'),
        familyName: field('family_name'),
        middleName: field('middle_name'),
      },
      displayName: field('name'),
      nickName: field('nickname'),
      profileUrl: field('profile'),
      locale: field('locale'),
      timezone: field('zoneinfo'),
      emails: [{ value: field('email'), type: 'work', primary: true }],
      phoneNumbers: [{ value: field('phone_number'), type: 'mobile' }],
      active: {
        from: '${record.Enabled ? record.UserStatus : "disabled"}',
        on: ['CONFIRMED', 'EXTERNAL_PROVIDER', 'RESET_REQUIRED', 'FORCE_CHANGE_PASSWORD'],
        off: ['disabled', 'UNCONFIRMED', 'ARCHIVED', 'COMPROMISED'],
      },
    },
  },
};
