import { resolve } from 'node:path';
import { openSource } from '../../connectors/sources/index.ts';
import { RollcallError } from '../model/index.ts';
import { fold } from '../planning/map.ts';
import { unmarked } from '../reports/csv.ts';
import { openListed } from '../store/listed.ts';
import type { Listed } from '../store/listed.ts';
import { errorOfOption } from './trouble.ts';

/** Columns by which such lists name people, without case, spaces and signs. */
const naming = new Set(
  'email emailaddress emails mail workemail primaryemail username login userlogin userprincipalname upn user userid id externalid employeeid key remoteid samaccountname'.split(
    ' ',
  ),
);

/**
 * A CSV of people from the side of the sign-on: what stands in the columns that name them, such as email, userName or id;
 * in the first column, where none is called so. A list without a header, of e-mail addresses alone, is one as well.
 * Throws `RollcallError` where the file cannot be read as a whole. `close` what comes back.
 */
export async function readList(file: string): Promise<Listed> {
  const path = resolve(file);
  const source = openSource(
    {
      name: 'list',
      connector: 'csv',
      csv: { path, delimiter: 'auto', quote: '"', encoding: 'auto', expect: {} },
      limits: { shrunk: 0, rejected: 0, floor: 0 },
    },
    { clock: () => Date.now() },
  );
  const listed = openListed();
  const put = (line: number, values: readonly unknown[]): void => {
    const cells = values
      .map((value) => unmarked(typeof value === 'string' ? value : '').trim())
      .filter((value) => value !== '');
    if (cells.length > 0) listed.put(line, cells.join(', '), [...new Set(cells.map((cell) => fold(cell)))]);
  };
  try {
    let columns: readonly string[] | undefined;
    const reading = source.read(new Map());
    for (;;) {
      const step = await reading.next();
      if (step.done) {
        const { complete, reasons } = step.value;
        if (!complete)
          throw new RollcallError('usage', {
            message: `the list is not whole: ${reasons.join('; ')}`,
            locus: { file: path },
          });
        return listed;
      }
      for (const record of step.value) {
        if (record.defect !== undefined)
          throw new RollcallError('usage', {
            message: record.defect,
            locus: { file: path, line: record.line },
          });
        const fields = record.fields();
        if (columns === undefined) {
          const names = Object.keys(fields);
          const known = names.filter((name) => naming.has(name.toLowerCase().replaceAll(/[^a-z]/g, '')));
          columns = known.length > 0 ? known : names.slice(0, 1);
          // What should be a header is somebody.
          if (known.length === 0 && names[0]?.includes('@')) put(1, names.slice(0, 1));
        }
        put(
          record.line,
          columns.map((name) => fields[name]),
        );
      }
    }
  } catch (error) {
    listed.close();
    throw errorOfOption(error, '--compare');
  }
}
