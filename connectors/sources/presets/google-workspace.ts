import type { Preset } from '../../../src/model/index.ts';

/**
 * Google Workspace, as the Directory API's `users.list` gives users with `projection=full`:
 * https://developers.google.com/workspace/admin/directory/reference/rest/v1/users/list and, for what a user has,
 * https://developers.google.com/workspace/admin/directory/reference/rest/v1/users. A page is a list under `users`, and all
 * but the last have a `nextPageToken`.
 *
 * Somebody is off who is suspended or archived. A list that was asked for `showDeleted` is of deleted users alone, and no
 * list for this.
 *
 * Groups are listed by `groups.list`
 * (https://developers.google.com/workspace/admin/directory/reference/rest/v1/groups/list), and the members of each by
 * `members.list` (https://developers.google.com/workspace/admin/directory/reference/rest/v1/members/list), which are users
 * and groups by their id. Google's clients take the list to be optional
 * (https://docs.rs/google-admin1_directory/1.0.2+20161124/google_admin1_directory/struct.Members.html): it is no fault that
 * a group has none, as long as the answer says of which `kind` it is. What tells of an error
 * has no `kind`.
 *
 * The manager is left out: a relation of the type manager holds an e-mail address, and the key is the id. Whoever takes
 * the address as the key instead finds in docs/configuration.md how to name the manager by it.
 */
const preferred = (list: string) =>
  `default(first(default(get(record, "${list}"), []).filter(one, get(one, "primary") == true)), first(default(get(record, "${list}"), [])))`;
const organization = (name: string) => `\${get(${preferred('organizations')}, "${name}")}`;
const address = (name: string) => `\${get(${preferred('addresses')}, "${name}")}`;
const typed = (list: string, type: string) =>
  `\${get(first(default(get(record, "${list}"), []).filter(one, get(one, "type") == "${type}")), "value")}`;

export const googleWorkspace: Preset = {
  name: 'google-workspace',
  title: 'Google Workspace: users as the Directory API’s `users.list` gives them',
  configuration: {
    source: {
      connector: 'json',
      records: '/users',
      key: '${record.id}',
      expect: { noMore: '/nextPageToken' },
      groups: {
        records: '/groups',
        name: '${record.name}',
        match: '${record.id}',
        expect: { noMore: '/nextPageToken' },
        members: { records: '/members', sign: '/kind' },
      },
    },
    identity: {
      userName: '${record.primaryEmail}',
      name: {
        givenName: '${get(record.name, "givenName")}',
        familyName: '${get(record.name, "familyName")}',
      },
      displayName:
        '${default(get(record.name, "displayName"), default(get(record.name, "fullName"), join([get(record.name, "givenName"), get(record.name, "familyName")], " ")))}',
      title: organization('title'),
      preferredLanguage: `\${get(${preferred('languages')}, "languageCode")}`,
      emails: [{ value: '${record.primaryEmail}', type: 'work', primary: true }],
      phoneNumbers: [
        { value: typed('phones', 'work'), type: 'work' },
        { value: typed('phones', 'mobile'), type: 'mobile' },
      ],
      addresses: [
        {
          streetAddress: address('streetAddress'),
          locality: address('locality'),
          region: address('region'),
          postalCode: address('postalCode'),
          country: address('countryCode'),
          type: 'work',
        },
      ],
      active: {
        from: '${record.suspended ? "suspended" : has(record.archived) && record.archived ? "archived" : "active"}',
        on: ['active'],
        off: ['suspended', 'archived'],
      },
      enterprise: {
        employeeNumber: typed('externalIds', 'organization'),
        costCenter: organization('costCenter'),
        organization: organization('name'),
        department: organization('department'),
      },
    },
  },
};
