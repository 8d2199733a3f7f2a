import { noteLeaver } from '../lag.ts';
import { takeRead } from '../links.ts';
import { isLeaving, nextTrial } from './leased.ts';
import type { ToldOperation, ToldStep } from './told.ts';
import type { Writing } from './writing.ts';

/** Writes one step down, inside the caller's transaction: the operation, and the account if it moves. */
export function writeStep(writing: Writing, step: ToldStep, now: number): void {
  const { state } = writing;
  const { operation } = step;
  switch (step.kind) {
    case 'done':
      if (isLeaving(operation)) noteLeaver(state, operation.id, now);
      writeAccount(writing, step, now);
      state.sql('DELETE FROM operation WHERE id = ?').run(operation.id);
      if (step.owed !== undefined) owe(writing, step.owed, operation);
      if (operation.lacksPassword) lookAgain(writing, operation, now);
      return;
    case 'retry':
      state
        .sql(
          `UPDATE operation SET state = 'open', run_at = ?, attempts = attempts + ?, error = ?, code = ?, in_doubt = 0 WHERE id = ?`,
        )
        .run(step.runAt, step.counted ? 1 : 0, step.error, step.code, operation.id);
      writeRead(writing, step, now);
      return;
    case 'failed':
    case 'waiting':
      state
        .sql(
          'UPDATE operation SET state = ?, attempts = attempts + 1, error = ?, code = ?, in_doubt = 0, run_at = ? WHERE id = ?',
        )
        .run(step.kind, step.error, step.code, now + nextTrial(operation), operation.id);
      writeRead(writing, step, now);
      return;
    case 'doubt':
      // Why nobody knows is told from the request itself, however often it could not be found out since. Until now it was
      // on its way: whatever it has done, a target that takes its time may show it so much later.
      state
        .sql(
          `UPDATE operation SET error = iif(in_doubt, error, ?), code = iif(in_doubt, code, ?),
             sent_at = iif(in_doubt, sent_at, ?), in_doubt = 1 WHERE id = ?`,
        )
        .run(step.error, step.code, now, operation.id);
      return;
  }
}

function writeRead(
  { state, target }: Writing,
  { operation, confirmed }: Extract<ToldStep, { kind: 'retry' | 'failed' | 'waiting' }>,
  now: number,
): void {
  if (confirmed === undefined) return;
  takeRead(state, target, operation.person, confirmed, now);
}

function writeAccount(
  { state, target, run }: Writing,
  step: Extract<ToldStep, { kind: 'done' }>,
  now: number,
): void {
  const { operation, account } = step;
  if (operation.group !== undefined) return writeGroup({ state, target, run }, step, operation.group, now);
  if (account === null) {
    state
      .sql(`DELETE FROM account WHERE target = ? AND person = ? AND type = 'User'`)
      .run(target, operation.person);
    return;
  }
  state
    .sql(
      `INSERT INTO account (target, type, person, remote_id, resource, state, origin, secret_digest, confirmed_at, state_since, why) VALUES (?, 'User', ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (target, person, type) DO UPDATE SET resource = excluded.resource, state = excluded.state, remote_id = excluded.remote_id,
         secret_digest = coalesce(excluded.secret_digest, secret_digest), confirmed_at = excluded.confirmed_at,
         state_since = iif(?, excluded.state_since, state_since), why = iif(?, excluded.why, why)`,
    )
    .run(
      target,
      operation.person,
      account.remoteId,
      account.resource,
      account.state,
      account.origin ?? 'created',
      operation.secretDigest ?? null,
      now,
      now,
      operation.why,
      ...twice(operation.kind === 'update' ? 0 : 1),
    );
  if (operation.remoteId !== undefined) return;
  // References that waited for this person can be said now, and so can this person's own.
  for (const whose of ['needs = ?', 'person = ? AND part = 1'])
    state
      .sql(
        `UPDATE operation SET state = 'open', run_at = 0 WHERE target = ? AND state = 'waiting' AND code = 'reference' AND ${whose}`,
      )
      .run(target, operation.person);
}

function twice(value: number): readonly [number, number] {
  return [value, value];
}

/** Whether a step takes an account, or a group, out of the state: what it held is known to the trail alone from then on. */
export function endsLink(step: ToldStep | { readonly kind: 'members' }): step is ToldStep {
  return step.kind === 'done' && step.account === null;
}

/** What an account, or a group, was last confirmed to hold, as canonical text. */
export function resourceOf({ state, target }: Writing, operation: ToldOperation): string | undefined {
  const { group, person } = operation;
  const found =
    group === undefined
      ? state
          .sql(`SELECT resource FROM account WHERE target = ? AND person = ? AND type = 'User'`)
          .pluck()
          .get(target, person)
      : state
          .sql('SELECT resource FROM group_account WHERE target = ? AND grp = ?')
          .pluck()
          .get(target, group);
  return found as string | undefined;
}

function writeGroup(
  { state, target }: Writing,
  { account }: Extract<ToldStep, { kind: 'done' }>,
  group: number,
  now: number,
): void {
  if (account === null) {
    state.sql('DELETE FROM group_account WHERE target = ? AND grp = ?').run(target, group);
    return;
  }
  state
    .sql(
      `INSERT INTO group_account (target, grp, remote_id, resource, origin, confirmed_at) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (target, grp) DO UPDATE SET remote_id = excluded.remote_id, resource = excluded.resource, confirmed_at = excluded.confirmed_at`,
    )
    .run(target, group, account.remoteId, account.resource, account.origin ?? 'created', now);
  // Whoever waited for the group can come into it now.
  state
    .sql(
      `UPDATE operation SET state = 'open', run_at = 0 WHERE grp = ? AND target = ? AND state = 'waiting' AND code = 'group'`,
    )
    .run(group, target);
  // And so can it come into the groups that it is to be in.
  state
    .sql(
      `UPDATE operation SET state = 'open', run_at = 0 WHERE member = ? AND target = ? AND state = 'waiting'`,
    )
    .run(group, target);
}

/** The next run has to look at this person, whose record may be the same as ever. */
function lookAgain({ state, target }: Writing, { person }: ToldOperation, now: number): void {
  state
    .sql('INSERT OR REPLACE INTO left_out VALUES (?, ?, ?, ?, ?)')
    .run(target, person, 'password', 'the password was not at hand; the next run sets it', now);
}

/** A reference that could not be said yet follows as an operation of its own. */
function owe(
  { state, target, run }: Writing,
  owed: NonNullable<Extract<ToldStep, { kind: 'done' }>['owed']>,
  operation: ToldOperation,
): void {
  const manager = state.sql('SELECT id FROM person WHERE key = ?').pluck().get(owed.manager) as
    number | undefined;
  const waits =
    state
      .sql(`SELECT 1 FROM operation WHERE target = ? AND person = ? AND part = 1`)
      .get(target, operation.person) !== undefined;
  if (manager === undefined || waits) return;
  const ready =
    state
      .sql(`SELECT 1 FROM account WHERE target = ? AND person = ? AND type = 'User'`)
      .get(target, manager) !== undefined;
  state
    .sql(
      `INSERT INTO operation (run, target, phase, type, person, part, kind, after, changes, why, needs, before_digest, digest, state, code, error)
       VALUES (?, ?, ?, 'User', ?, 1, 'update', ?, ?, 'the manager had no account yet', ?, '', '', ?, 'reference', ?)`,
    )
    .run(
      run,
      target,
      10_000,
      operation.person,
      owed.after,
      JSON.stringify([owed.change]),
      manager,
      ready ? 'open' : 'waiting',
      `waits for the account of ${owed.manager}`,
    );
}

/** The groups that somebody was in whose account this step ends, while they can still be told. */
export function groupsEndedBy({ state, target }: Writing, step: ToldStep): readonly string[] {
  if (step.kind !== 'done' || step.account !== null || step.operation.group !== undefined) return [];
  return state
    .sql(
      'SELECT grp.key FROM membership JOIN grp ON grp.id = grp WHERE target = ? AND person = ? ORDER BY grp.key',
    )
    .pluck()
    .all(target, step.operation.person) as string[];
}
