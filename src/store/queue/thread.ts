// A thread that writes down what delivery does: see BackgroundRecorder.
import { parentPort, workerData } from 'node:worker_threads';
import { openState } from '../state.ts';
import type { Letter, Reply } from './background.ts';
import { record } from './recorder.ts';

const port = parentPort!;
const state = openState(workerData as string, false);

function replyTo({ number, entry }: Exclude<Letter, 'end'>): Reply {
  try {
    return { number, rows: record(state, entry) };
  } catch (error) {
    const { message, code } = error as Error & { readonly code?: string };
    return { number, error: { message, ...(code !== undefined && { code }) } };
  }
}

port.on('message', (letter: Letter) => {
  if (letter !== 'end') {
    port.postMessage(replyTo(letter));
    return;
  }
  state.close();
  port.close();
});
