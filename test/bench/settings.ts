import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { read, writingOf } from './formats.ts';
import type { Format } from './formats.ts';

/** Requests at a time, of Rollcall and of the bare loop alike. */
export const CONCURRENCY = 16;

/** Writes the configuration that reads the people in a folder, as the README's does, and sends to that address. */
export function configure(folder: string, baseUrl: string, format: Format = 'csv'): void {
  const from = (column: string): string => `\${${read(format, column)}}`;
  const quoted = (column: string): string => `'${from(column)}'`;
  writeFileSync(
    join(folder, 'rollcall.yaml'),
    `state: ./rollcall.db
source:
  connector: ${format}
  path: ./${writingOf(format, []).file}
  key: ${from('employee_id')}
${format === 'json' ? '  records: /value\n' : ''}identity:
  userName: ${from('email')}
  name: { givenName: ${quoted('first_name')}, familyName: ${quoted('last_name')} }
  displayName: ${from('first_name')} ${from('last_name')}
  title: ${from('title')}
  emails: [{ value: ${quoted('email')}, type: work, primary: true }]
  active: { from: ${quoted('status')}, on: [active, on leave], off: [left, terminated] }
  enterprise:
    department: ${from('department')}
    manager: { value: '\${ref(${read(format, 'manager_id')})}' }
groups:
  - name: Engineers
    members: \${${read(format, 'department')} == "Engineering"}
targets:
  cosmo:
    connector: cosmo
    baseUrl: ${baseUrl}
    auth: { kind: bearer, token: { env: BENCH_TOKEN } }
    concurrency: ${CONCURRENCY}
    limits: { deactivate: { percent: 10, floor: 5 } }
`,
  );
}
