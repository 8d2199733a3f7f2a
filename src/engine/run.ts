import type { Policy } from '../planning/judge.ts';
import type {
  Breach,
  Configuration,
  Failure,
  Held,
  KindTotal,
  Locus,
  Receipt,
  Source,
  TargetConfiguration,
} from '../model/index.ts';
import { keyOf } from '../store/accounts.ts';
import type { AccountReader } from '../store/accounts.ts';
import type { Stage } from '../store/stage.ts';
import type { State } from '../store/state.ts';
import type { ScimTarget } from '../scim/target.ts';
import type { People } from './people.ts';

/** Tells the time, and counts how often it was asked, so that records which read the clock are known. */
export interface Clock {
  now(): number;
  readonly reads: number;
}

/** One target within one run. */
export interface TargetRun {
  /** Its number in the stage. */
  readonly index: number;
  /** Its id in the state; 0 where the state does not know it. */
  readonly id: number;
  readonly configuration: TargetConfiguration;
  readonly policy: Policy;
  readonly remote: ScimTarget;
  readonly accounts: AccountReader;
  readonly linkedCount: number;
  /** The slots that have an account; read when the first person is examined. */
  linked?: Uint8Array;
  /** People whose last operation has no recorded answer: nothing is planned for them (law 11). */
  readonly inDoubt: ReadonlySet<number>;
  /** Of the base URL, now; it is compared with the one that the state was built from (rule 9). */
  readonly fingerprint: string;
  /** The base URL is another than the state's, and nobody has approved that. */
  readonly moved?: Held;
  /** The approval that lets the new base URL through. */
  readonly movedApproval?: number;
  /** Set where the target could not be asked what the plan needed to know. */
  failure?: Failure;
  sealed?: Sealed;
}

/** A plan of one target, counted and judged. */
export interface Sealed {
  readonly totals: readonly KindTotal[];
  readonly held: readonly Held[];
  /** Approvals that this plan uses up, by id, with the kinds that each lets through. */
  readonly approvals: readonly { readonly id: number; readonly kind: Held['kind'] }[];
  /** Operations that only wait for an invitation to be accepted, so that they are no pending change. */
  readonly invited: number;
  readonly leftOut: number;
}

/** One run from its first step to its last. */
export interface Run {
  readonly configuration: Configuration;
  readonly clock: Clock;
  readonly state: State;
  readonly stage: Stage;
  readonly source: Source;
  readonly columns: ReadonlyMap<string, readonly Locus[]>;
  readonly people: People;
  readonly targets: readonly TargetRun[];
  /** Slots with several records in the source, settled at the end. */
  readonly several: Set<number>;
  /** Records whose key could not be read: then anybody might be missing, and nobody leaves by absence (rule 2). */
  unknownKeys: number;
  rejected: number;
  /** People with an account whose record is rejected. */
  frozen: number;
  receipt?: Receipt;
  sourceBreaches: readonly Breach[];
}

/** The key of a slot, for the few people who are met by their slot alone. */
export function nameOf(run: Run, slot: number): string {
  return run.stage.keyOf(slot) ?? keyOf(run.state, slot) ?? '?';
}
