import type { Usage } from './workplace.ts';

/** One thing that was measured: medians of its rounds, and the highest peak of them. */
export interface Figure extends Partial<Usage> {
  readonly name: string;
  readonly seconds: number;
  readonly requests?: number;
  readonly perSecond?: number;
  readonly note?: string;
  /** Of nothing that is ours: what another figure is held against. */
  readonly isBare?: boolean;
}

/** What must be reached, and what was. */
export interface Requirement {
  readonly name: string;
  readonly must: 'at most' | 'at least' | 'exactly';
  readonly bound: number;
  readonly unit: string;
  readonly value: number;
  readonly met: boolean;
}

export interface Result {
  readonly people: number;
  readonly bytes: number;
  readonly figures: readonly Figure[];
  readonly requirements: readonly Requirement[];
}

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((left, right) => left - right);
  const middle = sorted.length / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle) - 1]!) / 2;
}

export function figureOf(name: string, rounds: readonly Usage[], more: Partial<Figure> = {}): Figure {
  return {
    name,
    seconds: median(rounds.map((one) => one.seconds)),
    cpuSeconds: median(rounds.map((one) => one.cpuSeconds)),
    peakMegabytes: Math.max(...rounds.map((one) => one.peakMegabytes)),
    ...more,
  };
}

export function requirement(
  name: string,
  value: number,
  must: Requirement['must'],
  bound: number,
  unit = '×',
): Requirement {
  const met = must === 'at most' ? value <= bound : must === 'at least' ? value >= bound : value === bound;
  return { name, must, bound, unit, value, met };
}

/**
 * How much more the last people cost than the first: the seconds that each further person takes, between the two
 * largest sizes and between the two before. On a straight line that is 1, whatever starting costs.
 */
export function bend(sizes: readonly number[], seconds: readonly number[]): number | undefined {
  const slopes = sizes.slice(1).map((size, at) => (seconds[at + 1]! - seconds[at]!) / (size - sizes[at]!));
  const [before, last] = slopes.slice(-2);
  return last === undefined ? undefined : last / before!;
}
