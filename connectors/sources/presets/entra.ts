import type { Preset } from '../../../src/model/index.ts';
import { field } from './field.ts';

/**
 * Microsoft Entra ID, as Graph's `GET /users` lists users:
 * https://learn.microsoft.com/graph/api/user-list?view=graph-rest-1.0
 *
 * Without `$select` the list has eleven properties, and `accountEnabled` is none of them, so it has to be asked for:
 *
 *     GET /v1.0/users?$select=id,accountEnabled,userPrincipalName,mail,displayName,givenName,surname,jobTitle,
 *       department,companyName,employeeId,employeeType,employeeOrgData,businessPhones,mobilePhone,preferredLanguage,
 *       streetAddress,city,state,postalCode,country&$expand=manager($select=id)
 *
 * The properties: https://learn.microsoft.com/graph/api/resources/user?view=graph-rest-1.0#properties. A page is a list
 * under `value`, and all but the last have `@odata.nextLink` (https://learn.microsoft.com/graph/paging).
 *
 * Groups are not taken from `$expand=memberOf`, which gives 20 of them at most
 * (https://learn.microsoft.com/graph/query-parameters#expand-parameter): half of a list would take people out of groups.
 * They are listed by `GET /groups` (https://learn.microsoft.com/graph/api/group-list), and the members of each, who may be
 * groups and devices as well, by `GET /groups/{id}/members` (https://learn.microsoft.com/graph/api/group-list-members).
 */

/** Free text there, and two letters in SCIM (RFC 7643 §4.1.2). */
const country = '${matches(get(record, "country"), "^[A-Z][A-Z]$") ? get(record, "country") : none()}';

export const entra: Preset = {
  name: 'entra',
  title: 'Microsoft Entra ID: users as Graph’s `GET /users` lists them',
  configuration: {
    source: {
      connector: 'json',
      records: '/value',
      key: '${record.id}',
      expect: { noMore: '/@odata.nextLink' },
      groups: {
        records: '/value',
        name: '${record.displayName}',
        match: '${record.id}',
        expect: { noMore: '/@odata.nextLink' },
        members: { records: '/value' },
      },
    },
    identity: {
      userName: '${record.userPrincipalName}',
      name: { givenName: field('givenName'), familyName: field('surname') },
      displayName: field('displayName'),
      title: field('jobTitle'),
      userType: field('employeeType'),
      preferredLanguage: field('preferredLanguage'),
      emails: [{ value: field('mail'), type: 'work', primary: true }],
      phoneNumbers: [
        { value: '${first(default(get(record, "businessPhones"), []))}', type: 'work' },
        { value: field('mobilePhone'), type: 'mobile' },
      ],
      addresses: [
        {
          streetAddress: field('streetAddress'),
          locality: field('city'),
          region: field('state'),
          postalCode: field('postalCode'),
          country,
          type: 'work',
        },
      ],
      active: { from: '${record.accountEnabled}', on: [true], off: [false] },
      enterprise: {
        employeeNumber: field('employeeId'),
        costCenter: '${get(get(record, "employeeOrgData"), "costCenter")}',
        organization: field('companyName'),
        division: '${get(get(record, "employeeOrgData"), "division")}',
        department: field('department'),
        manager: { value: '${ref(get(get(record, "manager"), "id"))}' },
      },
    },
  },
};
