import { expect, test } from 'vitest';
import { activity, fiveLines, tryPreset } from './trying.ts';

test('cognito: users in two pages, whose attributes are lists of names and values', async (context) => {
  const tried = await tryPreset(context, fiveLines('cognito', './in/cognito/users-*.json'));
  expect(tried.receipt).toMatchObject({ count: 12, complete: true });
  expect(tried.configuration.warnings.map(({ message }) => message)).toEqual([]);
  expect(activity(tried)).toEqual({
    'eaad0219-2117-439f-8d46-4db20e59268f': true,
    'eaad0219-2117-439f-8d46-4db20e592602': true,
    'eaad0219-2117-439f-8d46-4db20e592603': false,
    RESET_REQUIRED: true,
    FORCE_CHANGE_PASSWORD: true,
    UNCONFIRMED: false,
    ARCHIVED: false,
    COMPROMISED: false,
    UNKNOWN: 'status',
    unsaid: 'expression',
    maybe: 'expression',
    '': 'key',
  });
  expect(tried.people['eaad0219-2117-439f-8d46-4db20e59268f']).toEqual({
    key: 'eaad0219-2117-439f-8d46-4db20e59268f',
    active: true,
    attributes: {
      displayName: 'Tess Tuser',
      emails: [
        {
          primary: true,
          type: 'work',
          value: 'testuser@example.com',
        },
      ],
      externalId: 'eaad0219-2117-439f-8d46-4db20e59268f',
      locale: 'en-US',
      name: {
        familyName: 'Tuser',
        givenName: 'Tess',
        middleName: 'T.',
      },
      nickName: 'Tee',
      phoneNumbers: [
        {
          type: 'mobile',
          value: '+12065551212',
        },
      ],
      timezone: 'America/Los_Angeles',
      userName: 'testuser@example.com',
    },
    groups: [],
  });
  expect(tried.people['eaad0219-2117-439f-8d46-4db20e592602']).toEqual({
    key: 'eaad0219-2117-439f-8d46-4db20e592602',
    active: true,
    attributes: {
      externalId: 'eaad0219-2117-439f-8d46-4db20e592602',
      userName: 'f9a2-alias',
    },
    groups: [],
  });
});
