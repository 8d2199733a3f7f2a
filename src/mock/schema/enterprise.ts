import { attribute } from './types.ts';
import type { Schema } from './types.ts';

/** The enterprise extension: RFC 7643 §4.3, with the characteristics of §8.7.1. */
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
        attribute('value', 'The id of the manager.'),
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
