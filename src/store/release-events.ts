import type { Held, KindTotal, Receipt } from '../model/index.ts';
import type { AuditEvent } from './audit.ts';

/** What of a plan for one target was sealed, and what becomes of it. */
interface Sealed {
  readonly name: string;
  /** Of the configuration that the plan was made with. */
  readonly digest: string;
  readonly totals: readonly KindTotal[];
  readonly held: readonly Held[];
  /** Of a kind that is held, what was let through for some people. */
  readonly parts: readonly KindTotal[];
  /** Approvals that are used up by this plan. */
  readonly approvals: readonly { readonly id: number; readonly kind: Held['kind'] }[];
}

interface Made {
  readonly run: number;
  readonly now: number;
  readonly receipt?: Receipt;
}

/** What of a plan goes out: whole kinds that are not held, and of one that is, what was let through for some people. */
export function openKinds(target: Sealed): readonly KindTotal[] {
  const open = target.totals.filter(({ kind }) => !target.held.some((held) => held.kind === kind));
  return [...open, ...target.parts];
}

/** What the audit trail keeps of a plan for one target: what was released, what is held, which approvals are used up. */
export function eventsOf(plan: Made, target: Sealed, actor: string | undefined): readonly AuditEvent[] {
  const base = { at: plan.now, run: plan.run, target: target.name };
  const { receipt } = plan;
  const by = actor === undefined ? {} : { actor };
  const open = openKinds(target);
  const counts = Object.fromEntries(open.map(({ kind, count }) => [kind, count]));
  const checksums = Object.fromEntries(open.map(({ kind, checksum }) => [kind, checksum]));
  return [
    {
      ...base,
      event: 'plan.released',
      detail: {
        counts,
        checksums,
        configuration: target.digest,
        ...(receipt && { source: { sha256: receipt.sha256, count: receipt.count } }),
        ...by,
      },
    },
    ...target.held.map(({ kind, checksum, count, breaches }) => ({
      ...base,
      event: 'plan.held',
      detail: { kind, checksum, count, breaches, ...by },
    })),
    ...target.approvals.map(({ id, kind }) => ({
      ...base,
      event: 'approval.used',
      detail: { approval: id, kind, ...by },
    })),
  ];
}
