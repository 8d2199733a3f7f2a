import type { Preset } from '../../../src/model/index.ts';
import { field } from './field.ts';

/**
 * Workday, as a custom report that is enabled as a web service (of the type Advanced) is given with `format=json`, a list
 * under `Report_Entry`: https://docs.workato.com/connectors/workday/workday_raas.html.
 *
 * What the fields are called is up to whoever made the report: they are the aliases of its columns. These are names that
 * those who read such reports ask for (`Employee_ID`, `Legal_Name_First_Name`, `Worker_Type`:
 * https://versionforge.com/kb/connectors/workday-raas-configuration; `Manager_ID`, `Email`:
 * https://github.com/faros-ai/airbyte-connectors/tree/main/sources/workday-source), and names of the same kind. Whoever has
 * others writes those few lines over these. The report has to be on active and terminated workers, with `Active_Status`:
 * a truth value, in any of its forms in XML (https://www.w3.org/TR/xmlschema-2/#boolean).
 */
export const workday: Preset = {
  name: 'workday',
  title: 'Workday: a report on workers as JSON; the names of its columns are yours',
  configuration: {
    source: { connector: 'json', records: '/Report_Entry', key: '${record.Employee_ID}' },
    identity: {
      userName: '${record.Email}',
      name: { givenName: field('Legal_Name_First_Name'), familyName: field('Legal_Name_Last_Name') },
      displayName:
        '${default(get(record, "Preferred_Name"), join([get(record, "Legal_Name_First_Name"), get(record, "Legal_Name_Last_Name")], " "))}',
      title: field('Business_Title'),
      userType: field('Worker_Type'),
      emails: [{ value: '${record.Email}', type: 'work', primary: true }],
      phoneNumbers: [{ value: field('Work_Phone'), type: 'work' }],
      active: { from: '${record.Active_Status}', on: [1, true], off: [0, false] },
      enterprise: {
        employeeNumber: '${record.Employee_ID}',
        costCenter: field('Cost_Center'),
        organization: field('Company'),
        department: field('Supervisory_Organization'),
        manager: { value: '${ref(get(record, "Manager_ID"))}' },
      },
    },
  },
};
