import type { Held, Notice } from '../model/index.ts';
import type { TargetResult } from '../engine/contract.ts';
import { isPartial } from '../engine/run.ts';
import type { Run } from '../engine/run.ts';
import { leaversOn } from '../store/notices.ts';

/** What there is to say of a target after a run. What is absent is not known, and what is `false` is not so. */
export interface TargetNews {
  /** Empty where it is about the run as a whole. */
  readonly target: string;
  readonly failed?: Failed | false;
  readonly held?: readonly Held[] | false;
  readonly leavers?: Leavers | false;
}

export interface Failed {
  readonly code: string;
  readonly message: string;
}

export interface Leavers {
  readonly count: number;
  readonly keys: readonly string[];
}

export interface News {
  readonly at: number;
  readonly run?: number;
  readonly targets: readonly TargetNews[];
}

export type Event = Exclude<Notice, 'recovered'>;

/** People are named up to this number. */
const mostKeys = 50;

/** What a run has to say. One that was stopped says nothing of what it left over. */
export function newsOf(
  run: Run,
  results: readonly TargetResult[],
  about: { readonly runId: number; readonly isStopped: boolean },
): News {
  const targets = results
    // Somebody else delivers to it, and has the news.
    .filter(({ error }) => error?.code !== 'locked')
    .map((result): TargetNews => {
      const id = run.targets.find(({ configuration }) => configuration.name === result.name)?.id;
      const leavers = id === undefined || about.isStopped ? undefined : leaversOn(run.state, id, mostKeys);
      // What is for some people alone does not know what else is held.
      const isKnown = result.held.length > 0 || !isPartial(run);
      return {
        target: result.name,
        failed: failedOf(result) ?? false,
        ...(isKnown && { held: result.held.length > 0 && result.held }),
        ...(leavers && { leavers: leavers.count > 0 && leavers }),
      };
    });
  return { at: run.clock.now(), run: about.runId, targets: [{ target: '', failed: false }, ...targets] };
}

function failedOf({ error, failed }: TargetResult): Failed | undefined {
  if (error !== undefined) return error;
  if (failed === 0) return undefined;
  return {
    code: 'operations',
    message: failed === 1 ? '1 operation failed' : `${failed} operations failed`,
  };
}

/** What there is to say where a run ended before it got to a target. */
export function newsOfFailure(at: number, { code, message }: Failed): News {
  return { at, targets: [{ target: '', failed: { code, message } }] };
}
