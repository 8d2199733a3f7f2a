import { median } from './figures.ts';
import type { Figure } from './figures.ts';

/** What this checkout and the other one took in the same round. */
export interface Pair {
  readonly this: number;
  readonly other: number;
}

/** Rounds that contradict each other decide nothing; `told` is shown, and nothing is asked of it. */
export type Verdict = 'met' | 'MISSED' | 'not decided' | 'told';

/** One measure of a figure: medians of both, and of the ratios this / other round by round. */
export interface Comparison extends Pair {
  readonly name: string;
  readonly unit: string;
  readonly ratio: number;
  /** Between these the true ratio lies more often than not; more rounds bring them together. */
  readonly spread: readonly [from: number, to: number];
  readonly ratios: readonly number[];
  readonly must: 'at most' | 'at least';
  readonly bound: number;
  readonly verdict: Verdict;
}

/** The figures of one round, of both. */
export interface Round {
  readonly this: readonly Figure[];
  readonly other: readonly Figure[];
}

interface Measure {
  readonly field: 'cpuSeconds' | 'seconds' | 'perSecond' | 'peakMegabytes' | 'requests';
  readonly unit: string;
  readonly must: Comparison['must'];
  readonly bound: number;
}

const MEASURES: readonly Measure[] = [
  { field: 'cpuSeconds', unit: 'CPU s', must: 'at most', bound: 1.1 },
  { field: 'seconds', unit: 'seconds', must: 'at most', bound: 1.1 },
  { field: 'perSecond', unit: 'a second', must: 'at least', bound: 0.9 },
  { field: 'peakMegabytes', unit: 'peak MB', must: 'at most', bound: 1.1 },
  { field: 'requests', unit: 'requests', must: 'at most', bound: 1.1 },
];

/**
 * What was measured in turns, held against each other. On a machine that does other things as well, what a clock on the
 * wall says is told alone where CPU seconds say it better. What only one of the two has is named.
 */
export function compare(
  rounds: readonly Round[],
  isBusy: boolean,
): { readonly comparisons: readonly Comparison[]; readonly alone: readonly string[] } {
  const [first = { this: [], other: [] }] = rounds;
  const names = new Set([...first.this, ...first.other].map(({ name }) => name));
  const comparisons: Comparison[] = [];
  const alone: string[] = [];
  for (const name of names) {
    const both = rounds.map((round) => ({
      this: round.this.find((one) => one.name === name),
      other: round.other.find((one) => one.name === name),
    }));
    const has = (side: keyof Pair, { field }: Measure): boolean =>
      both.every((pair) => Number.isFinite(pair[side]?.[field]));
    const isBare = both.some((pair) => pair.this?.isBare === true);
    const measures = MEASURES.filter(
      (measure) =>
        has('this', measure) && has('other', measure) && (!isBare || measure.field === 'cpuSeconds'),
    );
    if (measures.length === 0) alone.push(name);
    const hasCpu = measures.some(({ field }) => field === 'cpuSeconds');
    for (const { field, ...measure } of measures) {
      const isWall = field === 'seconds' || field === 'perSecond';
      const pairs = both.map((pair) => ({ this: pair.this![field]!, other: pair.other![field]! }));
      const isTold = isBare || (isBusy && isWall && hasCpu);
      comparisons.push({ name, ...measure, ...judge(pairs, measure, isTold) });
    }
  }
  return { comparisons, alone };
}

/**
 * The spread has to lie on one side of the bound, and to be no wider than what the bound allows or than it is away from the
 * bound: what is twice as much is so on a noisy machine, too. Fewer than three rounds decide nothing.
 */
export function judge(
  pairs: readonly Pair[],
  { must, bound }: Pick<Comparison, 'must' | 'bound'>,
  isTold = false,
): Omit<Comparison, 'name' | 'unit' | 'must' | 'bound'> {
  const ratios = pairs.map((pair) => (pair.this === pair.other ? 1 : pair.this / pair.other));
  const spread = spreadOf(ratios);
  const [from, to] = spread;
  const away = Math.min(Math.abs(from - bound), Math.abs(to - bound));
  const isWide = pairs.length < 3 || to - from > Math.max(Math.abs(bound - 1), away) + 1e-9;
  const keeps = (ratio: number): boolean => (must === 'at most' ? ratio <= bound : ratio >= bound);
  const verdict =
    isWide || keeps(from) !== keeps(to)
      ? 'not decided'
      : keeps(from)
        ? ('met' as const)
        : ('MISSED' as const);
  return {
    this: median(pairs.map((pair) => pair.this)),
    other: median(pairs.map((pair) => pair.other)),
    ratio: median(ratios),
    spread,
    ratios,
    verdict: isTold ? 'told' : verdict,
  };
}

/**
 * Those that stand a standard error below and above the median when all are sorted: of n, their places are (n ± √n) / 2.
 * The median of what they are drawn from lies between them in 55 to 87 of a hundred cases, however it is distributed.
 */
function spreadOf(numbers: readonly number[]): readonly [number, number] {
  const sorted = [...numbers].sort((left, right) => left - right);
  const cut = Math.max(0, Math.ceil((sorted.length - Math.sqrt(sorted.length)) / 2) - 1);
  return [sorted[cut]!, sorted[sorted.length - 1 - cut]!];
}
