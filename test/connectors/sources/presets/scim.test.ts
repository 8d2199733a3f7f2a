import { expect, test } from 'vitest';
import { ENTERPRISE } from '../../../../src/model/index.ts';
import { activity, fiveLines, tryPreset } from './trying.ts';

test('scim: two pages of a ListResponse, with groups and a manager', async (context) => {
  const tried = await tryPreset(context, fiveLines('scim', './in/scim/users-*.json'));
  expect(tried.receipt).toMatchObject({ count: 6, complete: true });
  expect(tried.configuration.warnings).toEqual([]);
  expect(activity(tried)).toEqual({
    '5': true,
    '6': 'status',
    '7': 'expression',
    '2819c223-7f76-453a-919d-413861904646': true,
    '26118915-6090-4610-87e4-49d8ca9f808d': true,
    'c3a26dd3-27a0-4dec-a2ac-ce211e105f97': false,
  });
  expect(tried.people['2819c223-7f76-453a-919d-413861904646']).toEqual({
    key: '2819c223-7f76-453a-919d-413861904646',
    active: true,
    attributes: {
      addresses: [
        {
          formatted: '100 Universal City Plaza\nHollywood, CA 91608 US',
          streetAddress: '100 Universal City Plaza',
          locality: 'Hollywood',
          region: 'CA',
          postalCode: '91608',
          country: 'US',
          type: 'work',
          primary: true,
        },
      ],
      displayName: 'Babs Jensen',
      emails: [
        {
          value: 'bjensen@example.com',
          type: 'work',
          primary: true,
        },
        {
          value: 'babs@jensen.example',
          type: 'home',
        },
      ],
      externalId: '2819c223-7f76-453a-919d-413861904646',
      locale: 'en-US',
      name: {
        familyName: 'Jensen',
        formatted: 'Ms. Barbara J Jensen, III',
        givenName: 'Barbara',
        honorificPrefix: 'Ms.',
        honorificSuffix: 'III',
        middleName: 'Jane',
      },
      nickName: 'Babs',
      phoneNumbers: [
        {
          value: '555-555-5555',
          type: 'work',
        },
      ],
      preferredLanguage: 'en-US',
      profileUrl: 'https://login.example.com/bjensen',
      timezone: 'America/Los_Angeles',
      title: 'Tour Guide',
      [ENTERPRISE]: {
        costCenter: '4130',
        department: 'Tour Operations',
        division: 'Theme Park',
        employeeNumber: '701984',
        organization: 'Universal Studios',
      },
      userName: 'bjensen@example.com',
      userType: 'Employee',
    },
    groups: ['Tour Guides', 'fc348aa8-3835-40eb-a20b-c726e15c55b5'],
    manager: '26118915-6090-4610-87e4-49d8ca9f808d',
  });
  expect(tried.people['26118915-6090-4610-87e4-49d8ca9f808d']).toEqual({
    key: '26118915-6090-4610-87e4-49d8ca9f808d',
    active: true,
    attributes: {
      externalId: '26118915-6090-4610-87e4-49d8ca9f808d',
      userName: 'jsmith@example.com',
    },
    groups: [],
  });
});
