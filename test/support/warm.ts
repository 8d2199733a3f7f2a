import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Ending } from './folder.ts';
import type { Answered, Asked } from './warm-program.ts';

const program = fileURLToPath(new URL('./warm-program.ts', import.meta.url));
const idle: ChildProcess[] = [];

/** Runs a command line in a process that has the built program loaded. It does not outlive the test. */
export async function runWarm(ending: Ending, asked: Asked): Promise<Answered> {
  const child = idle.pop() ?? begin();
  let isOver = false;
  ending.onTestFinished(async () => {
    if (isOver) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  hold(child);
  child.send(asked);
  const ended = once(child, 'exit').then(([code, signal]) => {
    isOver = true;
    throw new Error(
      `the program ended with ${String(signal ?? code)} in the middle of ${asked.args.join(' ')}`,
    );
  });
  const answered = once(child, 'message').then(([answer]) => answer as Answered);
  ended.catch(() => undefined);
  const answer = await Promise.race([answered, ended]);
  isOver = true;
  letGo(child);
  idle.push(child);
  return answer;
}

function begin(): ChildProcess {
  // Nothing of the environment of the tests reaches a command: each has its own.
  const env = { PATH: process.env['PATH'] ?? '' };
  return fork(program, { env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: [] });
}

/** The tests wait for a process that has something to do, and for no other. */
function hold(child: ChildProcess): void {
  child.ref();
  child.channel?.ref();
}

function letGo(child: ChildProcess): void {
  child.removeAllListeners();
  child.unref();
  child.channel?.unref();
}
