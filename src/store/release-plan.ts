import type { Ended, Held, KindTotal, Receipt } from '../model/index.ts';
import type { Lent } from './asked.ts';
import type { LeaveRule } from './brake.ts';
import type { Ledger } from './ledger.ts';
import type { Doubted } from './withdrawn.ts';

/** An approval that a plan uses up. */
export interface UsedApproval {
  readonly id: number;
  readonly kind: Held['kind'];
  /** How many more of the kind go out with what it lets through, under the limit. */
  readonly unasked?: number;
}

/** What is sealed of a plan for one target, to be taken into the state. */
export interface TargetRelease {
  readonly index: number;
  readonly id: number;
  readonly name: string;
  /** Of the configuration that the plan was made with. */
  readonly digest: string;
  readonly fingerprint: string;
  readonly linked: number;
  /** The whole list of the target proved that nobody whom the plan creates is there. */
  readonly absenceProved: boolean;
  /** Of the operations that no earlier plan released. */
  readonly totals: readonly KindTotal[];
  readonly held: readonly Held[];
  /** Of a kind that is held, what was let through for some people. */
  readonly parts: readonly KindTotal[];
  /** Somebody else delivers to it. */
  readonly lent?: Lent;
  /** By slot, who is there by this plan, which found them on, although they were being switched off while it was made. */
  readonly stays?: ReadonlySet<number>;
  /** Of those about whom something is in doubt, what the plan knows of them. */
  readonly doubted?: Doubted;
  /** Approvals that are used up by this plan. */
  readonly approvals: readonly UsedApproval[];
}

/** Of those who leave alone, before it is known what else there is to do. */
export interface FirstRelease {
  readonly run: number;
  readonly generation: number;
  readonly now: number;
  readonly receipt: Receipt;
  /** Of a sync in which another plan came before: the run of the first, since whose read it is known who has left. */
  readonly first?: number;
  /** With nothing but operations that switch off or delete accounts, all of them, and none of them held. */
  readonly targets: readonly TargetRelease[];
}

export interface Release extends Omit<FirstRelease, 'receipt'> {
  /** Absent where the plan was not made from the source. */
  readonly receipt?: Receipt;
  /**
   * Whether everybody was looked at who had to be. Of a read that misses people the targets learn nothing about those,
   * so that the next one may not pass over them (law 15).
   */
  readonly isWhole: boolean;
  /** Whether the plan is about some people alone. */
  readonly isPartial: boolean;
  /** Somebody waits for them: what is planned goes before what waits for its turn. */
  readonly isAsked?: boolean;
  readonly ledger: Ledger;
  /** The ids of the targets whose next read is measured against this one; of one that is out of reach as well. */
  readonly acceptedBy: readonly number[];
  /** Of a read that breaks a limit and was let through at some targets: their ids. */
  readonly letThroughAt?: readonly number[];
  /** What was told of people by the way, and counts for nothing any more if the read is accepted. */
  readonly ended?: readonly Ended[];
  /** The targets are paused by it, since the next run would do once more what this plan undoes. */
  readonly pauses?: { readonly actor: string; readonly reason: string };
  /** Whether this plan judged the person of a slot, or a group. */
  readonly isExamined: (slot: number) => boolean;
  readonly isGroupExamined: (group: number) => boolean;
  /** Whether this plan judged which groups are in which. */
  readonly isNestingExamined: boolean;
  /** How each of the targets switches off whoever is offboarded, and which of those have left by a complete read as well. */
  readonly leaving?: readonly LeaveRule[];
  readonly agreed?: readonly string[];
}
