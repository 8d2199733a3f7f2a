import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const largest = 32 * 1024 * 1024;
const lookEvery = 1024;
/** Milliseconds. */
const growsFor = 250;

/** Records die young: a nursery that stays as small as it is is half of the memory of a large run. */
export function keepNurserySmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}

/** For a server, which does nothing but answer requests: collecting took a sixth of its time in a small nursery. */
export function letNurseryBeLarge(): void {
  setFlagsFromString('--semi-space-growth-factor=16');
}

/**
 * Requests live as long as an answer takes, so that in a small nursery they are carried along again and again. Lets it grow
 * to 32 MB and no further; what comes back is called for each of them, and a few are not worth it. It may grow only for a
 * moment each time: a run that mostly waits would let it grow for as long as it waits.
 */
export function letNurseryGrow(): () => void {
  let calls = 0;
  return () => {
    calls += 1;
    if (calls % lookEvery !== 0) return;
    if (hasGrown()) return keepNurserySmall();
    letNurseryBeLarge();
    setTimeout(keepNurserySmall, growsFor).unref();
  };
}

function hasGrown(): boolean {
  const nursery = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
  return nursery === undefined || nursery.space_size >= largest;
}

type Collect = (options: {
  readonly type: 'major';
  readonly execution: 'sync';
  readonly flavor: 'last-resort';
}) => void;

/** Milliseconds. */
const givesBackEvery = 60_000;
/** Of its time. */
const shareForIt = 0.01;

/**
 * For a process that runs for months: V8 keeps the room that its busiest moment took, and takes a little more at the next
 * one. What comes back is called after each job, and gives the system what is free, now or as soon as it may: at most once
 * a minute, and for at most a hundredth of the time. `now` is in milliseconds.
 */
export function memoryGivenBack(now: () => number, collect = collector()): () => void {
  let nextAt = now() + givesBackEvery;
  let later: NodeJS.Timeout | undefined;
  return function giveBack() {
    clearTimeout(later);
    const started = now();
    if (started < nextAt) {
      later = setTimeout(giveBack, nextAt - started).unref();
      return;
    }
    collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
    nextAt = now() + Math.max(givesBackEvery, (now() - started) / shareForIt);
  };
}

/** The flag holds for the contexts that are made after it: nothing else in the program sees `gc`. */
function collector(): Collect {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as Collect;
  setFlagsFromString('--no-expose-gc');
  return collect;
}
