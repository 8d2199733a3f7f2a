import type { Kind } from '../model/index.ts';
import { NOT_ASSIGNED, PHASE } from '../planning/judge.ts';
import { askedPhase, goesFirst } from './asked.ts';
import { takeHeld } from './held-rows.ts';
import { FLAG } from './ledger.ts';
import { openKinds } from './release-events.ts';
import type { FirstRelease, Release, TargetRelease } from './release-plan.ts';
import { isSame } from './stage/operation.ts';
import type { State } from './state.ts';
import { noteWithdrawn } from './withdrawn.ts';

/** Of a staged operation. What is held keeps its place in the order of a plan, which its checksum is made of. */
const isHeld = 'op.kind IN (SELECT kind FROM held_kind) AND NOT ord.let_through';

/** Takes the plan of one target; of it, `goOn` keeps what an earlier plan released, and `open` writes down the rest. */
export function takeTarget(state: State, plan: Release, target: TargetRelease): void {
  const { db } = state;
  const { id, index } = target;
  const isFirst = plan.isAsked === true && goesFirst(state, target.index);
  goOn(db, plan, target, isFirst);
  holdBack(db, target);
  // Whoever a plan is not about goes on waiting for its approval. What is taken back is let through by itself: no plan of the
  // source has those rows.
  const isBeside = plan.isPartial && plan.pauses === undefined;
  const replaced = isBeside ? '' : plan.isPartial ? 'SELECT kind FROM held_kind' : 'kind';
  // A change that is refused takes back nothing of what an earlier one said; a read of everybody has the last word. What a
  // read says that was let through at others alone takes nothing back here either (law 7).
  const goesOn =
    plan.receipt?.isDelta === true
      ? ` AND person NOT IN (SELECT person FROM operation WHERE target = :target AND phase = ${PHASE.leave} AND person IS NOT NULL)`
      : '';
  db.prepare(
    `DELETE FROM operation WHERE target = :target AND state <> 'leased'
     AND coalesce(person, 0) NOT IN (SELECT person FROM offboarded)
     AND coalesce(person, 0) NOT IN (SELECT slot + 1 FROM stage.left_out WHERE target = :index AND rule = 'unaccepted')
     AND (CASE WHEN member IS NOT NULL THEN :nesting WHEN person IS NULL THEN group_examined_(grp) ELSE examined_(person) END = 1 OR (state = 'held' AND kind IN (${replaced}))
       OR (person IN (SELECT slot + 1 FROM stage.rejection)${goesOn})) AND id NOT IN (SELECT id FROM going_on)`,
  ).run({ target: id, index, nesting: plan.isNestingExamined ? 1 : 0 });
  if (plan.isPartial) dropOvertaken(state, plan, id);
  open(db, plan, target, isFirst);
  // Whoever is taken off by an undo has not left.
  if (plan.pauses !== undefined)
    db.prepare(
      'UPDATE operation SET known_at = NULL WHERE target = ? AND run = ? AND id NOT IN (SELECT id FROM going_on)',
    ).run(id, plan.run);
  if (target.doubted !== undefined) noteWithdrawn(state, id, target.doubted);
  takeHeld(state, { target: id, held: target.held, now: plan.now, isBeside: plan.isPartial });
  // Whoever is rejected now is told as rejected, and waits for nothing that an earlier plan saw.
  db.prepare(
    `DELETE FROM left_out WHERE target = ? AND person NOT IN (SELECT slot + 1 FROM stage.left_out WHERE target = ?)
     AND (examined_(person) = 1 OR person IN (SELECT slot + 1 FROM stage.rejection))`,
  ).run(id, index);
  db.prepare(
    `INSERT INTO left_out SELECT ?, slot + 1, rule, reason, ? FROM stage.left_out WHERE target = ?
     ON CONFLICT DO UPDATE SET rule = excluded.rule, reason = excluded.reason`,
  ).run(id, plan.now, index);
  count(db, plan, target);
  const moved = target.held.some(({ kind }) => kind === 'target');
  db.prepare('UPDATE target SET planned_at = ? WHERE id = ?').run(plan.now, id);
  if (plan.isWhole)
    db.prepare('UPDATE target SET cursor = ?, digest = ? WHERE id = ?').run(plan.run, target.digest, id);
  // Some have what this configuration says, and some what the last one said: everybody is looked at again.
  else db.prepare(`UPDATE target SET digest = '' WHERE id = ? AND digest <> ?`).run(id, target.digest);
  if (!moved) db.prepare('UPDATE target SET fingerprint = ? WHERE id = ?').run(target.fingerprint, id);
}

/**
 * The same of those who leave alone. Nothing is said of their memberships: what an earlier plan released of them goes on until
 * the next one judges it.
 */
export function takeLeavers(state: State, plan: FirstRelease, target: TargetRelease): void {
  const { db } = state;
  const { id, index } = target;
  goOn(db, plan, target, false);
  holdBack(db, target);
  db.prepare(
    `DELETE FROM operation WHERE target = ? AND state <> 'leased' AND type = 'User' AND person IN (SELECT slot + 1 FROM stage.op WHERE target = ?)
     AND person NOT IN (SELECT person FROM offboarded) AND id NOT IN (SELECT id FROM going_on)`,
  ).run(id, index);
  open(db, plan, target, false);
  takeHeld(state, { target: id, held: [], now: plan.now, isBeside: true });
  count(db, plan, target);
}

interface Waiting {
  readonly id: number;
  readonly run: number;
  readonly person: number;
  readonly kind: Kind;
}

/**
 * What waits of people of whom the target could not be told yet what was said since, as it was out of reach or had no part in
 * that run: a plan for others would have it sent by the way. Whoever has left is neither created nor switched on, and whoever
 * is there is not switched off as one who has left. Of whoever is out of scope, no record says so by itself: that goes on.
 */
function dropOvertaken({ db }: State, { ledger }: Release, target: number): void {
  const { cursor, behind } = db.prepare('SELECT cursor, behind FROM target WHERE id = ?').get(target) as {
    readonly cursor: number;
    readonly behind: number | null;
  };
  // What people are known to be by now, it was not told: the read that says so was let through at others alone (law 7).
  if (behind !== null) return;
  const waiting = db
    .prepare<[number], Waiting>(
      `SELECT id, run, person, kind FROM operation WHERE target = ? AND type = 'User'
       AND (kind IN ('create', 'reactivate') OR (kind IN ('deactivate', 'delete') AND why <> '${NOT_ASSIGNED}' AND known_at IS NOT NULL))
       AND state NOT IN ('leased', 'held') AND person NOT IN (SELECT person FROM offboarded) AND id NOT IN (SELECT id FROM going_on)`,
    )
    .all(target);
  const drop = db.prepare('DELETE FROM operation WHERE id = ?');
  const dropArrival = db.prepare(`DELETE FROM operation WHERE id = ? AND after ->> 'active' IS NOT 0`);
  for (const { id, run, person, kind } of waiting) {
    const flags = ledger.flags(person - 1);
    const isArrival = kind === 'create' || kind === 'reactivate';
    if (isArrival && hasLeft(flags)) dropArrival.run(id);
    else if (!isArrival && isThere(flags) && ledger.version(person - 1) > Math.max(run, cursor)) drop.run(id);
  }
}

/** By the last record, which was accepted. */
function isThere(flags: number): boolean {
  return (flags & (FLAG.active | FLAG.rejected | FLAG.missed)) === FLAG.active;
}

function hasLeft(flags: number): boolean {
  return (flags & FLAG.gone) !== 0 || (flags & (FLAG.active | FLAG.rejected | FLAG.missed)) === 0;
}

/** Which kinds are held, for what comes after. */
function holdBack(db: State['db'], { held }: TargetRelease): void {
  db.exec('CREATE TEMP TABLE IF NOT EXISTS held_kind (kind TEXT PRIMARY KEY)');
  db.exec('DELETE FROM held_kind');
  for (const { kind } of held) db.prepare('INSERT INTO held_kind VALUES (?)').run(kind);
}

/** Writes down what no earlier plan released. */
function open(
  db: State['db'],
  plan: FirstRelease | Release,
  { id, index, absenceProved }: TargetRelease,
  isFirst: boolean,
): void {
  db.prepare(
    `INSERT INTO operation (run, target, phase, type, person, grp, member, part, kind, after, changes, why, needs, secret_digest,
       remote_id, before_digest, digest, state, absent, run_at)
     SELECT :run, :target, ${isFirst ? `iif(${isHeld}, ord.phase, ${askedPhase('ord.phase')})` : 'ord.phase'}, iif(op.grp IS NULL, 'User', 'Group'), nullif(op.slot + 1, 0), op.grp, op.member, op.part, op.kind, op.after, op.changes, op.why,
       op.needs + 1, op.secret, op.remote_id, op.before_digest, op.digest,
       iif(${isHeld}, 'held', 'open'), op.absent OR (:absent AND op.grp IS NULL), 0
     FROM stage.ord JOIN stage.op ON op.id = ord.op WHERE ord.target = :index AND ord.earlier = 0 AND op.slot + 1 NOT IN (SELECT person FROM offboarded) ORDER BY ord.id`,
  ).run({ run: plan.run, target: id, absent: absenceProved ? 1 : 0, index });
}

/** Counts what goes out for the limits of the next 24 hours, and uses up the approvals that it needed. */
function count(db: State['db'], plan: FirstRelease | Release, target: TargetRelease): void {
  // Of a kind that was let through for some people, the others must not slip under the limit that they were held by.
  const parts = new Set(target.parts.map(({ kind }) => kind));
  const approved = new Set(
    target.approvals.map(({ kind }) => kind).filter((kind) => !parts.has(kind as Kind)),
  );
  const insert = db.prepare('INSERT INTO released VALUES (?, ?, ?, ?, ?, ?)');
  for (const { kind, count } of openKinds(target)) {
    const given = target.approvals.find((one) => one.kind === kind && approved.has(kind));
    const unasked = given === undefined ? count : (given.unasked ?? 0);
    if (unasked < count) insert.run(target.id, kind, plan.now, count - unasked, 1, target.linked);
    if (unasked > 0) insert.run(target.id, kind, plan.now, unasked, 0, target.linked);
  }
  for (const approval of target.approvals)
    db.prepare('UPDATE approval SET used_at = ? WHERE id = ?').run(plan.now, approval.id);
}

/**
 * What an earlier plan released and this one wants again keeps its row, with the attempts and the time of the next
 * (law 9). It was counted by the limits when it was released, and is not counted again. An invitation is tried at each
 * run, and so is a membership that waits for an account or a group; what failed is tried again when its time has come. What
 * was carried out while this one was made is gone, and another operation may have its number by now.
 */
function goOn(
  db: State['db'],
  plan: FirstRelease | Release,
  { id, index, absenceProved }: TargetRelease,
  isFirst: boolean,
): void {
  db.exec(
    'CREATE TEMP TABLE IF NOT EXISTS going_on (id INTEGER PRIMARY KEY, op INTEGER, phase INTEGER, rests INTEGER)',
  );
  db.exec('DELETE FROM going_on');
  db.prepare(
    `INSERT INTO going_on SELECT operation.id, op.id, ord.phase, earlier.rests
     FROM stage.ord JOIN stage.op ON op.id = ord.op
     JOIN stage.earlier ON earlier.slot = op.slot AND earlier.target = op.target AND ${isSame('earlier', 'op')}
     JOIN operation ON operation.id = earlier.operation AND operation.state IN ('open', 'waiting', 'failed')
       AND operation.target = ? AND coalesce(operation.person, 0) = earlier.slot + 1 AND operation.part = earlier.part AND operation.kind = earlier.kind
     WHERE ord.target = ? AND ord.earlier = 1 AND op.slot + 1 NOT IN (SELECT person FROM offboarded)`,
  ).run(id, index);
  // Whom somebody waits for keeps the place, whoever wants it again by the way.
  const phase = isFirst
    ? askedPhase('going_on.phase')
    : `iif(operation.phase BETWEEN ${PHASE.asked} AND ${PHASE.lastAsked}, operation.phase, going_on.phase)`;
  db.prepare(
    `UPDATE operation SET run = :run, phase = ${phase}, why = op.why, needs = iif(operation.part = 2, operation.needs, op.needs + 1), absent = op.absent OR (:absent AND op.grp IS NULL),
       withdrawn = NULL, after = op.after, changes = op.changes, before_digest = op.before_digest, digest = op.digest
     FROM going_on JOIN stage.op ON op.id = going_on.op WHERE operation.id = going_on.id`,
  ).run({ run: plan.run, absent: absenceProved ? 1 : 0, ...(isFirst && { target: id }) });
  // Whether something rests was settled when the plan was begun: nobody asked the target about it since.
  db.prepare(
    `UPDATE operation SET state = 'open', run_at = 0 FROM going_on WHERE operation.id = going_on.id
     AND ((state = 'waiting' AND (code = 'invited' OR part = 2)) OR (state = 'failed' AND run_at <= ? AND NOT rests))`,
  ).run(plan.now);
}
