import type { DriftRules, Profile } from '../model/index.ts';
import type { Pace } from './pace.ts';
import type { ScimTarget } from '../scim/target.ts';
import type { Leased, OperationQueue, Step } from '../store/queue/queue.ts';

/** Everything that delivering to one target needs. */
export interface Delivery {
  readonly name: string;
  readonly profile: Profile;
  /** What of an account is ours to say. */
  readonly drift: DriftRules;
  readonly remote: ScimTarget;
  readonly queue: OperationQueue;
  readonly now: () => number;
  /** When it began: what was sent before is of an earlier run. */
  readonly since: number;
  readonly random: () => number;
  /** The password that goes with an operation, read now (rule 27). */
  readonly password: (key: string) => string | undefined;
  /** Makes a password for a create, where one is wanted that nobody learns; another one each time. */
  readonly newPassword?: () => string;
  /** Whether this run has seen that the person of a leaver's operation is still one (rule 24). */
  readonly stillLeaves: (operation: Leased) => boolean;
  /**
   * Whether what was not carried out may be said again as it is. Not where the plan was made without knowing what became
   * of it: the person may be back, or gone, by now (rule 24).
   */
  readonly mayRepeat: (operation: Leased) => boolean;
}

/** How it is delivered to. */
export interface DeliverOptions {
  /** Of the target, whoever else asks it something in this run. */
  readonly pace: Pace;
  /** The most members that one request adds to a group. */
  readonly membersPerRequest?: number;
  /** No new operation is leased after it is aborted; what is in flight is finished. */
  readonly signal: AbortSignal;
  /** Somebody else asks the target much meanwhile: what is sent goes before that. */
  readonly isBeside?: true;
  /** Operations that fall due later than this, or as long after the last that was carried out, are left to the next run. */
  readonly until: number;
  /** No new operation is leased from then on. */
  readonly endsAt?: number;
  readonly lookupLagSeconds: number;
  /** How long a request may be under way until the target has carried it out; nothing, where it is not said. */
  readonly timeoutSeconds?: number;
  /** The target has asked for a rest until then. */
  readonly restUntil?: number;
  readonly onStep?: (step: Step) => void;
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

/** Answers that are written down together, and the most that are leased together. */
export const confirmAtOnce = 64;
