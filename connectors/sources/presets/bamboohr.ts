import type { Preset } from '../../../src/model/index.ts';
import { field } from './field.ts';

/**
 * BambooHR, as a report gives employees in JSON: a list under `employees`
 * (https://documentation.bamboohr.com/reference/request-custom-report-1). What the fields are called and mean:
 * https://documentation.bamboohr.com/docs/list-of-field-names. `status` is Active or Inactive, `id` is BambooHR's own, and
 * `supervisorEId` the supervisor's `id`, whereas `supervisorId` is an employee number. A report has to be asked for its
 * fields; one that nobody asked for is missing from every employee.
 */

const identity = {
  userName: '${record.workEmail}',
  name: { givenName: field('firstName'), familyName: field('lastName') },
  displayName:
    '${default(get(record, "displayName"), join([default(get(record, "preferredName"), get(record, "firstName")), get(record, "lastName")], " "))}',
  nickName: field('preferredName'),
  title: field('jobTitle'),
  emails: [{ value: '${record.workEmail}', type: 'work', primary: true }],
  phoneNumbers: [
    { value: field('workPhone'), type: 'work' },
    { value: field('mobilePhone'), type: 'mobile' },
  ],
};

export const bamboohr: Preset = {
  name: 'bamboohr',
  title: 'BambooHR: a report as JSON, with `id`, `status` and `workEmail`',
  configuration: {
    source: { connector: 'json', records: '/employees', key: '${record.id}' },
    identity: {
      ...identity,
      active: { from: '${record.status}', on: ['Active'], off: ['Inactive'] },
      enterprise: {
        employeeNumber: field('employeeNumber'),
        division: field('division'),
        department: field('department'),
        manager: { value: '${ref(get(record, "supervisorEId"))}' },
      },
    },
  },
};

/**
 * The same as its company directory, which has no status and no id of the supervisor: it lists who is active, and only
 * those whom the company shares (https://documentation.bamboohr.com/reference/get-employees-directory). Whoever is not in
 * it any more has left.
 */
export const bamboohrDirectory: Preset = {
  name: 'bamboohr-directory',
  title: 'BambooHR: the company directory, which lists active employees alone',
  configuration: {
    source: bamboohr.configuration.source,
    identity: {
      ...identity,
      active: true,
      enterprise: { division: field('division'), department: field('department') },
    },
  },
};
