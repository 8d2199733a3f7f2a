import type { Held } from '../model/index.ts';
import { approve, approvalsFor, heldKinds } from './approvals.ts';
import type { Approval } from './approvals.ts';
import type { State } from './state.ts';

/** What somebody has looked at, and lets through. */
export interface Looked {
  readonly target: number;
  readonly name: string;
  readonly kind: Held['kind'];
  /** As a whole. */
  readonly checksum: string;
  readonly actor: string;
  readonly now: number;
}

/**
 * Approves what is held, if it is still what was looked at: `changed` where the newest plan holds something else, `given`
 * with the approval where there is one already, so that a second press of a button writes nothing.
 */
export function approveHeld(
  state: State,
  { target, name, kind, checksum, actor, now }: Looked,
):
  | { readonly is: 'approved'; readonly held: Held }
  | { readonly is: 'given'; readonly approval: Approval }
  | { readonly is: 'changed' } {
  return state.db
    .transaction(() => {
      const held = heldKinds(state, target).find((one) => one.kind === kind && one.checksum === checksum);
      if (held === undefined) return { is: 'changed' } as const;
      const approval = approvalsFor(state, target, held, now).find(({ keys }) => keys === undefined);
      if (approval !== undefined) return { is: 'given', approval } as const;
      approve(state, { target, name, checksum, actor, now });
      return { is: 'approved', held } as const;
    })
    .immediate();
}
