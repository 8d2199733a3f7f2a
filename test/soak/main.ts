/**
 * `node test/soak/main.ts --minutes 20`: the daemon and five targets, each with another fault, while somebody joins, moves,
 * leaves or is back every few seconds. At the end the faults stop, and every target has to come to what the file says, and
 * to be sent nothing more. Tells how much the daemon's memory has grown after the first two minutes.
 */
import { spawn } from 'node:child_process';
import { createWriteStream, mkdtempSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { loadService } from '../../connectors/targets/services.ts';
import { startMock } from '../../src/mock/index.ts';
import type { Mock } from '../../src/mock/index.ts';
import { randomFrom } from '../scenarios/random.ts';
import { configuration, csv } from '../support/company.ts';
import { told, wholeOf } from '../support/told.ts';
import { Company } from './company.ts';
import { differences } from './converged.ts';

const values = told({
  options: {
    minutes: { type: 'string', default: '20' },
    people: { type: 'string', default: '100' },
    seed: { type: 'string', default: '20260301' },
  },
});
const minutes = wholeOf(values.minutes, '--minutes');

/** How each target fails, for as long as it does. */
const faults: Readonly<Record<string, readonly string[]>> = {
  limited: ['status=429,retryAfter=2,share=0.2'],
  lossy: ['drop=after,share=0.1', 'reset=before,share=0.05,seed=2'],
  failing: ['status=500,when=after,share=0.1', 'html,share=0.05,seed=2'],
  behind: ['lag=3000', 'memberLag=2000'],
  // Down for as long as it is told so, below.
  down: [],
};

/** Megabytes that a process holds now. */
function residentOf(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

const folder = mkdtempSync(join(tmpdir(), 'rollcall-soak-'));
const file = (name: string): string => join(folder, name);
const random = randomFrom(wholeOf(values.seed, '--seed', 0));
const company = new Company(wholeOf(values.people, '--people'), random);

/** As an export should: a whole file takes the place of the other. */
function publish(): void {
  writeFileSync(file('people.new'), csv(company.rows));
  renameSync(file('people.new'), file('people.csv'));
}

const mocks = new Map<string, Mock>();
for (const name of Object.keys(faults))
  mocks.set(
    name,
    await startMock({
      service: await loadService('rfc'),
      token: 'soak',
      journal: 1000,
      faults: faults[name]!,
    }),
  );

const target = [
  'schedule: "*/10 * * * * *"',
  'timeout: 10s',
  'limits: { update: { count: 100000 }, deactivate: { count: 100000 }, reactivate: { count: 100000 }, memberRemove: { count: 100000 } }',
];
const [[firstName, firstMock], ...others] = [...mocks] as [[string, Mock], ...[string, Mock][]];
const auth = '{ kind: bearer, token: { env: SOAK_TOKEN } }';
const document = configuration({
  baseUrl: firstMock.url,
  auth,
  source: 'watch: 1\nlimits: { shrunk: 100 }',
  target: target.join('\n'),
  targets: others
    .map(([name, { url }]) =>
      [
        `${name}:`,
        ...['connector: generic', `baseUrl: ${url}`, `auth: ${auth}`, ...target].map((line) => `  ${line}`),
      ].join('\n'),
    )
    .join('\n'),
}).replace('\n  app:', `\n  ${firstName}:`);
writeFileSync(file('rollcall.yaml'), `${document}groups:\n  - { from: "\${[record.department]}" }\n`);
publish();

const bin = fileURLToPath(new URL('../../bin/rollcall.js', import.meta.url));
const daemon = spawn(process.execPath, [bin, 'daemon'], {
  cwd: folder,
  env: { PATH: process.env['PATH'] ?? '', SOAK_TOKEN: 'soak' },
  stdio: ['ignore', 'ignore', 'pipe'],
});
daemon.stderr.pipe(createWriteStream(file('daemon.log')));
const ended = once(daemon, 'exit').then(([code, signal]) => {
  throw new Error(`the daemon ended: ${String(code ?? signal)}; its log is ${file('daemon.log')}`);
});
ended.catch(() => undefined);
const pause = (seconds: number): Promise<unknown> => Promise.race([sleep(seconds * 1000), ended]);

const started = Date.now();
const elapsed = (): number => (Date.now() - started) / 1000;
const samples: { readonly at: number; readonly megabytes: number }[] = [];
let isDown = false;
console.log(
  `${values.people} people, ${mocks.size} targets, ${minutes} minutes, seed ${values.seed}; ${folder}`,
);
while (elapsed() < minutes * 60) {
  await pause(2 + random.below(3));
  company.change();
  publish();
  samples.push({ at: elapsed(), megabytes: residentOf(daemon.pid!) });
  // A minute in every three.
  const shallBeDown = Math.floor(elapsed() / 60) % 3 === 1;
  if (shallBeDown !== isDown) {
    isDown = shallBeDown;
    if (isDown) mocks.get('down')!.addFault('status=503');
    else mocks.get('down')!.clearFaults();
  }
  if (samples.length % 20 === 0)
    console.log(
      `${(elapsed() / 60).toFixed(1)} min: ${samples.at(-1)!.megabytes.toFixed(0)} MB, ${company.rows.length} rows, differences ${[...mocks].map(([name, mock]) => `${name} ${differences(mock, company.rows).length}`).join(', ')}`,
    );
}

/**
 * The most that was measured between two times, in seconds: what is collected only now and then makes a saw of all else. The
 * two stretches are a quarter of the time each.
 */
const most = (from: number, to: number): number =>
  Math.max(...samples.filter(({ at }) => at >= from && at < to).map(({ megabytes }) => megabytes));
const stretch = Math.max(30, (minutes * 60 - 120) / 4);
const [early, late] = [most(120, 120 + stretch), most(minutes * 60 - stretch, minutes * 60 + 60)];
const growth = (late / early - 1) * 100;
console.log(
  `memory: at most ${early.toFixed(0)} MB in the ${stretch.toFixed(0)} s after the first two minutes, ${late.toFixed(0)} MB in the last ${stretch.toFixed(0)} s: ${growth >= 0 ? '+' : ''}${growth.toFixed(1)} %`,
);

for (const mock of mocks.values()) mock.clearFaults();
const stopped = Date.now();
const waiting = new Set(mocks.keys());
const longest = 20 * 60;
while (waiting.size > 0 && (Date.now() - stopped) / 1000 < longest) {
  await pause(1);
  for (const name of waiting) {
    if (differences(mocks.get(name)!, company.rows).length > 0) continue;
    waiting.delete(name);
    console.log(
      `${name} has converged ${((Date.now() - stopped) / 1000).toFixed(0)} s after the faults stopped`,
    );
  }
}
for (const name of waiting)
  console.log(`${name} HAS NOT: ${differences(mocks.get(name)!, company.rows).slice(0, 5).join('; ')}`);

// Two more runs of each target's schedule, in which nothing is to be written.
const last = new Map([...mocks].map(([name, mock]) => [name, mock.journal().at(-1)?.number ?? 0]));
await pause(25);
let afterwards = 0;
for (const [name, mock] of mocks) {
  const sent = mock.journal(last.get(name)).filter(({ method }) => method !== 'GET');
  afterwards += sent.length;
  if (sent.length > 0)
    console.log(`${name} was sent ${sent.length} requests that write, after it had converged`);
}
daemon.kill('SIGTERM');
await once(daemon, 'close');
for (const mock of mocks.values()) await mock.close();
const isWell = waiting.size === 0 && afterwards === 0 && growth < 5;
console.log(isWell ? 'well' : `NOT WELL; the log is ${file('daemon.log')}`);
process.exit(isWell ? 0 : 1);
