import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

const largest = 32 * 1024 * 1024;
const lookEvery = 64;

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
 * grow in one step, to 32 MB and no further; what comes back has to be called now and then. Whoever makes one run after the
 * other has to `keepNurserySmall` behind each, which may have been too short for that.
 */
export function letNurseryGrow(): () => void {
  let calls = 0;
  let isGrown = hasGrown();
  if (!isGrown) letNurseryBeLarge();
  return () => {
    calls += 1;
    if (isGrown || calls % lookEvery !== 0) return;
    isGrown = hasGrown();
    if (isGrown) keepNurserySmall();
  };
}

function hasGrown(): boolean {
  const nursery = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
  return nursery === undefined || nursery.space_size >= largest;
}
