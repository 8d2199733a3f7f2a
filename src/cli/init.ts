import { existsSync, writeFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { RollcallError } from '../model/index.ts';
import { profiles } from '../../connectors/targets/profiles.ts';
import { openChoices, starterConfiguration } from '../configuration/index.ts';
import { readBaseUrl } from '../configuration/base-url.ts';
import { didYouMean } from '../model/nearest.ts';
import { plain } from '../reports/style.ts';
import { ask } from './questions.ts';
import { sampleOf } from './sample.ts';
import type { Looking } from './sample.ts';
import { print, say, styleOf } from './terminal.ts';
import type { GlobalOptions } from './terminal.ts';
import { fileTrouble } from './trouble.ts';

interface Answers {
  /** The file of people, whatever it is. */
  readonly people?: string;
  /** The same, where it is CSV whatever it is called. */
  readonly csv?: string;
  readonly connector?: string;
  readonly baseUrl?: string;
}

interface Options extends GlobalOptions, Answers, Looking {
  readonly tokenEnv?: string;
  readonly force?: boolean;
}

const usualCsv = './people.csv';

/** Writes a configuration to begin with. It asks on a terminal; a script says everything with options. */
export async function run(options: Options): Promise<number> {
  const file = resolve(options.config);
  if (existsSync(file) && !options.force)
    throw new RollcallError('usage', {
      message: `${options.config} is there already`,
      hint: 'name another with --config, or replace it with --force',
    });
  const answers = isAsking(options) ? await askAnswers(options) : options;
  if (answers === undefined) {
    // The cursor still stands behind the question.
    say(options, '\nstopped: nothing is written');
    return 130;
  }
  checkAnswers(answers);
  const { csv, people = csv, connector, baseUrl } = answers;
  const { delimiter, encoding, tokenEnv } = options;
  if (delimiter !== undefined && delimiter.length !== 1 && !['tab', 'auto'].includes(delimiter))
    throw new RollcallError('usage', `--delimiter ${delimiter}: a delimiter is one character, tab or auto`);
  const sample =
    people === undefined ? undefined : await sampleOf(people, { ...options, isCsv: csv !== undefined });
  const text = starterConfiguration({
    ...(people !== undefined && { path: fromConfiguration(people, file) }),
    ...sample,
    ...(delimiter !== undefined && { delimiter }),
    ...(encoding !== undefined && { encoding }),
    ...(connector !== undefined && { connector }),
    ...(baseUrl !== undefined && { baseUrl }),
    ...(tokenEnv !== undefined && { tokenVariable: tokenEnv }),
  });
  write(options, file, text);
  const isOpen = sample !== undefined && sample.preset === undefined;
  const choices = isOpen ? openChoices(sample.columns) : [];
  if (options.json) await print([JSON.stringify({ written: file, choices })]);
  else await print(writtenText(options, choices));
  return 0;
}

function* writtenText(options: Options, choices: readonly string[]): Generator<string> {
  const style = styleOf(options);
  const next = style.commands('rollcall check');
  if (choices.length === 0) yield `${options.config} is written. Look through it, then: ${next}`;
  else yield `${options.config} is written, and something in it is yours to choose, marked with CHOOSE:`;
  for (const choice of choices) yield `  ${style('yellow', '!')} ${plain(choice)}`;
  if (choices.length > 0) yield `then: ${next}`;
}

function isAsking({ csv, people, json, quiet }: Options): boolean {
  return (
    csv === undefined &&
    people === undefined &&
    process.stdin.isTTY &&
    process.stdout.isTTY &&
    !json &&
    !quiet
  );
}

/** What is asked goes before what an option says; where somebody just goes on, the option stays. */
async function askAnswers(options: Answers): Promise<Answers | undefined> {
  const answers = await ask(
    [
      `The file of your people, CSV, LDIF or JSON [${usualCsv}]: `,
      `The kind of application, ${[...profiles().keys()].join(', ')} [cosmo]: `,
      "The application's SCIM base URL [http://127.0.0.1:4100/scim/v2, the mock]: ",
    ],
    process.stdin,
    process.stdout,
  );
  if (answers === undefined) return undefined;
  const [named, connector, baseUrl] = answers;
  const people = named || (existsSync(usualCsv) ? usualCsv : undefined);
  return {
    ...options,
    ...(people !== undefined && { people }),
    ...(connector && { connector }),
    ...(baseUrl && { baseUrl }),
  };
}

function checkAnswers({ csv, people, connector, baseUrl }: Answers): void {
  if (csv !== undefined && people !== undefined)
    throw new RollcallError('usage', '--csv and --people both name the file of people: give one of them');
  if (connector !== undefined && !profiles().has(connector))
    throw new RollcallError('usage', {
      message: `there is no connector "${connector}"`,
      hint: didYouMean(connector, profiles().keys()) ?? `there are ${[...profiles().keys()].join(', ')}`,
    });
  const read = baseUrl === undefined ? undefined : readBaseUrl(baseUrl);
  if (read !== undefined && 'message' in read)
    throw new RollcallError('usage', { ...read, message: `the base URL: ${read.message}` });
}

function write(options: Options, file: string, text: string): void {
  try {
    writeFileSync(file, text, options.force ? {} : { flag: 'wx' });
  } catch (error) {
    throw new RollcallError('usage', {
      message: `${options.config} cannot be written: ${fileTrouble(error)}`,
      hint: '--config names another place for it',
    });
  }
}

function fromConfiguration(people: string, file: string): string {
  const path = relative(dirname(file), resolve(people));
  return path.startsWith('.') ? path : `./${path}`;
}
