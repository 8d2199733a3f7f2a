import { expect, test } from 'vitest';
import { ENTERPRISE } from '../../../../src/model/index.ts';
import { activity, fiveLines, tryPreset } from './trying.ts';

test('okta: users in two pages', async (context) => {
  const tried = await tryPreset(context, fiveLines('okta', './in/okta/users-*.json'));
  expect(tried.receipt).toMatchObject({ count: 10, complete: true });
  expect(tried.configuration.warnings).toEqual([]);
  expect(activity(tried)).toEqual({
    '00ub0oNGTSWTBKOLGLNR': true,
    '00ub0oNGTSWTBKOLGLN2': true,
    '00ub0oNGTSWTBKOLGLN3': false,
    '00ub0oNGTSWTBKOLGLN4': 'status',
    '00ub0oNGTSWTBKOLGLN5': true,
    '00ub0oNGTSWTBKOLGLN6': true,
    '00ub0oNGTSWTBKOLGLN7': true,
    '00ub0oNGTSWTBKOLGLN8': false,
    '00ub0oNGTSWTBKOLGLN9': false,
    '00ub0oNGTSWTBKOLGLN0': 'expression',
  });
  expect(tried.people['00ub0oNGTSWTBKOLGLN4']).toBe(
    'status: status "SABBATICAL" is named neither under active.on nor under active.off',
  );
  expect(tried.people['00ub0oNGTSWTBKOLGLNR']).toEqual({
    key: '00ub0oNGTSWTBKOLGLNR',
    active: true,
    groups: [],
    attributes: {
      externalId: '00ub0oNGTSWTBKOLGLNR',
      userName: 'ada.lovelace@example.com',
      name: {
        givenName: 'Ada',
        familyName: 'Lovelace',
        middleName: 'Augusta',
        honorificPrefix: 'Dr.',
        honorificSuffix: 'III',
      },
      displayName: 'Ada Lovelace',
      nickName: 'Ada',
      profileUrl: 'https://www.example.com/profile/ada',
      title: 'Director',
      userType: 'Employee',
      preferredLanguage: 'en-GB',
      locale: 'en_GB',
      timezone: 'Europe/London',
      emails: [{ value: 'ada.lovelace@example.com', type: 'work', primary: true }],
      phoneNumbers: [
        { value: '+44 20 5550 1001', type: 'work' },
        { value: '+44 7700 900001', type: 'mobile' },
      ],
      addresses: [
        {
          streetAddress: "12 St James's Square",
          locality: 'London',
          region: 'Greater London',
          postalCode: 'SW1Y 4JH',
          country: 'GB',
          type: 'work',
        },
      ],
      [ENTERPRISE]: {
        employeeNumber: '187',
        costCenter: '10',
        organization: 'Example',
        division: 'R&D',
        department: 'Engineering',
      },
    },
  });
  expect(tried.people['00ub0oNGTSWTBKOLGLN2']).toEqual({
    key: '00ub0oNGTSWTBKOLGLN2',
    active: true,
    groups: [],
    manager: '00ub0oNGTSWTBKOLGLNR',
    attributes: {
      externalId: '00ub0oNGTSWTBKOLGLN2',
      userName: 'grace.hopper@example.com',
      name: { givenName: 'Grace', familyName: 'Hopper' },
      displayName: 'Grace Hopper',
      emails: [{ value: 'grace.hopper@example.com', type: 'work', primary: true }],
      [ENTERPRISE]: { department: 'Engineering' },
    },
  });
  expect(tried.people['00ub0oNGTSWTBKOLGLN5']).toMatchObject({
    attributes: { externalId: '00ub0oNGTSWTBKOLGLN5', userName: 'joan@example.com' },
  });
});
