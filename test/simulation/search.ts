import type { Disk } from './disk.ts';
import type { Moment } from './life.ts';
import { play } from './play.ts';
import type { Lawless, Played } from './play.ts';
import { shrink } from './shrink.ts';
import { drawWorld } from './world.ts';
import type { Size, World } from './world.ts';

export interface SearchOptions {
  readonly first: number;
  readonly count: number;
  readonly disk: Disk;
  readonly size?: Size;
  readonly lawless?: Lawless;
  /** A time of `performance.now()` after which no world is begun. */
  readonly until?: number;
  /** Told after each world; an answer of `false` ends it. */
  readonly onWorld?: (seed: number, played: Played) => boolean | undefined;
}

export interface Searched {
  /** So many were played, from the first seed on. */
  readonly first: number;
  readonly worlds: number;
  readonly runs: number;
  readonly requests: number;
  readonly kills: Readonly<Partial<Record<Moment, number>>>;
  readonly gaveWay: number;
  /** Seeds of worlds in which something was that must never be, with what it was. */
  readonly failed: readonly { readonly seed: number; readonly text: string }[];
}

/** Plays so many worlds, one for each seed, or as many as there is time for. */
export async function search(options: SearchOptions): Promise<Searched> {
  const { first, count, disk, size, lawless, until = Infinity, onWorld } = options;
  const failed: { seed: number; text: string }[] = [];
  const kills: Partial<Record<Moment, number>> = {};
  let [worlds, runs, requests, gaveWay] = [0, 0, 0, 0];
  for (let seed = first; seed < first + count && performance.now() < until; seed++) {
    const played = await play(drawWorld(seed, size), disk, lawless === undefined ? {} : { lawless });
    worlds++;
    runs += played.runs;
    requests += played.requests;
    gaveWay += played.gaveWay;
    for (const [moment, number] of Object.entries(played.kills) as [Moment, number][])
      kills[moment] = (kills[moment] ?? 0) + number;
    const [fault] = played.faults;
    if (fault !== undefined) failed.push({ seed, text: `${fault.kind}: ${fault.text}` });
    if (onWorld?.(seed, played) === false) break;
    // A world never lets anybody else have a turn.
    if (worlds % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  return { first, worlds, runs, requests, kills, gaveWay, failed };
}

/** The seeds that were played; those of each thread by themselves where they do not follow upon each other. */
export function seedsOf(parts: readonly Pick<Searched, 'first' | 'worlds'>[]): string {
  const ranges = parts
    .filter(({ worlds }) => worlds > 0)
    .reduce<(readonly [number, number])[]>((before, { first: from, worlds }) => {
      const last = before.at(-1);
      const to = from + worlds - 1;
      return last?.[1] === from - 1 ? [...before.slice(0, -1), [last[0], to]] : [...before, [from, to]];
    }, []);
  return ranges.length === 0 ? 'none' : ranges.map(([from, to]) => `${from} to ${to}`).join(' and ');
}

/** The smallest world like that of a seed which fails in the same way, and what happens in it. */
export async function explain(
  world: World,
  disk: Disk,
  lawless?: Lawless,
): Promise<{ readonly world: World; readonly played: Played } | undefined> {
  const options = lawless === undefined ? {} : { lawless };
  const kind = (await play(world, disk, options)).faults[0]?.kind;
  if (kind === undefined) return undefined;
  const smallest = await shrink(
    world,
    async (one) => (await play(one, disk, options)).faults[0]?.kind === kind,
  );
  return { world: smallest, played: await play(smallest, disk, { ...options, isTold: true }) };
}
