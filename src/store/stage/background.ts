import { extname } from 'node:path';
import { MessageChannel, Worker, receiveMessageOnPort } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import { RollcallError } from '../../model/index.ts';
import type { AppendName } from './appends.ts';

/** What the thread is given when it starts. */
export interface Task {
  readonly path: string;
  readonly port: MessagePort;
  /** Of `PROGRESS`, as 32-bit numbers that both threads see. */
  readonly progress: SharedArrayBuffer;
}

/** How many parcels are done with, and 1 once something has failed: from then on nothing more is. */
export const PROGRESS = { done: 0, failed: 1 } as const;

/** Rows of one kind, their values one behind the other, which costs less to carry. */
export interface Rows {
  readonly name: AppendName;
  readonly width: number;
  readonly values: readonly unknown[];
}

/** `end` says that no more rows come. */
export type Parcel = Rows | 'end';

/** What went wrong in the thread, as far as an error can travel. */
export interface Failed {
  readonly message: string;
  readonly code?: string;
}

/** Rows that wait to be carried, with the length of their texts. */
interface Pending extends Rows {
  readonly values: unknown[];
  size: number;
}

const rowsAtOnce = 256;
/** In characters: rows may be long, and what is under way is in memory twice. */
const sizeAtOnce = 128 * 1024;
/** Parcels that may be under way: where there is one processor for both threads, the quicker one waits. */
const mostUnderWay = 32;
/** Milliseconds without any progress, after which the thread must be dead. */
const patience = 60_000;

/**
 * Appends rows in a thread of its own, while people are still being read here: writing takes a quarter of the time of a
 * large plan. The database belongs to that thread until `flush` is through, and to this one afterwards.
 */
export class BackgroundWriter {
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #progress: Int32Array;
  readonly #pending = new Map<AppendName, Pending>();
  #sent = 0;
  #error: Error | undefined;

  constructor(path: string) {
    const { port1, port2 } = new MessageChannel();
    const progress = new SharedArrayBuffer(8);
    this.#port = port1;
    this.#progress = new Int32Array(progress);
    const task: Task = { path, port: port2, progress };
    this.#worker = new Worker(new URL(`./stage-thread${extname(import.meta.url)}`, import.meta.url), {
      workerData: task,
      transferList: [port2],
      resourceLimits: { maxYoungGenerationSizeMb: 4 },
    });
    this.#worker.on('error', (error: Error) => (this.#error ??= dead(error.message)));
    this.#worker.unref();
    port1.unref();
  }

  /** Throws what the thread has failed at. */
  add(name: AppendName, row: readonly unknown[]): void {
    let rows = this.#pending.get(name);
    if (rows === undefined)
      this.#pending.set(name, (rows = { name, width: row.length, values: [], size: 0 }));
    for (const value of row) {
      rows.values.push(value);
      if (typeof value === 'string') rows.size += value.length;
    }
    if (rows.values.length < rowsAtOnce * row.length && rows.size < sizeAtOnce) return;
    this.#sendRows(rows);
    this.#wait(mostUnderWay);
  }

  /** Has everything written and ends the thread: nothing can be added any more. Throws what it has failed at. */
  flush(): void {
    for (const rows of this.#pending.values()) this.#sendRows(rows);
    this.#send('end');
    this.#wait(0);
    this.#port.close();
  }

  /** Ends the thread in the middle of what it does: what was written is thrown away. */
  abandon(): void {
    this.#port.close();
    void this.#worker.terminate();
  }

  #sendRows(rows: Pending): void {
    const { name, width, values } = rows;
    this.#send({ name, width, values });
    values.length = 0;
    rows.size = 0;
  }

  #send(parcel: Parcel): void {
    this.#sent++;
    this.#port.postMessage(parcel);
  }

  /** Until no more than so many parcels are under way. */
  #wait(most: number): void {
    for (;;) {
      const done = Atomics.load(this.#progress, PROGRESS.done);
      if (Atomics.load(this.#progress, PROGRESS.failed) !== 0) this.#error ??= this.#failure();
      if (this.#error !== undefined) throw this.#error;
      if (this.#sent - done <= most) return;
      if (Atomics.wait(this.#progress, PROGRESS.done, done, patience) === 'timed-out')
        this.#error = dead(`it has not answered for ${patience / 1000} s`);
    }
  }

  #failure(): Error {
    const failed = receiveMessageOnPort(this.#port) as { readonly message: Failed } | undefined;
    if (failed === undefined) return dead('it failed and did not say at what');
    const { message, code } = failed.message;
    return Object.assign(new Error(message), code !== undefined && { code });
  }
}

function dead(why: string): RollcallError {
  return new RollcallError('internal', { message: `the thread that writes the plan is gone: ${why}` });
}
