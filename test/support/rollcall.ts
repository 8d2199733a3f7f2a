import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Ending } from './folder.ts';

const bin = fileURLToPath(new URL('../../bin/rollcall.js', import.meta.url));
/** Halves the time of a start: the tests start the program some hundreds of times. */
export const compileCache = fileURLToPath(
  new URL('../../node_modules/.cache/rollcall-tests', import.meta.url),
);

/** What is left of a command when it has ended. */
export interface Ended {
  /** `null` where a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What a script reads: stdout as JSON. Throws where it is not exactly one document. */
  json<T = Record<string, unknown>>(): T;
}

export interface Running {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  /** Waits until it has said this on either stream. */
  says(words: RegExp): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  /** Stops reading stdout, as `head` does. */
  closeStdout(): void;
}

export interface RunOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** A command line of `sh`, in which "$@" is Node, the program and its arguments. */
  readonly shell?: string;
  /** The user that it runs as, where the tests run as root. */
  readonly uid?: number;
}

/** Starts the real program, with nothing in its environment but what is given. It does not outlive the test. */
export function start(ending: Ending, args: readonly string[], options: RunOptions): Running {
  const { cwd, shell, uid } = options;
  const line = [process.execPath, bin, ...args];
  const [command, ...rest] = shell === undefined ? line : ['/bin/sh', '-c', shell, 'sh', ...line];
  const env = { PATH: process.env['PATH'] ?? '', NODE_COMPILE_CACHE: compileCache, ...options.env };
  const child = spawn(command!, rest, {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(uid !== undefined && { uid, gid: uid }),
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = once(child, 'close').then(([code, signal]): Ended => {
    return endedOf({ code: code as number | null, signal: signal as NodeJS.Signals | null, stdout, stderr });
  });
  const says = async (words: RegExp): Promise<void> => {
    const over = ended.then(() => Promise.reject(new Error(`it ended without saying ${words}`)));
    over.catch(() => undefined);
    while (!words.test(stdout) && !words.test(stderr))
      await Promise.race([once(child.stdout, 'data'), once(child.stderr, 'data'), over]);
  };
  ending.onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await ended.catch(() => undefined);
  });
  return {
    pid: child.pid ?? 0,
    ended,
    says,
    kill: (signal) => void child.kill(signal),
    closeStdout: () => void child.stdout.destroy(),
  };
}

export function endedOf(ended: Omit<Ended, 'json'>): Ended {
  return { ...ended, json: () => parsed(ended.stdout) as never };
}

function parsed(stdout: string): unknown {
  if (!/^\S[^]*\n$/.test(stdout)) throw new Error(`not one JSON document and a line break: ${stdout}`);
  return JSON.parse(stdout);
}
