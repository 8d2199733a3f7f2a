import { expect, test } from 'vitest';
import { ENTERPRISE } from '../../../../src/model/index.ts';
import { activity, fiveLines, tryPreset } from './trying.ts';

test('google-workspace: users in two pages, with lists of organizations, telephones and ids', async (context) => {
  const tried = await tryPreset(context, fiveLines('google-workspace', './in/google-workspace/users-*.json'));
  expect(tried.receipt).toMatchObject({ count: 6, complete: true });
  expect(tried.configuration.warnings.map(({ message }) => message)).toEqual([]);
  expect(activity(tried)).toEqual({
    '106439101955138745217': true,
    '114511147312345678901': true,
    '114511147312345678902': false,
    '114511147312345678903': false,
    '114511147312345678904': 'expression',
    '114511147312345678905': 'expression',
  });
  expect(tried.people['106439101955138745217']).toEqual({
    key: '106439101955138745217',
    active: true,
    attributes: {
      addresses: [
        {
          country: 'US',
          locality: 'Mountain View',
          postalCode: '94043',
          region: 'CA',
          streetAddress: '1600 Amphitheatre Parkway',
          type: 'work',
        },
      ],
      displayName: 'Elizabeth Smith',
      emails: [
        {
          primary: true,
          type: 'work',
          value: 'liz@example.com',
        },
      ],
      externalId: '106439101955138745217',
      name: {
        familyName: 'Smith',
        givenName: 'Elizabeth',
      },
      phoneNumbers: [
        {
          type: 'work',
          value: '+1 555 0101',
        },
        {
          type: 'mobile',
          value: '+1 555 0102',
        },
      ],
      preferredLanguage: 'en-GB',
      title: 'SWE',
      [ENTERPRISE]: {
        costCenter: '4711',
        department: 'Engineering',
        employeeNumber: '12345',
        organization: 'Example Inc.',
      },
      userName: 'liz@example.com',
    },
    groups: [],
  });
  expect(tried.people['114511147312345678901']).toEqual({
    key: '114511147312345678901',
    active: true,
    attributes: {
      displayName: 'Admin Example',
      emails: [
        {
          primary: true,
          type: 'work',
          value: 'admin@example.com',
        },
      ],
      externalId: '114511147312345678901',
      name: {
        familyName: 'Example',
        givenName: 'Admin',
      },
      userName: 'admin@example.com',
    },
    groups: [],
  });
});
