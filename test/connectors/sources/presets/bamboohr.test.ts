import { expect, test } from 'vitest';
import { ENTERPRISE } from '../../../../src/model/index.ts';
import { activity, fiveLines, tryPreset } from './trying.ts';

/** As the directory has her. */
const charlotte = {
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
};

test('bamboohr: a report with the status', async (context) => {
  const tried = await tryPreset(context, fiveLines('bamboohr', './in/bamboohr/report.json'));
  expect(tried.receipt).toMatchObject({ count: 5, complete: true });
  expect(tried.configuration.warnings.map(({ message }) => message)).toEqual([]);
  expect(activity(tried)).toEqual({
    '4': true,
    '9': true,
    '12': false,
    '13': 'status',
    '14': 'status',
  });
  const { attributes } = charlotte;
  expect(tried.people['4']).toEqual({
    ...charlotte,
    attributes: { ...attributes, [ENTERPRISE]: { ...attributes[ENTERPRISE], employeeNumber: '1004' } },
    manager: '9',
  });
  expect(tried.people['9']).toEqual({
    key: '9',
    active: true,
    attributes: {
      displayName: 'Jennifer Caldwell',
      emails: [
        {
          primary: true,
          type: 'work',
          value: 'jcaldwell@example.com',
        },
      ],
      externalId: '9',
      name: {
        familyName: 'Caldwell',
        givenName: 'Jennifer',
      },
      userName: 'jcaldwell@example.com',
    },
    groups: [],
  });
});

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
  expect(tried.people['4']).toEqual(charlotte);
});
