import { RollcallError } from '../model/index.ts';
import { targetRow } from '../store/accounts.ts';
import { audit } from '../store/audit.ts';
import { FLAG } from '../store/ledger.ts';
import { closeLink, isInDoubt, linkOf, lookAgain, personOf } from '../store/links.ts';
import { loadLedger, openState, stateError } from '../store/state.ts';
import { chosenTargets } from './build.ts';
import type { Engine } from './build.ts';
import { lockTargets } from './locks.ts';

export interface Unlinked {
  readonly remoteId: string;
  /** By the last record that was accepted: whether the next sync looks for an account for them. */
  readonly isActive: boolean;
}

/** Closes a link. Nothing is sent: the account stays as it is, and is nobody's. */
export function unlink(
  { configuration, clock }: Engine,
  name: string,
  key: string,
  who: { readonly command: string; readonly actor: string },
): Unlinked {
  const [target] = chosenTargets(configuration, [name]);
  const state = openState(configuration.state, false);
  const releases: (() => void)[] = [];
  try {
    releases.push(...lockTargets(state, [target!], who.command, clock.now()).releases);
    const id = targetRow(state, name, target!.renamedFrom)?.id ?? 0;
    const person = personOf(state, key);
    const link = person === undefined ? undefined : linkOf(state, id, person);
    if (person === undefined || link === undefined)
      throw new RollcallError('usage', {
        message: `${key} has no account on ${name}`,
        hint: `rollcall links ${name} lists who has one`,
      });
    if (isInDoubt(state, id, person))
      throw new RollcallError('usage', {
        message: `a request for ${key} was sent and its answer is not known yet`,
        hint: 'rollcall sync first',
      });
    const now = clock.now();
    const { remoteId } = link;
    state.db
      .transaction(() => {
        closeLink(state, id, person);
        lookAgain(state, id, person, { rule: 'unlinked', reason: `had the account ${remoteId}`, now });
        audit(state, [
          { at: now, target: name, key, event: 'account.unlinked', detail: { remoteId, actor: who.actor } },
        ]);
      })
      .immediate();
    const isActive = (loadLedger(state).flags(person - 1) & FLAG.active) !== 0;
    return { remoteId, isActive };
  } catch (error) {
    throw stateError(error, state);
  } finally {
    for (const release of releases) release();
    state.close();
  }
}
