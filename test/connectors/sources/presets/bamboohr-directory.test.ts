import { expect, test } from 'vitest';
import { ENTERPRISE } from '../../../../src/model/index.ts';
import { activity, fiveLines, tryPreset } from './trying.ts';

test('bamboohr-directory: the directory, in which everybody is active', async (context) => {
  const tried = await tryPreset(context, fiveLines('bamboohr-directory', './in/bamboohr/directory.json'));
  expect(tried.receipt).toMatchObject({ count: 2, complete: true });
  expect(tried.configuration.warnings.map(({ message }) => message)).toEqual([
    'everybody in the source counts as active: that somebody left is known only by their absence from it',
  ]);
  expect(activity(tried)).toEqual({
    '4': true,
    '15': 'userName',
  });
  expect(tried.people['4']).toEqual({
    key: '4',
    active: true,
    attributes: {
      displayName: 'Charlotte Abbott',
      emails: [
        {
          primary: true,
          type: 'work',
          value: 'cabbott@example.com',
        },
      ],
      externalId: '4',
      name: {
        familyName: 'Abbott',
        givenName: 'Charlotte',
      },
      nickName: 'Charlie',
      phoneNumbers: [
        {
          type: 'work',
          value: '801-724-6600',
        },
        {
          type: 'mobile',
          value: '801-724-6601',
        },
      ],
      title: 'Sr. HR Administrator',
      [ENTERPRISE]: {
        department: 'Human Resources',
        division: 'North America',
      },
      userName: 'cabbott@example.com',
    },
    groups: [],
  });
});
