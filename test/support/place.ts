import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run as sync } from '../../src/cli/sync.ts';
import type { Mock, MockOptions } from '../../src/mock/index.ts';
import { configuration, csv } from './company.ts';
import type { ConfigurationParts, Person } from './company.ts';
import { temporaryFolder } from './folder.ts';
import type { Ending } from './folder.ts';
import { endedOf, start } from './rollcall.ts';
import type { Ended, Running, RunOptions } from './rollcall.ts';
import { runWarm } from './warm.ts';
import { playService, TOKEN } from './service.ts';

/** A folder with a configuration and a file of people, in which the real program is run. */
export interface Place {
  readonly folder: string;
  path(name: string): string;
  write(name: string, content: string | Uint8Array): void;
  /** Writes `rollcall.yaml`. */
  configure(parts: ConfigurationParts): void;
  /** Writes `people.csv`. */
  people(rows: readonly Person[]): void;
  /**
   * Whatever there is to do is done, by a sync in this process: what a test needs and does not look at. It takes a tenth of
   * the time of a program that has to start.
   */
  settle(): Promise<void>;
  /** The built program, in a process that has it loaded; a process of its own, by `bin/rollcall.js`, is what `start` is for. */
  run(...args: readonly string[]): Promise<Ended>;
  runWith(options: Partial<RunOptions>, ...args: readonly string[]): Promise<Ended>;
  start(...args: readonly string[]): Running;
  startWith(options: Partial<RunOptions>, ...args: readonly string[]): Running;
  /** Everything that was ever written below the folder, its temporary files included, but for what the test wrote. */
  files(): ReadonlyMap<string, Buffer>;
}

const usual = { quiet: true, color: false, logLevel: 'silent', wait: '60s', show: '0' } as const;
// The same for every place of the process.
process.env['APP_TOKEN'] = TOKEN;

export function openPlace(ending: Ending): Place {
  const folder = temporaryFolder(ending);
  const path = (name: string): string => join(folder, name);
  mkdirSync(path('tmp'));
  const own = new Set<string>();
  const write = (name: string, content: string | Uint8Array): void => {
    own.add(name);
    writeFileSync(path(name), content);
  };
  const env = { APP_TOKEN: TOKEN, HOME: folder, TMPDIR: path('tmp') };
  const startWith = (options: Partial<RunOptions>, ...args: readonly string[]): Running =>
    start(ending, args, { cwd: folder, ...options, env: { ...env, ...options.env } });
  const run = async (
    { env: own = {}, ...rest }: Partial<RunOptions>,
    ...args: readonly string[]
  ): Promise<Ended> => {
    // What is about the process itself has one of its own; so has the log, which goes by the stream's number.
    const isOfProcess =
      Object.keys(rest).length > 0 ||
      Object.keys(own).some((name) => /^(NODE_|TZ$)/.test(name)) ||
      args.includes('--log-level');
    if (isOfProcess) return startWith({ env: own, ...rest }, ...args).ended;
    const asked = { args, cwd: folder, env: { PATH: process.env['PATH'] ?? '', ...env, ...own } };
    return endedOf({ ...(await runWarm(ending, asked)), signal: null });
  };
  return {
    folder,
    path,
    write,
    configure: (parts) => write('rollcall.yaml', configuration(parts)),
    people: (rows) => write('people.csv', csv(rows)),
    settle: async () => {
      const code = await sync({ ...usual, config: path('rollcall.yaml') }, []);
      if (code !== 0) throw new Error(`the sync of a test ends with ${code}`);
    },
    run: (...args) => run({}, ...args),
    runWith: run,
    start: (...args) => startWith({}, ...args),
    startWith,
    files: () =>
      new Map(
        readdirSync(folder, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
          .filter((name) => !own.has(name))
          .map((name) => [name, readFileSync(path(name))]),
      ),
  };
}

/** The same with a service that the configuration's one target is. */
export async function openPlaceWithService(
  ending: Ending,
  parts: Partial<ConfigurationParts> = {},
  options: Partial<MockOptions> = {},
): Promise<Place & { readonly mock: Mock }> {
  const place = openPlace(ending);
  const mock = await playService(ending, 'rfc', options);
  place.configure({ baseUrl: mock.url, ...parts });
  return { ...place, mock };
}
