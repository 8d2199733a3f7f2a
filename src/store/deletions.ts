import { deletionAt } from '../planning/judge.ts';
import type { Account, Resource, TargetConfiguration } from '../model/index.ts';
import { FLAG } from './ledger.ts';
import type { Ledger } from './ledger.ts';
import { offboardedPeople } from './offboardings.ts';
import type { State } from './state.ts';

/** Accounts that are off and wait to be deleted: how many, and from when on the first of them is. */
export interface Deletions {
  readonly count: number;
  readonly firstAfter: number;
}

/**
 * As the last plan saw everybody. Whose time had come by then and who was not deleted is kept by something else: the account
 * is protected, or an operation tells of it. Nothing where nobody waits.
 */
export function deletionsAhead(
  state: State,
  target: number,
  policy: Pick<TargetConfiguration, 'deleteAfter' | 'deleteAdopted' | 'allow'>,
  ledger: () => Ledger,
): Deletions | undefined {
  if (policy.deleteAfter === undefined) return undefined;
  const rows = state.db
    .prepare(
      `SELECT account.person, key, origin, resource, confirmed_at AS confirmedAt FROM account JOIN person ON person.id = account.person
       WHERE target = ? AND type = 'User' AND resource ->> 'active' IS 0
         AND NOT EXISTS (SELECT 1 FROM operation WHERE operation.target = account.target AND operation.person = account.person)`,
    )
    .iterate(target) as Iterable<
    Pick<Account, 'key' | 'origin' | 'confirmedAt'> & { person: number; resource: string }
  >;
  const plannedAt = state.sql('SELECT planned_at FROM target WHERE id = ?').pluck().get(target) as number;
  const offboarded = offboardedPeople(state);
  let count = 0;
  let firstAfter = Infinity;
  for (const { person, resource, ...row } of rows) {
    if (offboarded.has(person)) continue;
    const flags = ledger().flags(person - 1);
    const isHere = (flags & FLAG.active) !== 0 && (flags & FLAG.gone) === 0;
    const account = { ...row, resource: JSON.parse(resource) as Resource } as Account;
    const at = deletionAt({ standing: isHere ? 'outOfScope' : 'left', isProtected: false, account }, policy);
    if (at === undefined || at <= plannedAt) continue;
    count++;
    firstAfter = Math.min(firstAfter, at);
  }
  return count === 0 ? undefined : { count, firstAfter };
}
