import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

const largest = 32 * 1024 * 1024;
const lookEvery = 64;
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
 * Requests live as long as an answer takes, so that in a small nursery they are carried along again and again. Lets it
 * grow in one step, to 32 MB and no further; what comes back has to be called now and then. It may grow only for a moment
 * each time: a run that mostly waits would let it grow for as long as it waits.
 */
export function letNurseryGrow(): () => void {
  let calls = 0;
  let isGrown = false;
  const look = (): void => {
    isGrown = hasGrown();
    if (isGrown) return keepNurserySmall();
    letNurseryBeLarge();
    setTimeout(keepNurserySmall, growsFor).unref();
  };
  look();
  return () => {
    calls += 1;
    if (!isGrown && calls % lookEvery === 0) look();
  };
}

function hasGrown(): boolean {
  const nursery = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
  return nursery === undefined || nursery.space_size >= largest;
}
