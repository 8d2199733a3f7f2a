import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { RollcallError } from '../../model/index.ts';
import type { ErrorCode, Problem } from '../../model/index.ts';
import type { State } from '../state.ts';
import type { LeasedRow } from './leased.ts';
import { recorderHere } from './recorder.ts';
import type { Entry, Recorder } from './recorder.ts';

/** The state that the thread opens, and by what it knows that it is that one. */
export interface Task {
  readonly path: string;
  readonly salt: string;
}

/** What goes to the thread: an entry, or that no more come. */
export type Letter = { readonly number: number; readonly entry: Entry } | 'end';

/** What comes back of an entry. */
export type Reply = { readonly number: number } & (
  { readonly rows: readonly LeasedRow[] } | { readonly error: Failed }
);

/** An error, as far as it can travel; `problems` are those of a `RollcallError`. */
export interface Failed {
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly problems?: readonly Problem[];
}

interface Waiting {
  readonly resolve: (rows: readonly LeasedRow[]) => void;
  readonly reject: (error: Error) => void;
}

/** Operations from which on a thread is worth the time that it takes to start. */
const worthAThread = 500;

/** The recorder for a run that has so many operations to send. */
export function openRecorder(state: State, operations: number): Recorder {
  return operations < worthAThread ? recorderHere(state) : new BackgroundRecorder(state);
}

/**
 * Writes entries in a thread of its own with its own connection, one after the other: writing down a request takes a
 * fourth of the time that it takes to send it, and waiting for the disk as long again.
 */
export class BackgroundRecorder implements Recorder {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #ended: Promise<void>;
  #count = 0;
  #dead: Error | undefined;

  constructor(state: Pick<State, 'path' | 'salt'>) {
    this.#worker = new Worker(new URL(`./queue-thread${extname(import.meta.url)}`, import.meta.url), {
      workerData: { path: state.path, salt: state.salt } satisfies Task,
    });
    this.#worker.on('message', (reply: Reply) => this.#take(reply));
    this.#worker.on('messageerror', (error) => this.#die(error.message));
    this.#worker.on('error', (error: Error) => this.#die(error.message));
    this.#ended = new Promise((resolve) =>
      this.#worker.once('exit', (code) => {
        this.#die(`it ended with ${code}`);
        resolve();
      }),
    );
  }

  record(entry: Entry): Promise<readonly LeasedRow[]> {
    if (this.#dead !== undefined) return Promise.reject(this.#dead);
    const number = ++this.#count;
    return new Promise((resolve, reject) => {
      this.#waiting.set(number, { resolve, reject });
      this.#send({ number, entry });
    });
  }

  async close(): Promise<void> {
    this.#send('end');
    await this.#ended;
  }

  #send(letter: Letter): void {
    this.#worker.postMessage(letter);
  }

  #take(reply: Reply): void {
    const waiting = this.#waiting.get(reply.number);
    this.#waiting.delete(reply.number);
    if ('rows' in reply) waiting?.resolve(reply.rows);
    else waiting?.reject(errorOf(reply.error));
  }

  /** Whoever waits for it waits in vain. */
  #die(why: string): void {
    this.#dead ??= new RollcallError('internal', {
      message: `the thread that writes to the state is gone: ${why}`,
      hint: 'what was sent and could not be written down any more is looked up by the next run',
    });
    for (const { reject } of this.#waiting.values()) reject(this.#dead);
    this.#waiting.clear();
  }
}

function errorOf({ message, code, stack, problems }: Failed): Error {
  if (problems !== undefined) return new RollcallError(code as ErrorCode, problems);
  return Object.assign(new Error(message), code !== undefined && { code }, stack !== undefined && { stack });
}
