import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Requests at a time, of Rollcall and of the bare loop alike. */
export const CONCURRENCY = 16;

/** Writes the configuration that reads `people.csv` in a folder, as the README's does, and sends to that address. */
export function configure(folder: string, baseUrl: string): void {
  writeFileSync(
    join(folder, 'rollcall.yaml'),
    `state: ./rollcall.db
source:
  connector: csv
  path: ./people.csv
  key: \${record.employee_id}
identity:
  userName: \${record.email}
  name: { givenName: "\${record.first_name}", familyName: "\${record.last_name}" }
  displayName: \${record.first_name} \${record.last_name}
  title: \${record.title}
  emails: [{ value: "\${record.email}", type: work, primary: true }]
  active: { from: "\${record.status}", on: [active, on leave], off: [left, terminated] }
  enterprise:
    department: \${record.department}
    manager: { value: "\${ref(record.manager_id)}" }
groups:
  - name: Engineers
    members: \${record.department == "Engineering"}
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
