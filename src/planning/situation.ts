import type { Account, Candidate, Situation } from '../model/index.ts';

/** What is known of somebody's account at the target. `absent` is proved; `unseen` is not. */
export type Sight =
  { readonly kind: 'shown'; readonly isDrifted: boolean } | { readonly kind: 'absent' | 'unseen' };

/**
 * How an account that is somebody's stands.
 *
 * |                        | shown                     | proved to be absent      | not shown, and not proved |
 * |------------------------|---------------------------|--------------------------|---------------------------|
 * | in doubt (law 11)      | unknown                   | unknown                  | unknown                   |
 * | written meanwhile      | unknown                   | unknown                  | unknown                   |
 * | invited (rule 14)      | accepted: as if linked    | invited                  | invited                   |
 * | linked                 | in sync, or drifted       | missing                  | unknown                   |
 */
export function situationOf(
  account: Pick<Account, 'state'>,
  sight: Sight,
  isUnsettled: boolean,
): Extract<Situation, 'inSync' | 'drifted' | 'missing' | 'invited' | 'unknown'> {
  if (isUnsettled) return 'unknown';
  if (sight.kind === 'shown') return sight.isDrifted ? 'drifted' : 'inSync';
  if (account.state === 'invited') return 'invited';
  return sight.kind === 'absent' ? 'missing' : 'unknown';
}

/**
 * How an account stands that is nobody's. A person who may be meant for certain is worth more than others who could be;
 * and what `protect` is true of is not looked for an owner.
 */
export function situationOfUnlinked(
  candidates: readonly Candidate[],
  isProtected: boolean,
): Extract<Situation, 'adoptable' | 'disputed' | 'protected' | 'orphan'> {
  if (candidates.some(({ situation }) => situation === 'adoptable')) return 'adoptable';
  if (candidates.length > 0) return 'disputed';
  return isProtected ? 'protected' : 'orphan';
}
