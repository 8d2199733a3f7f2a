import { extname } from 'node:path';
import { MessageChannel, Worker, receiveMessageOnPort } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import { RollcallError } from '../../model/index.ts';
import type { AppendName } from './appends.ts';
import type { Appender } from './writer.ts';

/** What the thread is given when it starts. */
export interface Task {
  readonly path: string;
  readonly port: MessagePort;
  /** Of `PROGRESS`, as 32-bit numbers that both threads see. */
  readonly progress: SharedArrayBuffer;
}

export const PROGRESS = { done: 0, failed: 1 } as const;

/** Rows of one kind, their values one behind the other, which costs less to carry; or the word that there are no more. */
export type Parcel =
  { readonly name: AppendName; readonly width: number; readonly values: readonly unknown[] } | 'end';

/** What went wrong in the thread, as far as an error can travel. */
export interface Failed {
  readonly message: string;
  readonly code?: string;
}

const rowsAtOnce = 256;
/** Parcels that may be under way: where there is one processor for both threads, the quicker one waits. */
const mostUnderWay = 32;
/** Milliseconds without any progress, after which the thread must be dead. */
const patience = 120_000;

/**
 * Appends rows in a thread of its own, while people are still being read here: writing takes a quarter of the time of a
 * large plan. The database belongs to that thread until `flush` is through, and to this one afterwards.
 */
export class BackgroundWriter implements Appender {
  readonly #port: MessagePort;
  readonly #progress: Int32Array;
  readonly #pending = new Map<AppendName, Exclude<Parcel, 'end'> & { readonly values: unknown[] }>();
  #sent = 0;

  constructor(path: string) {
    const { port1, port2 } = new MessageChannel();
    const progress = new SharedArrayBuffer(8);
    this.#port = port1;
    this.#progress = new Int32Array(progress);
    const task: Task = { path, port: port2, progress };
    new Worker(new URL(`./thread${extname(import.meta.url)}`, import.meta.url), {
      workerData: task,
      transferList: [port2],
      resourceLimits: { maxYoungGenerationSizeMb: 4 },
    }).unref();
    port1.unref();
  }

  add(name: AppendName, row: readonly unknown[]): void {
    let parcel = this.#pending.get(name);
    if (parcel === undefined) this.#pending.set(name, (parcel = { name, width: row.length, values: [] }));
    for (const value of row) parcel.values.push(value);
    if (parcel.values.length < rowsAtOnce * row.length) return;
    this.#send(parcel);
    parcel.values.length = 0;
    this.#wait(mostUnderWay);
  }

  /** Ends the thread: nothing can be added any more. Throws what it failed at. */
  flush(): void {
    for (const parcel of this.#pending.values()) this.#send(parcel);
    this.#pending.clear();
    this.#send('end');
    this.#wait(0);
    this.#port.close();
  }

  #send(parcel: Parcel): void {
    this.#sent++;
    this.#port.postMessage(parcel);
  }

  /** Until no more than so many parcels are under way. */
  #wait(most: number): void {
    for (;;) {
      const done = Atomics.load(this.#progress, PROGRESS.done);
      if (Atomics.load(this.#progress, PROGRESS.failed) === 1) throw this.#failure();
      if (this.#sent - done <= most) return;
      if (Atomics.wait(this.#progress, PROGRESS.done, done, patience) === 'timed-out')
        throw new RollcallError('internal', { message: 'the thread that writes the plan does not answer' });
    }
  }

  #failure(): Error {
    const { message, code } = (receiveMessageOnPort(this.#port) as { message: Failed }).message;
    return Object.assign(new Error(message), code !== undefined && { code });
  }
}
