import { createHash } from 'node:crypto';
import { KINDS } from '../model/index.ts';
import type { Held, Kind, KindTotal } from '../model/index.ts';
import { guardKinds } from '../planning/guard.ts';
import { approvalFor, releasedWithin } from '../store/approvals.ts';
import type { Run, Sealed, TargetRun } from './run.ts';

/** Counts and checksums a target's operations and judges them by every limit (laws 1 and 7). */
export function seal(run: Run, target: TargetRun): Sealed {
  const counted = count(run, target);
  const { fresh } = counted;
  const now = run.clock.now();
  const window = releasedWithin(run.state, target.id, now, target.linkedCount);
  const limits = guardKinds(fresh, target.configuration.limits, window);
  const source = sourceHold(run, target);
  const whole = [target.moved, source.held].filter((one) => one !== undefined);
  const held: Held[] = [...whole];
  const approvals = [...source.approvals];
  for (const { kind, checksum, count: number } of fresh) {
    const breaches = [...whole.flatMap((one) => one.breaches), ...(limits.get(kind) ?? [])];
    if (breaches.length === 0) continue;
    // What is held with its target can be let through with the target alone: there may be another service now.
    const approval =
      target.moved === undefined ? approvalFor(run.state, target.id, kind, checksum, now) : undefined;
    if (approval === undefined) held.push({ kind, checksum, count: number, breaches });
    else approvals.push({ id: approval, kind });
  }
  let leftOut = 0;
  for (const _ of run.stage.leftOut(target.index)) leftOut++;
  return { ...counted, held, approvals, leftOut };
}

/** A read that breaks a limit stops every target, until somebody says that this very file is meant. */
function sourceHold(
  run: Run,
  target: TargetRun,
): { readonly held?: Held; readonly approvals: Sealed['approvals'] } {
  const { sourceBreaches: breaches, receipt } = run;
  if (breaches.length === 0) return { approvals: [] };
  const rules = [...new Set(breaches.map(({ rule }) => rule))].sort();
  const checksum = createHash('sha256')
    .update(`source\0${receipt!.sha256}\0${rules.join('\0')}`)
    .digest('hex');
  const approval = approvalFor(run.state, target.id, 'source', checksum, run.clock.now());
  if (approval !== undefined) return { approvals: [{ id: approval, kind: 'source' }] };
  return { held: { kind: 'source', checksum, count: receipt!.count, breaches }, approvals: [] };
}

type Counted = Pick<Sealed, 'totals' | 'fresh' | 'unfinished' | 'invited'>;

function count(run: Run, target: TargetRun): Counted {
  const all = new Totals();
  const fresh = new Totals();
  let invited = 0;
  let unfinished = 0;
  for (const [kind, digest, waits, earlier] of run.stage.digests(target.index)) {
    all.add(kind, digest);
    if (earlier === 1) unfinished++;
    else {
      fresh.add(kind, digest);
      invited += waits;
    }
  }
  return { totals: all.list(), fresh: fresh.list(), unfinished, invited };
}

/** Counts operations by their kinds, with a checksum over their digests in order. */
class Totals {
  readonly #kinds = new Map<Kind, { count: number; readonly hash: ReturnType<typeof createHash> }>();

  add(kind: Kind, digest: string): void {
    let entry = this.#kinds.get(kind);
    if (!entry) this.#kinds.set(kind, (entry = { count: 0, hash: createHash('sha256') }));
    entry.count++;
    entry.hash.update(digest);
  }

  list(): readonly KindTotal[] {
    return KINDS.filter((kind) => this.#kinds.has(kind)).map((kind) => {
      const { count, hash } = this.#kinds.get(kind)!;
      return { kind, count, checksum: hash.digest('hex') };
    });
  }
}
