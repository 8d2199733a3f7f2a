import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';

/** What a process has used from its start to its end. */
export interface Usage {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMegabytes: number;
}

export interface Measured extends Usage {
  readonly stdout: string;
}

export interface ProgramOptions {
  readonly cwd?: string;
  /** It is ended after so many seconds, and that is an error. */
  readonly limit: number;
  /** Exit codes that are no error; 0 alone where nothing is said. */
  readonly codes?: readonly number[];
}

/** This checkout of the project. */
export const HERE = fileURLToPath(new URL('../..', import.meta.url));
const usage = fileURLToPath(new URL('usage.cjs', import.meta.url));
export const TOKEN = 'bench';

/**
 * A temporary folder and the processes that work in it: none of them outlives this one, however it ends. What is measured
 * there is the program of one checkout.
 */
export class Workplace {
  readonly #folder = mkdtempSync(join(tmpdir(), 'rollcall-bench-'));
  readonly #running = new Set<ChildProcess>();
  readonly #onExit = (): void => this.#clear();

  readonly #checkout: string;

  constructor(checkout = HERE) {
    this.#checkout = checkout;
    process.once('exit', this.#onExit);
  }

  /** The program that is measured. */
  get rollcall(): string {
    return join(this.#checkout, 'bin/rollcall.js');
  }

  /** A script of the bench that looks into the program, and therefore comes from the same checkout. */
  script(name: string): string {
    const path = join(this.#checkout, 'test/bench', name);
    if (!existsSync(path)) throw new Error(`there is no test/bench/${name}`);
    return path;
  }

  path(name: string): string {
    return join(this.#folder, name);
  }

  /** A new folder in this one, or an empty one in the place of the old. */
  folder(name: string): string {
    const path = this.path(name);
    rmSync(path, { recursive: true, force: true });
    mkdirSync(path);
    return path;
  }

  /** Runs a program of Node to its end. */
  async run(args: readonly string[], options: ProgramOptions): Promise<Measured> {
    const started = performance.now();
    const child = this.start(['--require', usage, ...args], options.cwd, ['pipe', 'pipe', 'pipe']);
    const timer = setTimeout(() => child.kill('SIGKILL'), options.limit * 1000);
    const [stdout, stderr, used, [code, signal]] = await Promise.all([
      textOf(child.stdio[1] as Readable),
      textOf(child.stdio[2] as Readable),
      textOf(child.stdio[3] as Readable),
      once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>,
    ]);
    const seconds = (performance.now() - started) / 1000;
    clearTimeout(timer);
    if (code === null || !(options.codes ?? [0]).includes(code)) {
      const end =
        signal === 'SIGKILL' ? `was ended after ${options.limit} s` : `ended with ${code ?? signal}`;
      throw new Error(`${args.join(' ')}: ${end}\n${stderr || stdout}`);
    }
    return { seconds, stdout, ...(JSON.parse(used) as Omit<Usage, 'seconds'>) };
  }

  /** Starts a program of Node that goes on until it is stopped. */
  start(
    args: readonly string[],
    cwd = this.#folder,
    streams: readonly ('pipe' | 'inherit' | 'ignore')[] = ['pipe', 'inherit'],
  ): ChildProcess {
    const env = {
      PATH: process.env['PATH'] ?? '',
      TMPDIR: this.#folder,
      HOME: this.#folder,
      BENCH_TOKEN: TOKEN,
    };
    const child = spawn(process.execPath, [...args], { cwd, env, stdio: ['ignore', ...streams] });
    this.#running.add(child);
    child.once('exit', () => this.#running.delete(child));
    return child;
  }

  async stop(child: ChildProcess): Promise<void> {
    if (!this.#running.has(child)) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  close(): void {
    process.off('exit', this.#onExit);
    this.#clear();
  }

  #clear(): void {
    for (const child of this.#running) child.kill('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  }
}

async function textOf(stream: Readable): Promise<string> {
  let text = '';
  for await (const part of stream.setEncoding('utf8')) text += part as string;
  return text;
}
