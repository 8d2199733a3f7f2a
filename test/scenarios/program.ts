import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { compileCache } from '../support/rollcall.ts';
import { tokenName } from './settings.ts';

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one command of Rollcall in a folder, so many milliseconds later than it really is. */
export type Program = (
  args: readonly string[],
  place: { readonly folder: string; readonly token: string; readonly later: number },
) => Promise<Ended>;

const bin = fileURLToPath(new URL('../../bin/rollcall.js', import.meta.url));
const shiftClock = new URL('./shift-clock.js', import.meta.url).href;

/** The real program, one process for each command. */
export const realProgram: Program = async (args, { folder, token, later }) => {
  const child = spawn(process.execPath, ['--import', shiftClock, bin, ...args], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'] ?? '',
      TMPDIR: folder,
      NODE_COMPILE_CACHE: compileCache,
      SCENARIO_LATER: String(later),
      [tokenName]: token,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code: code ?? -1, stdout, stderr };
};

/** The same command line in this process, ten times as fast: for the many days that are drawn by hand. */
export const sameProcess: Program = async (args, { folder, token, later }) => {
  const { main } = await import('../../src/cli/main.ts');
  const { now } = Date;
  const code = process.exitCode;
  const [stdout, stderr] = [listen(process.stdout), listen(process.stderr)];
  process.env[tokenName] = token;
  Date.now = () => now() + later;
  process.exitCode = 0;
  try {
    await main([...args, '--config', `${folder}/rollcall.yaml`]);
    return { code: process.exitCode, stdout: stdout.text(), stderr: stderr.text() };
  } finally {
    for (const stream of [stdout, stderr]) stream.stop();
    Date.now = now;
    process.exitCode = code;
  }
};

/** Keeps what is written to a stream, until it is stopped. */
function listen(stream: NodeJS.WriteStream): { text(): string; stop(): void } {
  let text = '';
  stream.setMaxListeners(0);
  stream.write = (chunk: string | Uint8Array, ...rest: readonly unknown[]): boolean => {
    text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
    const done = rest.at(-1);
    if (typeof done === 'function') (done as () => void)();
    return true;
  };
  return { text: () => text, stop: () => void Reflect.deleteProperty(stream, 'write') };
}
