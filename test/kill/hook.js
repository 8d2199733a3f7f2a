/**
 * Loaded before the program, in each of its threads: it is killed with SIGKILL the so-many-th time that it comes to a
 * moment, `KILL_AT=PHASE:NUMBER`. Which moments there are is told in story.ts.
 */
import { subscribe } from 'node:diagnostics_channel';
import { createRequire } from 'node:module';

const [phase, number] = (process.env.KILL_AT ?? ':0').split(':');
let left = Number(number);

function die() {
  process.kill(process.pid, 'SIGKILL');
  // It is over when the next system call is made, if not before.
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
}

const meet = () => --left === 0;
const isWrite = ({ method }) => method !== 'GET';

if (phase === 'before')
  subscribe('http.client.request.created', ({ request }) => {
    if (isWrite(request) && meet()) die();
  });
if (phase === 'sent')
  subscribe('http.client.request.start', ({ request }) => {
    // The service takes its time to answer, so that it has the request by then, and we have no answer.
    if (isWrite(request) && meet()) setTimeout(die, 3);
  });
if (phase === 'answered')
  subscribe('http.client.response.finish', ({ request }) => {
    if (isWrite(request) && meet()) setTimeout(die, 1);
  });
if (phase === 'transaction') {
  const Database = createRequire(import.meta.url)('better-sqlite3');
  const { transaction } = Database.prototype;
  Database.prototype.transaction = function (run) {
    const { name } = this;
    return transaction.call(this, function (...all) {
      const result = run.apply(this, all);
      if (name.endsWith('rollcall.db') && meet()) die();
      return result;
    });
  };
}
