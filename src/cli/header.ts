import { resolve } from 'node:path';
import { openSource } from '../../connectors/sources/index.ts';
import { RollcallError } from '../model/index.ts';
import type { CsvEncoding, Problem } from '../model/index.ts';

/** How a file of people is read, as options say it. */
export interface Reading {
  readonly delimiter?: string;
  readonly encoding?: CsvEncoding;
}

/** The names in the header of a file of people: its first record says them. */
export async function headerOf(
  csv: string,
  { delimiter = 'auto', encoding = 'auto' }: Reading,
): Promise<readonly string[]> {
  const path = resolve(csv);
  const source = openSource(
    {
      name: 'source',
      connector: 'csv',
      csv: { path, delimiter: delimiter === 'tab' ? '\t' : delimiter, quote: '"', encoding, expect: {} },
      limits: { shrunk: 0, rejected: 0, floor: 0 },
    },
    { clock: () => Date.now() },
  );
  const reading = source.read(new Map());
  try {
    const step = await reading.next();
    if (!step.done && step.value[0] !== undefined) return Object.keys(step.value[0].fields());
  } catch (error) {
    throw asOptions(error);
  } finally {
    await reading.return(undefined as never);
  }
  throw new RollcallError('source', {
    message: 'the file has a header and no row under it, so that nothing can be proposed',
    locus: { file: path },
    hint: 'put one row in, or leave --csv out: the usual columns are written then',
  });
}

/** There is no configuration yet that a hint could speak of. */
export function asOptions(error: unknown): unknown {
  if (!(error instanceof RollcallError)) return error;
  const said = ({ hint, ...problem }: Problem): Problem =>
    hint === undefined
      ? problem
      : {
          ...problem,
          hint: hint
            .replaceAll(/`(delimiter|encoding|records): ([^`]+)`/g, '--$1 $2')
            .replace('`path` in the configuration', '--people or --csv'),
        };
  return new RollcallError(error.code, error.problems.map(said));
}
