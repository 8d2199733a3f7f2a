import type { Preset } from '../../../src/model/index.ts';
import { enterprise, field, personal } from './field.ts';

/**
 * Any SCIM 2.0 service, as `GET /Users` answers: a ListResponse (RFC 7644 §3.4.2), whose `totalResults` counts the users of
 * all pages. Names may be told apart by case here, although RFC 7643 §2.1 has it otherwise: what services write is what
 * the RFC writes.
 *
 * The key is the `id`: it is always there, never changes and is never given to somebody else (RFC 7643 §3.1), and managers
 * are named by it (§4.3). `externalId` is what some client of that service wrote, and may be missing.
 *
 * `active` has no canonical default: a user without it is rejected. `groups` are those of the person, written by the
 * service (§4.1.2), direct and indirect.
 */

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const extension = (name: string) => `\${get(get(record, "${ENTERPRISE}"), "${name}")}`;
const part = (name: string) => `\${get(get(record, "name"), "${name}")}`;
/** All values of an attribute, each with the sub-attributes that RFC 7643 §2.4 gives to all; what a service adds is left out. */
const values = (name: string) =>
  `\${default(get(record, "${name}"), []).map(one, {"value": get(one, "value"), "type": get(one, "type"), "primary": get(one, "primary"), "display": get(one, "display")})}`;

export const scim: Preset = {
  name: 'scim',
  title: 'Any SCIM service: the answer to `GET /Users`',
  configuration: {
    source: {
      connector: 'json',
      records: '/Resources',
      key: '${record.id}',
      expect: { total: '/totalResults' },
    },
    identity: {
      userName: '${record.userName}',
      name: {
        formatted: part('formatted'),
        familyName: part('familyName'),
        givenName: part('givenName'),
        middleName: part('middleName'),
        honorificPrefix: part('honorificPrefix'),
        honorificSuffix: part('honorificSuffix'),
      },
      displayName: field('displayName'),
      ...personal(field),
      emails: values('emails'),
      phoneNumbers: values('phoneNumbers'),
      addresses:
        '${default(get(record, "addresses"), []).map(one, {"formatted": get(one, "formatted"), "streetAddress": get(one, "streetAddress"), "locality": get(one, "locality"), "region": get(one, "region"), "postalCode": get(one, "postalCode"), "country": get(one, "country"), "type": get(one, "type"), "primary": get(one, "primary")})}',
      active: { from: '${record.active}', on: [true], off: [false] },
      enterprise: {
        ...enterprise(extension),
        manager: { value: `\${ref(get(get(get(record, "${ENTERPRISE}"), "manager"), "value"))}` },
      },
    },
    groups: [
      {
        from: '${default(get(record, "groups"), []).map(one, default(get(one, "display"), get(one, "value")))}',
      },
    ],
  },
};
