import { expect, test } from 'vitest';
import { activity, fiveLines, tryPreset } from './trying.ts';

test('auth0-csv: the same export as CSV', async (context) => {
  const tried = await tryPreset(context, fiveLines('auth0-csv', './in/auth0/users.csv'));
  expect(tried.receipt).toMatchObject({ count: 4, complete: true });
  expect(tried.configuration.warnings.map(({ message }) => message)).toEqual([]);
  expect(activity(tried)).toEqual({
    'auth0|507f1f77bcf86cd799439020': true,
    'auth0|507f1f77bcf86cd799439021': true,
    'google-oauth2|103547991597142817347': false,
    'auth0|507f1f77bcf86cd799439022': 'status',
  });
  expect(tried.people['auth0|507f1f77bcf86cd799439020']).toEqual({
    key: 'auth0|507f1f77bcf86cd799439020',
    active: true,
    attributes: {
      displayName: 'Doe, John',
      emails: [
        {
          primary: true,
          type: 'work',
          value: 'john.doe@example.com',
        },
      ],
      externalId: 'auth0|507f1f77bcf86cd799439020',
      name: {
        familyName: 'Doe',
        givenName: 'John',
      },
      nickName: 'johnny',
      phoneNumbers: [
        {
          type: 'mobile',
          value: '+15555550100',
        },
      ],
      userName: 'john.doe@example.com',
    },
    groups: [],
  });
  expect(tried.people['auth0|507f1f77bcf86cd799439021']).toEqual({
    key: 'auth0|507f1f77bcf86cd799439021',
    active: true,
    attributes: {
      externalId: 'auth0|507f1f77bcf86cd799439021',
      userName: 'jane',
    },
    groups: [],
  });
});
