import { expect, test } from 'vitest';
import { ENTERPRISE } from '../../../../src/model/index.ts';
import { activity, fiveLines, tryPreset } from './trying.ts';

test('workday: a report in which empty columns are missing', async (context) => {
  const tried = await tryPreset(context, fiveLines('workday', './in/workday/report.json'));
  expect(tried.receipt).toMatchObject({ count: 5, complete: true });
  expect(tried.configuration.warnings.map(({ message }) => message)).toEqual([]);
  expect(activity(tried)).toEqual({
    '21001': true,
    '21002': true,
    '21003': false,
    '21004': 'status',
    '21005': 'expression',
  });
  expect(tried.people['21001']).toEqual({
    key: '21001',
    active: true,
    attributes: {
      displayName: 'Logan McNeil',
      emails: [
        {
          primary: true,
          type: 'work',
          value: 'logan.mcneil@example.com',
        },
      ],
      externalId: '21001',
      name: {
        familyName: 'McNeil',
        givenName: 'Logan',
      },
      phoneNumbers: [
        {
          type: 'work',
          value: '+1 925 555 0142',
        },
      ],
      title: 'Chief Human Resources Officer',
      [ENTERPRISE]: {
        costCenter: '41600 HR Services',
        department: 'Human Resources',
        employeeNumber: '21001',
        organization: 'Global Modern Services',
      },
      userName: 'logan.mcneil@example.com',
      userType: 'Employee',
    },
    groups: [],
  });
  expect(tried.people['21002']).toEqual({
    key: '21002',
    active: true,
    attributes: {
      displayName: 'Betty Liu',
      emails: [
        {
          primary: true,
          type: 'work',
          value: 'betty.liu@example.com',
        },
      ],
      externalId: '21002',
      name: {
        familyName: 'Liu',
        givenName: 'Betty',
      },
      [ENTERPRISE]: {
        employeeNumber: '21002',
      },
      userName: 'betty.liu@example.com',
    },
    groups: [],
    manager: '21001',
  });
});
