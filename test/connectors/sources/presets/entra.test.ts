import { expect, test } from 'vitest';
import { ENTERPRISE } from '../../../../src/model/index.ts';
import { activity, fiveLines, tryPreset } from './trying.ts';

test('entra: users in two pages, one of whom has next to nothing', async (context) => {
  const tried = await tryPreset(context, fiveLines('entra', './in/entra/users-*.json'));
  expect(tried.receipt).toMatchObject({ count: 5, complete: true });
  expect(tried.configuration.warnings.map(({ message }) => message)).toEqual([]);
  expect(activity(tried)).toEqual({
    '87d349ed-44d7-43e1-9a83-5f2406dee5bd': true,
    '5bde3e51-d13b-4db1-9948-fe4b109d11a7': true,
    '4782e723-f4f4-4af3-a76e-25e3bab0d896': false,
    'c03e6eaa-b6ab-46d7-905b-73ec7ea1f755': 'status',
    'f5289423-7233-4d60-831a-fe107a8551cc': 'expression',
  });
  expect(tried.people['87d349ed-44d7-43e1-9a83-5f2406dee5bd']).toEqual({
    key: '87d349ed-44d7-43e1-9a83-5f2406dee5bd',
    active: true,
    attributes: {
      addresses: [
        {
          country: 'US',
          locality: 'Bellevue',
          postalCode: '98004',
          region: 'WA',
          streetAddress: '205 108th Ave. NE, Suite 400',
          type: 'work',
        },
      ],
      displayName: 'Adele Vance',
      emails: [
        {
          primary: true,
          type: 'work',
          value: 'adele.vance@contoso.example',
        },
      ],
      externalId: '87d349ed-44d7-43e1-9a83-5f2406dee5bd',
      name: {
        familyName: 'Vance',
        givenName: 'Adele',
      },
      phoneNumbers: [
        {
          type: 'work',
          value: '+1 425 555 0109',
        },
        {
          type: 'mobile',
          value: '+1 425 555 0110',
        },
      ],
      preferredLanguage: 'en-US',
      title: 'Product Marketing Manager',
      [ENTERPRISE]: {
        costCenter: 'CC-7',
        department: 'Sales & Marketing',
        division: 'EMEA',
        employeeNumber: '10042',
        organization: 'Contoso',
      },
      userName: 'AdeleV@contoso.example',
      userType: 'Employee',
    },
    groups: [],
    manager: '5bde3e51-d13b-4db1-9948-fe4b109d11a7',
  });
  expect(tried.people['5bde3e51-d13b-4db1-9948-fe4b109d11a7']).toEqual({
    key: '5bde3e51-d13b-4db1-9948-fe4b109d11a7',
    active: true,
    attributes: {
      addresses: [
        {
          locality: 'Lyon',
          type: 'work',
        },
      ],
      displayName: 'Alex Wilber',
      externalId: '5bde3e51-d13b-4db1-9948-fe4b109d11a7',
      userName: 'AlexW@contoso.example',
    },
    groups: [],
  });
});
