import type { AuditEvent } from '../audit.ts';
import { canonical } from '../../model/index.ts';
import { answeredOf } from './detail.ts';
import type { Leased, LeasedMember, MemberOutcome } from './leased.ts';
import { nextTrial } from './leased.ts';
import type { Writing } from './writing.ts';
import type { ToldMembers } from './told.ts';

/** Writes what became of each, inside the caller's transaction. */
export function writeMembers(writing: Writing, { operation, outcomes }: ToldMembers, now: number): void {
  for (const outcome of outcomes) writeMember(writing, operation, outcome, now);
}

function writeMember(
  { state, target }: Writing,
  { kind, group }: ToldMembers['operation'],
  { member, become, code, error, runAt = 0, counted = false }: MemberOutcome,
  now: number,
): void {
  const { id, person } = member;
  const [table, side, who] =
    member.group === undefined
      ? (['membership', 'person', person] as const)
      : (['nesting', 'member', member.group] as const);
  switch (become) {
    case 'done':
      state.sql('DELETE FROM operation WHERE id = ?').run(id);
      if (kind === 'memberAdd') hold(true);
      else
        state
          .sql(`DELETE FROM ${table} WHERE target = ? AND ${side} = ? AND grp = ?`)
          .run(target, who, group);
      return;
    case 'unsure':
      hold(false);
      reopen();
      return;
    case 'retry':
      reopen();
      return;
    case 'failed':
    case 'waiting':
      state
        .sql(
          'UPDATE operation SET state = ?, attempts = attempts + 1, code = ?, error = ?, run_at = ?, needs = ? WHERE id = ?',
        )
        .run(
          become,
          code ?? null,
          error ?? null,
          now + nextTrial({ kind: 'update', attempts: member.attempts }),
          member.group === undefined ? person : null,
          id,
        );
  }

  function hold(isSure: boolean): void {
    state
      .sql(`INSERT OR REPLACE INTO ${table} (target, ${side}, grp, sure) VALUES (?, ?, ?, ?)`)
      .run(target, who, group, isSure ? 1 : 0);
  }

  function reopen(): void {
    state
      .sql(
        `UPDATE operation SET state = 'open', run_at = ?, attempts = attempts + ?, code = ?, error = ? WHERE id = ?`,
      )
      .run(runAt, counted ? 1 : 0, code ?? null, error ?? null, id);
  }
}

/** For the trail, one event for each person, or group. */
export function memberEvents(
  { operation: { kind, key: group }, outcomes }: ToldMembers,
  base: Pick<AuditEvent, 'at' | 'run' | 'target'>,
  actor: string | undefined,
): readonly AuditEvent[] {
  return outcomes.map(({ member: { key, group: within }, become, code, error, ...answered }) => ({
    ...base,
    key,
    event: `operation.${become}`,
    detail: canonical({
      kind,
      group,
      ...(actor !== undefined && { actor }),
      ...(within !== undefined && { member: 'Group' }),
      ...(code !== undefined && { code }),
      ...(error !== undefined && { error }),
      ...answeredOf(answered),
    }),
  }));
}

/**
 * What a run that is gone was about to say of memberships: nobody knows whether the target has heard it. The next plan
 * says again what it wants of those people.
 */
export function forgetLeased({ state, target }: Pick<Writing, 'state' | 'target'>): void {
  const leased = `target = ? AND state = 'leased' AND part = 2`;
  state.db
    .transaction(() => {
      for (const [table, side] of [
        ['membership', 'person'],
        ['nesting', 'member'],
      ])
        state
          .sql(
            `INSERT OR REPLACE INTO ${table} (target, ${side}, grp, sure) SELECT target, ${side}, grp, 0 FROM operation WHERE ${leased} AND ${side} IS NOT NULL`,
          )
          .run(target);
      state.sql(`DELETE FROM operation WHERE ${leased}`).run(target);
    })
    .immediate();
}

/** Of a batch that was leased and of which nothing was sent. */
export function idsOf({ id, members }: Leased): readonly number[] {
  return members === undefined ? [id] : members.map((member: LeasedMember) => member.id);
}
