import { openSource } from '../../../connectors/sources/index.ts';

/** The columns of the sample company's file. */
export interface Row {
  readonly employee_id: string;
  readonly status: string;
  readonly first_name: string;
  readonly last_name: string;
  readonly display_name: string;
  readonly email: string;
  readonly title: string;
  readonly department: string;
  readonly manager_id: string;
  readonly phone: string;
}

/** The rows of a file of the sample company, by key. */
export async function readRows(path: string): Promise<ReadonlyMap<string, Row>> {
  const source = openSource(
    {
      name: 'people',
      connector: 'csv',
      csv: { path, delimiter: ',', quote: '"', encoding: 'utf-8', expect: {} },
      limits: { shrunk: 100, rejected: 100, floor: 0 },
    },
    { clock: Date.now },
  );
  const rows = new Map<string, Row>();
  for await (const batch of source.read(new Map()))
    for (const record of batch) {
      const row = record.fields() as unknown as Row;
      rows.set(row.employee_id, row);
    }
  return rows;
}
