import { existsSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { dirname, relative, resolve } from 'node:path';
import { RollcallError } from '../model/index.ts';
import { openSource } from '../../connectors/sources/index.ts';
import { profiles } from '../../connectors/targets/profiles.ts';
import { starterConfiguration } from '../configuration/index.ts';
import { didYouMean } from '../configuration/nearest.ts';
import { print } from './terminal.ts';
import type { GlobalOptions } from './terminal.ts';

interface Options extends GlobalOptions {
  readonly csv?: string;
  readonly connector?: string;
  readonly baseUrl?: string;
  readonly tokenEnv?: string;
  readonly force?: boolean;
}

/** Writes a configuration to begin with. It asks on a terminal; a script says everything with options. */
export async function run(options: Options): Promise<number> {
  const file = resolve(options.config);
  if (existsSync(file) && !options.force)
    throw new RollcallError('usage', {
      message: `${options.config} is there already`,
      hint: 'name another with --config, or replace it with --force',
    });
  const { csv, connector, baseUrl } = await answers(options);
  if (connector !== undefined && !profiles().has(connector))
    throw new RollcallError('usage', {
      message: `there is no connector "${connector}"`,
      hint: didYouMean(connector, profiles().keys()) ?? `there are ${[...profiles().keys()].join(', ')}`,
    });
  const text = starterConfiguration({
    ...(csv !== undefined && { path: fromConfiguration(csv, file), columns: await columnsOf(csv) }),
    ...(connector !== undefined && { connector }),
    ...(baseUrl !== undefined && { baseUrl }),
    ...(options.tokenEnv !== undefined && { tokenVariable: options.tokenEnv }),
  });
  try {
    writeFileSync(file, text, options.force ? {} : { flag: 'wx' });
  } catch (error) {
    throw new RollcallError('usage', {
      message: `${options.config} cannot be written: ${(error as Error).message}`,
    });
  }
  if (options.json) await print([JSON.stringify({ written: file })]);
  else await print([`${options.config} is written. Look through it, then: rollcall check`]);
  return 0;
}

async function answers(options: Options): Promise<Pick<Options, 'csv' | 'connector' | 'baseUrl'>> {
  const isAsking = process.stdin.isTTY && process.stdout.isTTY && !options.json && !options.quiet;
  if (!isAsking || options.csv !== undefined) return options;
  const ask = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const csv = await ask.question('The CSV file of your people [./people.csv]: ');
    const connector = await ask.question(
      `The kind of application, ${[...profiles().keys()].join(', ')} [cosmo]: `,
    );
    const baseUrl = await ask.question(
      "The application's SCIM base URL [http://127.0.0.1:4100/scim/v2, the mock]: ",
    );
    return { ...options, ...(csv && { csv }), ...(connector && { connector }), ...(baseUrl && { baseUrl }) };
  } finally {
    ask.close();
  }
}

function fromConfiguration(csv: string, file: string): string {
  const path = relative(dirname(file), resolve(csv));
  return path.startsWith('.') ? path : `./${path}`;
}

/** The names in the file's header: the first record says them. */
async function columnsOf(csv: string): Promise<readonly string[]> {
  const source = openSource(
    {
      name: 'source',
      connector: 'csv',
      csv: { path: resolve(csv), delimiter: 'auto', quote: '"', encoding: 'auto', expect: {} },
      limits: { shrunk: 0, rejected: 0, floor: 0 },
    },
    { clock: () => Date.now() },
  );
  const reading = source.read(new Map());
  try {
    const step = await reading.next();
    return step.done || step.value[0] === undefined ? [] : Object.keys(step.value[0].fields());
  } finally {
    await reading.return(undefined as never);
  }
}
