import { isObject } from '../model/index.ts';
import type { ListedRun } from '../store/listing.ts';
import type { Span } from './chart.ts';
import { address } from './html.ts';

/** A run for whoever looks, with what it came to at each target. */
export interface RunView {
  readonly id: number;
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly command: string;
  readonly actor: string;
  readonly error?: string;
  readonly targets: readonly TargetOutcome[];
}

export interface TargetOutcome {
  readonly name: string;
  readonly state: string;
  readonly done: number;
  readonly failed: number;
  readonly waiting: number;
  /** `create 3, update 1`. */
  readonly words: string;
}

/** What another version wrote in another form is shown as far as it is understood. */
export function runView({ outcome, ...row }: ListedRun): RunView {
  const targets = isObject(outcome) && Array.isArray(outcome['targets']) ? outcome['targets'] : [];
  const error = isObject(outcome) ? outcome['error'] : undefined;
  return {
    ...row,
    ...(typeof error === 'string' && { error }),
    targets: (targets as readonly unknown[]).filter(isObject).map((one) => {
      const counts = Object.entries(isObject(one['counts']) ? one['counts'] : {}).filter(
        (entry): entry is [string, number] => typeof entry[1] === 'number' && entry[1] > 0,
      );
      return {
        name: String(one['name']),
        state: String(one['state']),
        done: counts.reduce((sum, [, count]) => sum + count, 0),
        failed: countIn(one['failed']),
        waiting: countIn(one['waiting']),
        words: counts.map(([kind, count]) => `${kind} ${count.toLocaleString('en-GB')}`).join(', '),
      };
    }),
  };
}

function countIn(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

/** How a run ended, as a colour and a word. */
export function outcomeOf({ endedAt, error, targets }: RunView): {
  readonly tone: Span['outcome'];
  readonly word: string;
} {
  if (endedAt === undefined) return { tone: 'open', word: 'not ended' };
  if (error !== undefined) return { tone: 'bad', word: 'failed' };
  const states = targets.map(({ state }) => state);
  if (states.includes('failed')) return { tone: 'bad', word: 'failed' };
  if (states.includes('held')) return { tone: 'warn', word: 'held' };
  if (states.includes('partial')) return { tone: 'warn', word: 'partial' };
  return { tone: 'good', word: 'done' };
}

/** A run as a piece of the line of time. One that has not ended goes on until now. */
export function spanOf(run: RunView, now: number): Span {
  const { id, startedAt, endedAt = now, command } = run;
  const { tone, word } = outcomeOf(run);
  const started = new Date(startedAt).toISOString().slice(0, 19).replace('T', ' ');
  return {
    id,
    from: startedAt,
    to: Math.max(startedAt, endedAt),
    outcome: tone,
    says: `Run ${id}, ${command}, ${started}: ${word}`,
    href: address('/history', { run: id }),
  };
}
