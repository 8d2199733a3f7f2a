import { canonical } from '../model/index.ts';
import type { Kind, Resource } from '../model/index.ts';
import { diff } from '../planning/diff.ts';
import { PHASE } from '../planning/judge.ts';
import { audit } from './audit.ts';
import { noteLeft, sinceWhen } from './departures.ts';
import { personOf } from './links.ts';
import { offboardedBecause, offboardings } from './offboardings.ts';
import type { Offboarding } from './offboardings.ts';
import { digestOf, resourceDigest } from './stage/operation.ts';
import type { State } from './state.ts';

/** How a target's configuration switches somebody off. */
export interface LeaveRule {
  readonly id: number;
  readonly name: string;
  /** As what it counts: `delete` where the id is lost by it (rule 15). Absent where the target may not be told so. */
  readonly kind?: 'deactivate' | 'delete';
  /** Whoever is switched off goes out of their groups, too. */
  readonly leavesGroups: boolean;
  /** Whether an account is protected (rule 13). */
  readonly isProtected: (key: string, resource: Resource) => boolean;
}

interface Braking {
  readonly run: number;
  readonly now: number;
  /** What failed before, or waits for its time, is due at once; and who is protected is found out anew. */
  readonly isAgain?: boolean;
}

/**
 * Sees to it that somebody who is offboarded goes off on a target, whatever a plan has wanted of them: what was released or
 * held for them is dropped, and an account that is on has an operation before all others. As long as a request for them is
 * on its way nothing is said beside it, since it could overtake the brake: whoever writes its answer down calls this again.
 * In the caller's transaction.
 */
export function brake(state: State, offboarding: Offboarding, target: LeaveRule, braking: Braking): void {
  const person = personOf(state, offboarding.key);
  if (person === undefined) return;
  keepRule(state, target);
  brakePerson(state, { offboarding, person, id: target.id, name: target.name }, braking, target.isProtected);
}

/** What a released plan has done with those who are offboarded is put right, of all that stand. In the caller's transaction. */
export function brakeAll(
  state: State,
  targets: readonly LeaveRule[],
  braking: { readonly run: number; readonly now: number },
): void {
  const standing = offboardings(state);
  for (const target of targets) {
    keepRule(state, target);
    for (const offboarding of standing) brake(state, offboarding, target, { ...braking, isAgain: true });
  }
}

/** The rule is remembered for whoever writes down an answer, and knows no configuration. */
function keepRule(state: State, { id, kind, leavesGroups }: LeaveRule): void {
  state
    .sql(
      'UPDATE target SET leave_kind = :kind, leave_groups = :groups WHERE id = :id AND (leave_kind IS NOT :kind OR leave_groups <> :groups)',
    )
    .run({ id, kind: kind ?? null, groups: leavesGroups ? 1 : 0 });
}

interface Braked {
  readonly offboarding: Offboarding;
  readonly person: number;
  readonly id: number;
  readonly name: string;
}

/** The same for people of whom an answer was just written down, by the rule that is remembered of the target. */
export function brakeAfter(
  state: State,
  target: { readonly id: number; readonly name: string },
  people: Iterable<number>,
  braking: Braking,
): void {
  const standing = offboardings(state);
  if (standing.length === 0) return;
  const written = new Set(people);
  for (const offboarding of standing) {
    const person = personOf(state, offboarding.key);
    if (person !== undefined && written.has(person))
      brakePerson(state, { offboarding, person, ...target }, braking);
  }
}

/** An operation of somebody on a target. */
interface OpenRow {
  readonly id: number;
  readonly phase: number;
  readonly kind: Kind;
  readonly part: number;
  readonly state: string;
  readonly grp: number | null;
  readonly before: string;
}

const isOurs = ({ phase }: OpenRow): boolean => phase === PHASE.offboard;

function brakePerson(
  state: State,
  braked: Braked,
  { run, now, isAgain = false }: Braking,
  isProtected?: LeaveRule['isProtected'],
): void {
  const { offboarding, person, id } = braked;
  // Once for all that is asked of them: no index leads to somebody's operations.
  const rows = state
    .sql(
      `SELECT id, phase, kind, part, state, grp, before_digest AS before FROM operation WHERE target = ? AND person = ?`,
    )
    .all(id, person) as OpenRow[];
  const waiting = rows.filter((row) => row.state !== 'leased');
  const drop = (which: (row: OpenRow) => boolean): void => {
    for (const row of waiting.filter(which)) state.sql('DELETE FROM operation WHERE id = ?').run(row.id);
  };
  drop((row) => !isOurs(row) && row.kind !== 'memberRemove');
  const resource = resourceOf(state, braked);
  if (resource !== undefined && isProtected !== undefined)
    spare(state, offboarding, id, isProtected(offboarding.key, resource));
  const kind = kindFor(state, braked);
  if (resource !== undefined && kind === 'deactivate')
    leaveGroups(state, braked, run, new Set(rows.filter(isRemoval).map(({ grp }) => grp!)));
  for (const row of isAgain ? waiting.filter(isRemoval) : [])
    state.sql(`UPDATE operation SET state = 'open', run_at = 0 WHERE id = ?`).run(row.id);
  if (resource === undefined || resource['active'] === false || kind === undefined) {
    if (kind === undefined) state.sql('DELETE FROM leaving WHERE target = ? AND person = ?').run(id, person);
    return drop(isOurs);
  }
  // Told by the word of a person, and not since the run began that carries it out.
  tellLeft(state, braked, { run, now }, kind);
  // Of memberships several people are told at once, and none of those says whether an account is on.
  if (rows.some((row) => row.state === 'leased' && row.part !== 2)) return;
  const beforeDigest = resourceDigest(resource);
  const kept = waiting.find((row) => isOurs(row) && row.kind === kind && row.before === beforeDigest);
  if (kept !== undefined) {
    if (isAgain) state.sql(`UPDATE operation SET state = 'open', run_at = 0 WHERE id = ?`).run(kept.id);
    return;
  }
  drop(isOurs);
  insert(state, braked, { kind, resource, beforeDigest, run });
}

function tellLeft(
  state: State,
  { offboarding, person, id, name }: Braked,
  { run, now }: Braking,
  kind: Kind,
): void {
  const isTold = state.sql('SELECT 1 FROM leaving WHERE target = ? AND person = ?').get(id, person);
  if (isTold !== undefined) return;
  const { key } = offboarding;
  const read = sinceWhen(state, { name, key }, now);
  noteLeft(state, { id, person }, read);
  const detail = { kind, why: offboardedBecause(offboarding), read };
  audit(state, [{ at: now, run, target: name, key, event: 'person.left', detail }]);
}

const isRemoval = ({ kind }: OpenRow): boolean => kind === 'memberRemove';

function resourceOf(state: State, { id, person }: Braked): Resource | undefined {
  const text = state
    .sql(`SELECT resource FROM account WHERE target = ? AND person = ? AND type = 'User'`)
    .pluck()
    .get(id, person) as string | undefined;
  return text === undefined ? undefined : (JSON.parse(text) as Resource);
}

function spare(
  state: State,
  { id, isProtectedMeant }: Offboarding,
  target: number,
  isProtected: boolean,
): void {
  if (isProtected && !isProtectedMeant)
    state.sql('INSERT OR IGNORE INTO spared VALUES (?, ?)').run(id, target);
  else state.sql('DELETE FROM spared WHERE offboarding = ? AND target = ?').run(id, target);
}

export function isSpared(state: State, { id }: Offboarding, target: number): boolean {
  return state.sql('SELECT 1 FROM spared WHERE offboarding = ? AND target = ?').get(id, target) !== undefined;
}

/** As what it is switched off; nothing where it is not to be. */
function kindFor(state: State, { offboarding, id }: Braked): 'deactivate' | 'delete' | undefined {
  if (isSpared(state, offboarding, id)) return undefined;
  const kind = state.sql('SELECT leave_kind FROM target WHERE id = ?').pluck().get(id) as
    'deactivate' | 'delete' | null;
  return kind ?? undefined;
}

function insert(
  state: State,
  { offboarding, person, id }: Braked,
  made: {
    readonly kind: 'deactivate' | 'delete';
    readonly resource: Resource;
    readonly beforeDigest: string;
    readonly run: number;
  },
): void {
  const { kind, resource, beforeDigest, run } = made;
  const { key } = offboarding;
  const off = { ...resource, active: false };
  const after = canonical(off);
  state
    .sql(
      `INSERT INTO operation (run, target, phase, type, person, part, kind, after, changes, why, before_digest, digest, state)
       VALUES (?, ?, ${PHASE.offboard}, 'User', ?, 0, ?, ?, ?, ?, ?, ?, 'open')`,
    )
    .run(
      run,
      id,
      person,
      kind,
      after,
      JSON.stringify(diff(resource, off)),
      offboardedBecause(offboarding),
      beforeDigest,
      digestOf({ type: 'User', kind, key, part: 0, beforeDigest }, after),
    );
}

/** What we gave them of memberships is taken back behind those who leave, as for everybody who does. */
function leaveGroups(
  state: State,
  { offboarding, person, id }: Braked,
  run: number,
  told: ReadonlySet<number>,
): void {
  if (state.sql('SELECT leave_groups FROM target WHERE id = ?').pluck().get(id) !== 1) return;
  const groups = state
    .sql(
      'SELECT grp.id, grp.key FROM membership JOIN grp ON grp.id = membership.grp WHERE target = ? AND person = ?',
    )
    .all(id, person) as { id: number; key: string }[];
  for (const group of groups.filter((one) => !told.has(one.id)))
    state
      .sql(
        `INSERT INTO operation (run, target, phase, type, person, grp, part, kind, why, before_digest, digest, state)
         VALUES (?, ?, ${PHASE.memberRemove}, 'Group', ?, ?, 2, 'memberRemove', ?, '', ?, 'open')`,
      )
      .run(
        run,
        id,
        person,
        group.id,
        offboardedBecause(offboarding),
        digestOf(
          {
            type: 'Group',
            kind: 'memberRemove',
            key: offboarding.key,
            part: 2,
            group: group.key,
            beforeDigest: '',
          },
          null,
        ),
      );
}

/** Whether whoever is offboarded waits to be switched off on a target, and may be now. */
export function hasOffboarded(state: State, target: number, now: number): boolean {
  const found = state
    .sql(
      `SELECT 1 FROM operation WHERE target = ? AND state = 'open' AND phase = ${PHASE.offboard} AND run_at <= ? LIMIT 1`,
    )
    .get(target, now);
  return found !== undefined;
}

/** What of it was not sent yet is not sent any more. In the caller's transaction. */
export function forgetBrake(
  state: State,
  key: string,
  { run, now }: { readonly run: number; readonly now: number },
): void {
  const person = personOf(state, key);
  if (person === undefined) return;
  state
    .sql(`DELETE FROM operation WHERE person = ? AND state <> 'leased' AND phase = ${PHASE.offboard}`)
    .run(person);
  state
    .sql(`DELETE FROM operation WHERE person = ? AND state <> 'leased' AND kind = 'memberRemove'`)
    .run(person);
  // What is on its way may have switched them off.
  const rows = state
    .sql(
      `SELECT target.id, target.name FROM leaving JOIN target ON target.id = leaving.target WHERE person = :person
         AND NOT EXISTS (SELECT 1 FROM operation WHERE operation.target = target.id AND operation.person = :person AND operation.state = 'leased'
           AND operation.phase = ${PHASE.offboard}) ORDER BY 1`,
    )
    .all({ person }) as { id: number; name: string }[];
  for (const { id } of rows) state.sql('DELETE FROM leaving WHERE target = ? AND person = ?').run(id, person);
  audit(
    state,
    rows.map(({ name }) => ({ at: now, run, target: name, key, event: 'person.back', detail: {} })),
  );
}
