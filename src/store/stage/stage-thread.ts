// A thread that appends the rows of a plan: see BackgroundWriter.
import { workerData } from 'node:worker_threads';
import { PROGRESS } from './background.ts';
import type { Failed, Parcel, Task } from './background.ts';
import { openStageDatabase } from './database.ts';
import { Writer } from './writer.ts';

const { path, port, progress: shared } = workerData as Task;
const progress = new Int32Array(shared);
let hasFailed = false;

function advance(): void {
  Atomics.add(progress, PROGRESS.done, 1);
  Atomics.notify(progress, PROGRESS.done);
}

/** Told once. What is still on its way is received and dropped: some of the rows are no plan. */
function fail(error: unknown): void {
  hasFailed = true;
  const { message, code } = error as Error & { code?: string };
  port.postMessage({ message, ...(code !== undefined && { code }) } satisfies Failed);
  Atomics.store(progress, PROGRESS.failed, 1);
  // Whoever waits looks at `done`.
  advance();
  port.close();
}

try {
  const db = openStageDatabase(path);
  const writer = new Writer(db);
  db.exec('BEGIN');
  port.on('message', (parcel: Parcel) => {
    if (hasFailed) return;
    try {
      if (parcel === 'end') {
        writer.flush();
        db.exec('COMMIT');
        db.close();
        port.close();
      } else
        for (let at = 0; at < parcel.values.length; at += parcel.width)
          writer.add(parcel.name, parcel.values.slice(at, at + parcel.width));
      advance();
    } catch (error) {
      fail(error);
    }
  });
} catch (error) {
  fail(error);
}
