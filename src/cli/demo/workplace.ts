import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RollcallError } from '../../model/index.ts';
import { root } from '../../wiring/version.ts';

export interface Ended {
  /** `null` where a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder for the length of the demonstration, with a configuration in it; commands are run there. */
export interface Workplace {
  /** Today's export has arrived: the file takes the place of `people.csv`. */
  receive(file: string): void;
  /** Runs the program itself, as a person would. */
  run(args: readonly string[]): Promise<Ended>;
  /** Removes everything. */
  close(): void;
}

export interface WorkplaceOptions {
  readonly baseUrl: string;
  readonly token: string;
  readonly colour: boolean;
  /** Ends what runs. */
  readonly signal: AbortSignal;
}

export function openWorkplace(options: WorkplaceOptions): Workplace {
  const folder = temporaryFolder();
  const running = new Set<ChildProcess>();
  // Also where a second Ctrl-C ends the process at once.
  const clear = (): void => {
    for (const child of running) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  process.once('exit', clear);
  mkdirSync(join(folder, 'tmp'));
  writeFileSync(join(folder, 'rollcall.yaml'), configuration(options.baseUrl));
  return {
    receive: (file) => receive(file, join(folder, 'people.csv')),
    run: (args) => run(args, folder, options, running),
    close: () => {
      process.off('exit', clear);
      clear();
    },
  };
}

function temporaryFolder(): string {
  try {
    return realpathSync(mkdtempSync(join(tmpdir(), 'rollcall-demo-')));
  } catch (error) {
    throw new RollcallError('usage', {
      message: `no temporary folder can be made: ${(error as Error).message}`,
      hint: 'TMPDIR names another place for it',
    });
  }
}

function receive(file: string, to: string): void {
  try {
    copyFileSync(file, to);
  } catch (error) {
    throw new RollcallError('source', `the sample company is not whole: ${(error as Error).message}`);
  }
}

/** config/rollcall.yaml itself, but for where the file, the state and the target are. */
function configuration(baseUrl: string): string {
  const text = readFileSync(join(root, 'config', 'rollcall.yaml'), 'utf8');
  const places = { state: './rollcall.db', path: './people.csv', baseUrl };
  return Object.entries(places).reduce((before, [name, value]) => {
    const line = new RegExp(`^( *${name}: )\\S+`, 'm');
    if (!line.test(before)) throw new RollcallError('internal', `config/rollcall.yaml has no line ${name}`);
    return before.replace(line, (_, head: string) => head + value);
  }, text);
}

async function run(
  args: readonly string[],
  folder: string,
  { token, colour, signal }: WorkplaceOptions,
  running: Set<ChildProcess>,
): Promise<Ended> {
  const { NO_COLOR: _, FORCE_COLOR: _f, ...inherited } = process.env;
  const own = { COSMO_API_KEY: token, TMPDIR: join(folder, 'tmp') };
  const child = spawn(process.execPath, [join(root, 'bin', 'rollcall.js'), ...args], {
    cwd: folder,
    env: { ...inherited, ...own, ...(colour ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' }) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  const stop = (): void => void child.kill('SIGINT');
  signal.addEventListener('abort', stop, { once: true });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, stdout, stderr };
  } finally {
    running.delete(child);
    signal.removeEventListener('abort', stop);
  }
}
