import type { Kind, TargetConfiguration } from '../model/index.ts';
import { targetRow } from './accounts.ts';
import { accessPage } from './access.ts';
import type { State } from './state.ts';

/** How somebody stands on a target after a run: by their account, or by what is not done yet. */
export interface PersonStanding {
  readonly state:
    'active' | 'off' | 'invited' | 'none' | 'pending' | 'failed' | 'held' | 'waiting' | 'leftOut';
  readonly reason?: string;
}

/** `pending` too where the target has not dealt with the run yet, since it was busy or out of reach. */
export function standingOf(
  state: State,
  { name, renamedFrom, mode }: Pick<TargetConfiguration, 'name' | 'renamedFrom' | 'mode'>,
  key: string,
  run: number,
): PersonStanding {
  const row = targetRow(state, name, renamedFrom);
  if (row === undefined) return { state: 'pending' };
  const isPlanned = state
    .sql('SELECT planned_at >= (SELECT started_at FROM run WHERE id = ?) FROM target WHERE id = ?')
    .pluck()
    .get(run, row.id);
  if (mode === 'full' && isPlanned !== 1) return { state: 'pending' };
  const open = state
    .sql(
      `SELECT operation.state, error FROM operation JOIN person ON person.id = operation.person
       WHERE target = ? AND key = ? AND part <> 2 ORDER BY operation.state = 'failed' DESC, operation.id LIMIT 1`,
    )
    .get(row.id, key) as { state: string; error: string | null } | undefined;
  if (open !== undefined) {
    const is = states[open.state] ?? 'pending';
    return { state: is, ...(open.error !== null && { reason: open.error }) };
  }
  const left = state
    .sql('SELECT rule, reason FROM left_out JOIN person ON person.id = person WHERE target = ? AND key = ?')
    .get(row.id, key) as { rule: string; reason: string } | undefined;
  if (left !== undefined) return { state: 'leftOut', reason: left.reason };
  const [account] = accessPage(state, { target: row.id, name, key }, { after: '', most: 1 });
  if (account === undefined) return { state: 'none' };
  return { state: account.state === 'leaving' ? 'invited' : account.state };
}

/** What was carried out for somebody on a target, by whomever, after a row of the trail. */
export function kindsDoneSince(state: State, target: string, key: string, seq: number): readonly Kind[] {
  return state
    .sql(
      `SELECT DISTINCT detail ->> 'kind' FROM audit WHERE seq > ? AND target = ? AND key = ? AND event = 'operation.done'`,
    )
    .pluck()
    .all(seq, target, key) as Kind[];
}

const states: Readonly<Record<string, PersonStanding['state']>> = {
  open: 'pending',
  leased: 'pending',
  waiting: 'waiting',
  failed: 'failed',
  held: 'held',
};
