import { compare } from './compare.ts';
import { courseOf } from './course.ts';
import type { Comparison, Round } from './compare.ts';
import type { Course } from './course.ts';
import type { Setting } from './measures.ts';
import type { Part } from './options.ts';
import type { Figure } from './figures.ts';

/** Of the same people, by this checkout and by another. */
export interface Turns {
  readonly people: number;
  readonly bytes: number;
  readonly comparisons: readonly Comparison[];
  /** What the other one cannot do, or only one of the two has, with the reason. */
  readonly leftOut: readonly { readonly name: string; readonly why: string }[];
}

interface Both<Of> {
  readonly this: Of;
  readonly other: Of;
}

interface How {
  readonly parts: ReadonlySet<Part>;
  readonly rounds: number;
  readonly isBusy: boolean;
  readonly say: (text: string) => void;
}

/**
 * Every part once for each of the two, so many rounds, and who begins changes from round to round: whatever else the
 * machine does strikes both. Each has a folder, a mock and a state of its own; the people and the mock's program are the
 * same.
 */
export async function measureTurns(
  settings: Both<Setting>,
  { parts, rounds, isBusy, say }: How,
): Promise<Turns> {
  const taken: Round[] = [];
  const cannot = new Map<string, string>();
  let bytes = 0;
  for (let round = 0; round < rounds; round += 1) {
    say(`round ${round + 1} of ${rounds}`);
    const courses = {
      this: await courseOf(settings.this, parts),
      other: await courseOf(settings.other, parts),
    };
    bytes = courses.this.bytes;
    taken.push(await oneRound(courses, round, cannot));
  }
  const { comparisons, alone } = compare(taken, isBusy);
  const why = 'only one of the two has it';
  return {
    people: settings.this.people,
    bytes,
    comparisons,
    leftOut: [...[...cannot].map(([name, why]) => ({ name, why })), ...alone.map((name) => ({ name, why }))],
  };
}

/** What the other one cannot do in the first round is not asked of it again; what fails later is an error. */
async function oneRound(courses: Both<Course>, round: number, cannot: Map<string, string>): Promise<Round> {
  const figures: Both<Figure[]> = { this: [], other: [] };
  const order = round % 2 === 0 ? (['this', 'other'] as const) : (['other', 'this'] as const);
  for (const [at, { name, needs }] of courses.this.steps.entries()) {
    if (needs !== undefined && cannot.has(needs)) cannot.set(name, `it needs “${needs}”`);
    if (cannot.has(name)) continue;
    const found: Partial<Record<keyof Both<unknown>, readonly Figure[]>> = {};
    for (const side of order)
      try {
        found[side] = (await courses[side].steps[at]!.measure()).figures;
      } catch (error) {
        if (side === 'this' || round > 0) throw error;
        cannot.set(name, reasonOf(error as Error));
      }
    if (cannot.has(name)) continue;
    figures.this.push(...found.this!);
    figures.other.push(...found.other!);
  }
  return figures;
}

/** Of a program that failed, what it said: the line before says how it was called, and Node shows where before it says why. */
function reasonOf({ message }: Error): string {
  const [called = '', ...said] = message.split('\n').filter((line) => line.trim() !== '');
  return said.find((line) => /^\w*Error\b/.test(line)) ?? said[0] ?? called;
}
