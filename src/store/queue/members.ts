import type { AuditEvent } from '../audit.ts';
import { canonical } from '../../model/index.ts';
import { answeredOf } from './detail.ts';
import type { Leased, LeasedMember, MemberOutcome } from './leased.ts';
import { nextTrial } from './leased.ts';
import type { Writing } from './steps.ts';

/** What is written down of people who come into a group, or go out of it. */
export interface ToldMembers {
  readonly kind: 'members';
  readonly operation: Pick<Leased, 'kind' | 'key' | 'group'>;
  readonly outcomes: readonly MemberOutcome[];
}

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
  switch (become) {
    case 'done':
      state.sql('DELETE FROM operation WHERE id = ?').run(id);
      if (kind === 'memberAdd') hold(true);
      else
        state
          .sql('DELETE FROM membership WHERE target = ? AND person = ? AND grp = ?')
          .run(target, person, group);
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
          person,
          id,
        );
  }

  function hold(isSure: boolean): void {
    state
      .sql('INSERT OR REPLACE INTO membership (target, person, grp, sure) VALUES (?, ?, ?, ?)')
      .run(target, person, group, isSure ? 1 : 0);
  }

  function reopen(): void {
    state
      .sql(
        `UPDATE operation SET state = 'open', run_at = ?, attempts = attempts + ?, code = ?, error = ? WHERE id = ?`,
      )
      .run(runAt, counted ? 1 : 0, code ?? null, error ?? null, id);
  }
}

/** For the trail, one event for each person. */
export function memberEvents(
  { operation: { kind, key: group }, outcomes }: ToldMembers,
  base: Pick<AuditEvent, 'at' | 'run' | 'target'>,
  actor: string | undefined,
): readonly AuditEvent[] {
  return outcomes.map(({ member: { key }, become, code, error, ...answered }) => ({
    ...base,
    key,
    event: `operation.${become}`,
    detail: canonical({
      kind,
      group,
      ...(actor !== undefined && { actor }),
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
      state
        .sql(
          `INSERT OR REPLACE INTO membership (target, person, grp, sure) SELECT target, person, grp, 0 FROM operation WHERE ${leased}`,
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
