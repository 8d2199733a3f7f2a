import { expect, test } from 'vitest';
import { activity, fiveLines, tryPreset } from './trying.ts';

const john = {
  key: 'auth0|507f1f77bcf86cd799439020',
  active: true,
  attributes: {
    displayName: 'John Doe',
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
};

const jane = {
  key: 'auth0|507f1f77bcf86cd799439021',
  active: true,
  attributes: {
    externalId: 'auth0|507f1f77bcf86cd799439021',
    userName: 'jane',
  },
  groups: [],
};

test('auth0: an export on lines, in which few were ever blocked', async (context) => {
  const tried = await tryPreset(context, fiveLines('auth0', './in/auth0/users.ndjson'));
  expect(tried.receipt).toMatchObject({ count: 5, complete: true });
  expect(tried.configuration.warnings.map(({ message }) => message)).toEqual([]);
  expect(activity(tried)).toEqual({
    'auth0|507f1f77bcf86cd799439020': true,
    'auth0|507f1f77bcf86cd799439021': true,
    'google-oauth2|103547991597142817347': false,
    'auth0|507f1f77bcf86cd799439022': 'status',
    'sms|507f1f77bcf86cd799439023': 'userName',
  });
  expect(tried.people[john.key]).toEqual(john);
  expect(tried.people[jane.key]).toEqual(jane);
});

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
  expect(tried.people[john.key]).toEqual({
    ...john,
    attributes: { ...john.attributes, displayName: 'Doe, John' },
  });
  expect(tried.people[jane.key]).toEqual(jane);
});
