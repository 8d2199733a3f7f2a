/**
 * Plays worlds by hand: `node test/simulation/main.ts --worlds 1000000 --seed 1`. With `--tell`, the world of one seed
 * is told step by step. In worlds with `--told changes` or `--told events`, runs are mostly told nothing but those. `--without "doubts are sent again"` plays without a law. `--files` uses real files, and
 * opens them anew for each run; `--within 100` begins no world after so many seconds; `--people`, `--days` and `--targets` make larger worlds. TMPDIR may name a folder in memory.
 */
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { refuse, told, wholeOf } from '../support/told.ts';
import { diskInFiles, diskInMemory } from './disk.ts';
import { LAWLESS } from './lawless.ts';
import { play } from './play.ts';
import type { Lawless, Played } from './play.ts';
import { explain, search, seedsOf } from './search.ts';
import type { Searched } from './search.ts';
import { TOLD_BY, drawWorld } from './world.ts';
import type { ToldBy } from './world.ts';

const values = told({
  options: {
    seed: { type: 'string', default: '1' },
    worlds: { type: 'string', default: '1000' },
    threads: { type: 'string', default: '1' },
    within: { type: 'string' },
    people: { type: 'string', default: '5' },
    days: { type: 'string', default: '5' },
    targets: { type: 'string', default: '2' },
    without: { type: 'string' },
    told: { type: 'string', default: 'reads' },
    files: { type: 'boolean', default: false },
    tell: { type: 'boolean', default: false },
  },
  ...(!isMainThread && { args: (workerData as { args: string[] }).args }),
});

const size = {
  people: wholeOf(values.people, '--people'),
  days: wholeOf(values.days, '--days'),
  targets: wholeOf(values.targets, '--targets'),
  told: toldBy(values.told),
};
const lawless = values.without === undefined ? undefined : lawlessOf(values.without);
const first = wholeOf(values.seed, '--seed', 0);
const within = values.within === undefined ? Infinity : Number(values.within);
if (!(within > 0)) refuse('--within takes a number of seconds');

function toldBy(name: string): ToldBy {
  return TOLD_BY.find((one) => one === name) ?? refuse(`--told takes one of: ${TOLD_BY.join(', ')}`);
}

function lawlessOf(name: string): Lawless {
  const found = Object.entries(LAWLESS).find(([one]) => one === name);
  return found?.[1] ?? refuse(`--without takes one of: ${Object.keys(LAWLESS).join(', ')}`);
}

async function searchHere(from: number, count: number): Promise<Searched> {
  const disk = values.files ? diskInFiles() : diskInMemory();
  try {
    let worlds = 0;
    const until = performance.now() + within * 1000;
    const onWorld = (seed: number, { faults }: Played): undefined => {
      if (faults.length > 0) console.error(`seed ${seed}: ${faults[0]!.kind}: ${faults[0]!.text}`);
      if (++worlds % 1000 === 0) console.error(`${worlds} worlds from seed ${from} on`);
    };
    return await search({ first: from, count, disk, size, until, onWorld, ...(lawless && { lawless }) });
  } finally {
    disk.close();
  }
}

async function searchWith(threads: number, count: number): Promise<readonly Searched[]> {
  const share = Math.ceil(count / threads);
  const all = Array.from({ length: threads }, (_, index) => {
    const from = first + index * share;
    const many = Math.min(share, first + count - from);
    const worker = new Worker(new URL(import.meta.url), {
      workerData: { args: process.argv.slice(2), from, many },
    });
    return new Promise<Searched>((resolve, reject) => worker.on('message', resolve).on('error', reject));
  });
  return Promise.all(all);
}

async function tell(): Promise<void> {
  const disk = values.files ? diskInFiles() : diskInMemory();
  const played = await play(drawWorld(first, size), disk, { isTold: true, ...(lawless && { lawless }) });
  console.log(played.trace.join('\n'));
  disk.close();
}

async function main(): Promise<void> {
  const threads = wholeOf(values.threads, '--threads');
  const started = performance.now();
  const before = process.cpuUsage();
  const count = wholeOf(values.worlds, '--worlds');
  const parts = threads > 1 ? await searchWith(threads, count) : [await searchHere(first, count)];
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(before);
  const sum = (of: (one: Searched) => number): number => parts.reduce((all, one) => all + of(one), 0);
  const worlds = sum((one) => one.worlds);
  const moments = new Set(parts.flatMap(({ kills }) => Object.keys(kills)));
  const kills = [...moments].map((one) => `${sum((part) => part.kills[one as 'send'] ?? 0)} at ${one}`);
  const failed = parts.flatMap((one) => one.failed);
  console.log(
    `seeds ${seedsOf(parts)}: ${worlds} worlds, ${sum((one) => one.runs)} runs, ${sum((one) => one.requests)} requests, killed ${kills.join(', ')}; ${sum((one) => one.gaveWay)} gave way`,
  );
  if (worlds < count) console.log(`${worlds} of ${count} worlds: there was no time for more`);
  console.log(
    `${seconds.toFixed(0)} s, ${(worlds / seconds).toFixed(0)} worlds a second, ${((worlds / (user + system)) * 1e6).toFixed(0)} for a second of a processor`,
  );
  console.log(`${failed.length} not as they must be`);
  for (const { seed, text } of failed.slice(0, 20)) console.log(`  seed ${seed}: ${text}`);
  if (failed.length > 0 || worlds === 0) process.exitCode = 1;
  if (failed.length === 0) return;
  const disk = diskInMemory();
  const smallest = await explain(drawWorld(failed[0]!.seed, size), disk, lawless);
  disk.close();
  if (smallest === undefined) return;
  console.log(`the smallest like seed ${failed[0]!.seed}:\n${JSON.stringify(smallest.world)}`);
  console.log(smallest.played.trace.map((line) => `  ${line}`).join('\n'));
}

if (!isMainThread) {
  const { from, many } = workerData as { from: number; many: number };
  parentPort!.postMessage(await searchHere(from, many));
} else await (values.tell ? tell() : main());
