import type { Profile } from '../model/index.ts';
import type { ScimTarget } from '../scim/target.ts';
import type { Leased, OperationQueue } from '../store/queue/queue.ts';

/** Everything that delivering to one target needs. */
export interface Delivery {
  readonly name: string;
  readonly profile: Profile;
  readonly remote: ScimTarget;
  readonly queue: OperationQueue;
  readonly now: () => number;
  /** When it began: what was sent before is of an earlier run. */
  readonly since: number;
  readonly random: () => number;
  /** The password that goes with an operation, read now (rule 27). */
  readonly password: (key: string) => string | undefined;
  /** Whether this run has seen that the person of a leaver's operation is still one (rule 24). */
  readonly stillLeaves: (operation: Leased) => boolean;
}
