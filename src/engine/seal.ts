import { createHash } from 'node:crypto';
import { KINDS } from '../model/index.ts';
import type { Breach, Held, Kind, KindTotal } from '../model/index.ts';
import { guardKinds } from '../planning/guard.ts';
import { approvalFor, releasedWithin } from '../store/approvals.ts';
import type { Run, Sealed, TargetRun } from './run.ts';

/** Counts and checksums a target's operations and judges them by every limit (laws 1 and 7). */
export function seal(run: Run, target: TargetRun): Sealed {
  const { totals, invited } = count(run, target);
  const window = releasedWithin(run.state, target.id, run.clock.now(), target.linkedCount);
  const limits = guardKinds(totals, target.configuration.limits, window);
  const held: Held[] = target.moved === undefined ? [] : [target.moved];
  const approvals: { id: number; kind: Kind }[] = [];
  for (const { kind, checksum, count: number } of totals) {
    const breaches: readonly Breach[] = [
      ...run.sourceBreaches,
      ...(target.moved?.breaches ?? []),
      ...(limits.get(kind) ?? []),
    ];
    if (breaches.length === 0) continue;
    const approval =
      target.moved === undefined
        ? approvalFor(run.state, target.id, kind, checksum, run.clock.now())
        : undefined;
    if (approval === undefined) held.push({ kind, checksum, count: number, breaches });
    else approvals.push({ id: approval, kind });
  }
  let leftOut = 0;
  for (const _ of run.stage.leftOut(target.index)) leftOut++;
  return { totals, held, approvals, invited, leftOut };
}

function count(
  run: Run,
  target: TargetRun,
): { readonly totals: readonly KindTotal[]; readonly invited: number } {
  const kinds = new Map<Kind, { count: number; hash: ReturnType<typeof createHash> }>();
  let invited = 0;
  for (const [kind, digest, waits] of run.stage.digests(target.index)) {
    let entry = kinds.get(kind);
    if (!entry) kinds.set(kind, (entry = { count: 0, hash: createHash('sha256') }));
    entry.count++;
    entry.hash.update(digest);
    invited += waits;
  }
  const totals = KINDS.filter((kind) => kinds.has(kind)).map((kind) => {
    const entry = kinds.get(kind)!;
    return { kind, count: entry.count, checksum: entry.hash.digest('hex') };
  });
  return { totals, invited };
}
