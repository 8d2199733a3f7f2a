// A thread that writes down what delivery does: see BackgroundRecorder.
import { parentPort, workerData } from 'node:worker_threads';
import { RollcallError } from '../../model/index.ts';
import { openState } from '../state.ts';
import type { State } from '../state.ts';
import type { Failed, Letter, Reply, Task } from './background.ts';
import { record } from './recorder.ts';

const { path, salt } = workerData as Task;
const port = parentPort!;
let opened: State | undefined;

/** Throws where another file, or none, lies at the path by now. */
function open(): State {
  const state = openState(path, false);
  if (state.salt === salt) return state;
  state.close();
  throw new RollcallError('state', {
    message: `the state ${path} was moved or replaced while it was in use`,
    hint: 'nothing more was sent; put the file back, and run once more',
  });
}

function replyTo({ number, entry }: Exclude<Letter, 'end'>): Reply {
  try {
    opened ??= open();
    return { number, rows: record(opened, entry) };
  } catch (error) {
    return { number, error: failedOf(error as Error & { readonly code?: string }) };
  }
}

function failedOf(error: Error & { readonly code?: string }): Failed {
  const { message, code, stack } = error;
  if (error instanceof RollcallError) return { message, code: error.code, problems: error.problems };
  return { message, ...(code !== undefined && { code }), ...(stack !== undefined && { stack }) };
}

port.on('message', (letter: Letter) => {
  if (letter !== 'end') {
    port.postMessage(replyTo(letter));
    return;
  }
  opened?.close();
  port.close();
});
