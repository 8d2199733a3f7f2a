import { figureOf, median, requirement } from './figures.ts';
import { limitFor } from './programs.ts';
import type { Found, Setting } from './measures.ts';

type Taken = Readonly<Record<string, readonly { readonly seconds: number; readonly cpuSeconds: number }[]>>;

/** Each read, and the bare SQL that it needs. */
const pairs = [
  ['history --format jsonl', 'history: bare SQL'],
  ['history --person', 'history --person: bare SQL'],
  ['access --format csv', 'access: bare SQL'],
  ['access --json', 'access: bare SQL'],
  ['explain, what it asks the state', 'explain: bare SQL'],
  ['history --verify', 'history --verify: SQL and sha256'],
] as const;

/** What the trail, access and explain ask of a state of so many people, with ten rows of the trail for each. */
export async function measureTrail({ place, people, samples, say }: Setting): Promise<Found> {
  say('reads of the trail, beside bare SQL');
  const folder = place.folder('trail');
  const { stdout, peakMegabytes } = await place.run(
    [place.script('trail-loop.ts'), `${folder}/rollcall.db`, String(people), String(samples)],
    {
      limit: limitFor(10 * people, 1000),
    },
  );
  const { taken } = JSON.parse(stdout) as { taken: Taken };
  place.folder('trail');
  const ratioOf = (name: string, bare: string): number =>
    median(taken[name]!.map(({ seconds }, at) => seconds / taken[bare]![at]!.seconds));
  return {
    figures: Object.entries(taken).map(([name, rounds]) =>
      figureOf(
        name,
        rounds.map((one) => ({ ...one, peakMegabytes })),
        { note: 'memory of all of them together', isBare: pairs.some(([, bare]) => bare === name) },
      ),
    ),
    requirements: pairs.map(([name, bare]) =>
      requirement(`${name} / bare SQL`, ratioOf(name, bare), 'at most', 2),
    ),
  };
}
