import { attribute } from './types.ts';
import type { Schema } from './types.ts';

/**
 * The enterprise extension: RFC 7643 §4.3, with the characteristics of §8.7.1; but `manager.value` and `manager.$ref`
 * hold an id and a reference, which are case-exact (§3.1, §2.3.7). Neither is required: §4.3 recommends them, and the
 * word "REQUIRED" in the descriptions of §8.7.1 stands beside a `false`.
 */
export const enterpriseSchema: Schema = {
  id: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
  name: 'EnterpriseUser',
  description: 'What an employer knows about a person.',
  attributes: [
    attribute('employeeNumber', 'The number or code of the person in the organisation.'),
    attribute('costCenter', 'The cost centre.'),
    attribute('organization', 'The organisation.'),
    attribute('division', 'The division.'),
    attribute('department', 'The department.'),
    attribute('manager', 'The person whom this one reports to.', {
      type: 'complex',
      subAttributes: [
        attribute('value', 'The id of the manager.', { caseExact: true }),
        attribute('$ref', 'The URI of the manager.', {
          type: 'reference',
          caseExact: true,
          referenceTypes: ['User'],
        }),
        attribute('displayName', 'The name of the manager, kept by the service.', { mutability: 'readOnly' }),
      ],
    }),
  ],
};
