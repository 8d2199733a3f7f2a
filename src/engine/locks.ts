import { RollcallError } from '../model/index.ts';
import type { TargetConfiguration } from '../model/index.ts';
import type { Holder, LockAttempt } from '../store/locks.ts';
import type { State } from '../store/state.ts';
import { inFiles } from '../store/store.ts';
import type { Store } from '../store/store.ts';
import type { TargetResult } from './contract.ts';

export interface Locks {
  readonly targets: readonly TargetConfiguration[];
  readonly busy: readonly TargetResult[];
  readonly releases: readonly (() => void)[];
}

/**
 * A target that somebody else delivers to is reported, and the others go on (rule 26). Throws `RollcallError('locked')` where
 * all are, unless it is `enough` that they are known.
 */
export function lockTargets(
  state: State,
  wanted: readonly TargetConfiguration[],
  command: string,
  now: number,
  lock: Store['lock'] = inFiles.lock,
  enough = false,
): Locks {
  const targets: TargetConfiguration[] = [];
  const busy: TargetResult[] = [];
  const releases: (() => void)[] = [];
  for (const target of wanted) {
    const attempt = orRelease(releases, () => lockTarget(state, target, command, now, lock));
    if (attempt.held) {
      targets.push(target);
      releases.push(attempt.release);
    } else
      busy.push({
        name: target.name,
        state: 'failed',
        error: { code: 'locked', message: busyMessage(target.name, attempt.holder) },
        held: [],
        counts: {},
        failed: 0,
        waiting: 0,
        seconds: 0,
      });
  }
  if (targets.length > 0 || enough) return { targets, busy, releases };
  throw lockedError(busy);
}

export function lockedError(busy: readonly TargetResult[]): RollcallError {
  return new RollcallError(
    'locked',
    busy.map(({ error }) => ({
      message: error!.message,
      hint: 'wait until it has ended; what it leaves over, the next run takes up',
    })),
  );
}

/** Whoever cannot go on holds nothing: a daemon would keep everybody out for as long as it lives. */
function orRelease<T>(releases: readonly (() => void)[], step: () => T): T {
  try {
    return step();
  } catch (error) {
    for (const release of releases) release();
    throw error;
  }
}

/** Under a new name a target is still the one that somebody may be delivering to under the old one. */
export function lockTarget(
  state: State,
  target: TargetConfiguration,
  command: string,
  now: number,
  lock: Store['lock'],
): LockAttempt {
  const own = lock(state, target.name, command, now);
  if (!own.held || target.renamedFrom === undefined) return own;
  const former = orRelease([own.release], () => lock(state, target.renamedFrom!, command, now));
  if (!former.held) {
    own.release();
    return former;
  }
  const release = (): void => {
    former.release();
    own.release();
  };
  return { held: true, release };
}

export function busyMessage(name: string, holder: Holder | undefined): string {
  if (holder === undefined) return `another run is delivering to ${name}`;
  return `${name} is being delivered to by \`rollcall ${holder.command}\`, process ${holder.pid} on ${holder.host}, since ${new Date(holder.since).toISOString()}`;
}

/** Of those who deliver, who sends whatever is open; the others send what they were asked for, and nobody else anything. */
const everything = ['sync', 'daemon', 'undo', 'reconcile'];

/** Who sends what was planned for somebody while another run delivers, or has delivered, to a target. */
export function senderMessage(name: string, holder: Holder | undefined): string {
  if (holder === undefined) return `another run was delivering to ${name}; the next run sends it`;
  const busy = busyMessage(name, holder);
  return everything.includes(holder.command.split(' ')[0]!)
    ? `${busy}, which sends it next`
    : `${busy}, and sends nobody else anything; the next run sends it`;
}
