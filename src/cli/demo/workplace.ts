import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RollcallError } from '../../model/index.ts';
import { root } from '../version.ts';

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
  // Also where a second Ctrl-C ends the process at once.
  const remove = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  process.once('exit', remove);
  writeFileSync(join(folder, 'rollcall.yaml'), configuration(options.baseUrl));
  return {
    receive: (file) => receive(file, join(folder, 'people.csv')),
    run: (args) => run(args, folder, options),
    close: () => {
      process.off('exit', remove);
      remove();
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

async function run(args: readonly string[], folder: string, options: WorkplaceOptions): Promise<Ended> {
  const { NO_COLOR: _, FORCE_COLOR: _f, ...inherited } = process.env;
  const child = spawn(process.execPath, [join(root, 'bin', 'rollcall.js'), ...args], {
    cwd: folder,
    env: {
      ...inherited,
      COSMO_API_KEY: options.token,
      ...(options.colour ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' }),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stop = (): void => void child.kill('SIGINT');
  const end = (): void => void child.kill('SIGKILL');
  options.signal.addEventListener('abort', stop, { once: true });
  process.once('exit', end);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, stdout, stderr };
  } finally {
    process.off('exit', end);
    options.signal.removeEventListener('abort', stop);
  }
}
