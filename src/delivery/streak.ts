import type { Failure } from '../model/index.ts';
import type { Step } from '../store/queue/queue.ts';

/** Failures of so many different people or groups, and nothing answered between them, are the target's. */
export const manyInARow = 10;

/**
 * Notices that a target fails for everybody, though each failure by itself might be of that one person: an answer of
 * any other kind begins the count anew, and one whom the server fails for ever counts once (law 13).
 */
export class Streak {
  readonly #failed = new Set<number>();

  /** What halts the target, if this step is one too many. */
  take(step: Step): Failure | undefined {
    if (!isTrouble(step)) {
      if (!isSilent(step)) this.#failed.clear();
      return undefined;
    }
    this.#failed.add(step.operation.id);
    if (this.#failed.size < manyInARow) return undefined;
    const message = `${manyInARow} requests in a row failed, each for somebody else; the last one: ${step.error}`;
    return { class: 'target', code: step.code as Failure['code'], message };
  }
}

type Troubled = Extract<Step, { kind: 'retry' | 'doubt' }>;

function isTrouble(step: Step): step is Troubled {
  return (step.kind === 'retry' || step.kind === 'doubt') && ['server', 'unreachable'].includes(step.code);
}

/** A target that asks for a rest says nothing of how it is otherwise; memberships that are sent again have had no answer. */
function isSilent(step: Step): boolean {
  if (step.kind === 'members')
    return step.outcomes.every(({ become }) => become === 'retry' || become === 'unsure');
  return step.kind === 'retry' || step.kind === 'doubt';
}
