import { RollcallError } from '../model/index.ts';
import type { Ended, Held, Kind, KindTotal, Receipt } from '../model/index.ts';
import { askedPhase, goesFirst, hasMoved } from './asked.ts';
import type { Lent } from './asked.ts';
import { audit } from './audit.ts';
import type { AuditEvent } from './audit.ts';
import { pause } from './pauses.ts';
import { endAgreed } from './offboard.ts';
import { brakeAll } from './brake.ts';
import type { LeaveRule } from './brake.ts';
import { offboardedPeople, rekeyOffboarding } from './offboardings.ts';
import { PHASE } from '../planning/judge.ts';
import { renameReferences } from './references.ts';
import type { Rekeyed } from './references.ts';
import { generation, voidPlans } from './generation.ts';
import { noRecord } from './ledger.ts';
import type { Ledger } from './ledger.ts';
import { whoIsBack, whoLeft } from './departures.ts';
import { takeEnded, takeReceipt } from './receipts.ts';
import { takeHeld } from './held-rows.ts';
import { eventsOf, openKinds } from './release-events.ts';
import { actorOf } from './runs.ts';
import { stagedPeople } from './stage/amend.ts';
import { isSame } from './stage/operation.ts';
import type { Stage } from './stage/stage.ts';
import { loadLedger } from './state.ts';
import type { State } from './state.ts';
import { noteWithdrawn } from './withdrawn.ts';
import type { Doubted } from './withdrawn.ts';

export interface TargetRelease {
  readonly index: number;
  readonly id: number;
  readonly name: string;
  /** Of the configuration that the plan was made with. */
  readonly digest: string;
  readonly fingerprint: string;
  readonly linked: number;
  /** The whole list of the target proved that nobody whom the plan creates is there. */
  readonly absenceProved: boolean;
  /** Of the operations that no earlier plan released. */
  readonly totals: readonly KindTotal[];
  readonly held: readonly Held[];
  /** How many of a kind that is held were let through for some people. */
  readonly parts: readonly { readonly kind: Kind; readonly count: number }[];
  /** Somebody else delivers to it. */
  readonly lent?: Lent;
  /** By slot, who is there by this plan, which found them on, although they were being switched off while it was made. */
  readonly stays?: ReadonlySet<number>;
  /** Of those about whom something is in doubt, what the plan knows of them. */
  readonly doubted?: Doubted;
  /** Approvals that are used up by this plan. */
  readonly approvals: readonly { readonly id: number; readonly kind: Held['kind'] }[];
}

/** Of those who leave alone, before it is known what else there is to do. */
export interface FirstRelease {
  readonly run: number;
  readonly generation: number;
  readonly now: number;
  readonly receipt: Receipt;
  /** With nothing but operations that switch off or delete accounts, all of them, and none of them held. */
  readonly targets: readonly TargetRelease[];
}

export interface Release extends Omit<FirstRelease, 'receipt'> {
  /** Absent where the plan was not made from the source. */
  readonly receipt?: Receipt;
  /**
   * Whether everybody was looked at who had to be. Of a read that misses people the targets learn nothing about those,
   * so that the next one may not pass over them (law 15).
   */
  readonly isWhole: boolean;
  /** Whether the plan is about some people alone. */
  readonly isPartial: boolean;
  /** Somebody waits for them: what is planned goes before what waits for its turn. */
  readonly isAsked?: boolean;
  readonly ledger: Ledger;
  /** The ids of the targets whose next read is measured against this one; of one that is out of reach as well. */
  readonly acceptedBy: readonly number[];
  /** Of a read that breaks a limit and was let through at some targets: their ids. */
  readonly letThroughAt?: readonly number[];
  /** What was told of people by the way, and counts for nothing any more if the read is accepted. */
  readonly ended?: readonly Ended[];
  /** The targets are paused by it, since the next run would do once more what this plan undoes. */
  readonly pauses?: { readonly actor: string; readonly reason: string };
  /** Whether this plan judged the person of a slot, or a group. */
  readonly isExamined: (slot: number) => boolean;
  readonly isGroupExamined: (group: number) => boolean;
  /** Whether this plan judged which groups are in which. */
  readonly isNestingExamined: boolean;
  /** How each of the targets switches off whoever is offboarded, and which of those have left by a complete read as well. */
  readonly leaving?: readonly LeaveRule[];
  readonly agreed?: readonly string[];
}

/** Another run has released a plan since this one was begun: nothing of this one was taken. */
export class OvertakenError extends RollcallError {
  constructor() {
    super('state', {
      message: 'another run released a plan while this one was made',
      hint: 'run again: nothing of this plan was sent',
    });
    this.name = 'OvertakenError';
  }
}

/**
 * Takes a sealed plan into the state, in one transaction: the operations of what is not held, open; of what is held,
 * for show; whoever was examined loses older operations, but for those that the plan wants again just so (rule 24), and so does
 * whoever is rejected, who is left as they are (rule 2); the ledger, the cursors and the receipt follow.
 * An operation that is in doubt is left alone (law 11). Throws `OvertakenError` where the plan is void.
 */
export function release(state: State, stage: Stage, plan: Release): void {
  const { db } = state;
  db.function('group_examined_', { deterministic: true }, (group: unknown) =>
    plan.isGroupExamined(group as number) ? 1 : 0,
  );
  takeWith(state, stage, plan, plan.isExamined, () => {
    keepInSight(state, plan);
    takePeople(state, plan);
    takeRecords(state);
    db.exec(
      `INSERT INTO grp (id, key, name) SELECT id, key, name FROM stage.grp WHERE true
       ON CONFLICT (id) DO UPDATE SET name = excluded.name WHERE name <> excluded.name`,
    );
    const isRead = plan.receipt !== undefined;
    const departing = plan.targets.flatMap((target) => [
      ...(isRead ? whoLeft(state, target) : []),
      ...whoIsBack(state, target),
    ]);
    for (const target of plan.targets) takeTarget(state, plan, target);
    brakeAll(state, plan.leaving ?? [], plan);
    endAgreed(state, plan.agreed ?? [], plan);
    takeReceipt(state, plan);
    takeEnded(state, plan);
    for (const { id, name } of plan.pauses === undefined ? [] : plan.targets)
      pause(state, { id, name }, { ...plan.pauses!, now: plan.now, run: plan.run });
    return departing;
  });
}

/**
 * Takes in of those who leave what becomes of their accounts, in place of whatever was wanted of these. All else stays as it
 * is, and nothing is kept of the read but that the next one has to look at them. Returns their slots; throws as `release`
 * does.
 */
export function releaseFirst(state: State, stage: Stage, plan: FirstRelease): ReadonlySet<number> {
  const leavers = stagedPeople(stage);
  takeWith(
    state,
    stage,
    plan,
    (slot) => leavers.has(slot),
    () => {
      const departing = plan.targets.flatMap((target) => whoLeft(state, target));
      for (const target of plan.targets) takeLeavers(state, plan, target);
      lookAgain(state, leavers, plan.run);
      return departing;
    },
  );
  return leavers;
}

/** Whether somebody who is there was told to be off since the plan found them on. */
function isAnySwitchedOff({ db }: State, { id, stays }: TargetRelease): boolean {
  if (stays === undefined || stays.size === 0) return false;
  const isOn = db.prepare(
    `SELECT 1 FROM account WHERE target = :target AND person = :person AND type = 'User' AND resource ->> 'active' IS NOT 0
     AND NOT EXISTS (SELECT 1 FROM operation WHERE operation.target = :target AND operation.person = :person AND state = 'leased')`,
  );
  return [...stays].some((slot) => isOn.get({ target: id, person: slot + 1 }) === undefined);
}

/** If they are back with the very record that they had before, nothing else would tell the next plan of it. */
function lookAgain(state: State, slots: Iterable<number>, run: number): void {
  const ledger = loadLedger(state);
  for (const slot of slots) {
    ledger.setRecord(slot, noRecord);
    ledger.setVersion(slot, run);
  }
  takeLedger(state, ledger);
}

/** Does it in one transaction, in which `stage` and, in SQL, `examined_` are at hand; what it returns goes into the trail. */
function takeWith(
  state: State,
  stage: Stage,
  plan: Omit<FirstRelease, 'receipt'> & Pick<Release, 'receipt'>,
  isExamined: Release['isExamined'],
  take: () => readonly Omit<AuditEvent, 'at' | 'run'>[],
): void {
  const { db } = state;
  stage.commit();
  db.prepare('ATTACH ? AS stage').run(stage.path);
  try {
    db.function('examined_', { deterministic: true }, (person: unknown) =>
      isExamined((person as number) - 1) ? 1 : 0,
    );
    db.transaction(() => {
      if (generation(state) !== plan.generation) throw new OvertakenError();
      if (plan.targets.some((target) => target.lent !== undefined && hasMoved(state, target, target.lent)))
        throw new OvertakenError();
      if (plan.targets.some((target) => isAnySwitchedOff(state, target))) throw new OvertakenError();
      voidPlans(state);
      // Whom the plan did not know to be offboarded, it knows nothing of that counts any more.
      db.exec('CREATE TEMP TABLE IF NOT EXISTS offboarded (person INTEGER PRIMARY KEY)');
      db.exec('DELETE FROM offboarded');
      for (const person of offboardedPeople(state))
        db.prepare('INSERT INTO offboarded VALUES (?)').run(person);
      const departing = take();
      const actor = actorOf(state, plan.run);
      const { now: at, run } = plan;
      audit(state, [
        ...plan.targets.flatMap((target) => eventsOf(plan, target, actor)),
        ...departing.map((event) => ({ at, run, ...event })),
      ]);
    }).immediate();
  } finally {
    db.exec('DETACH stage');
  }
}

/**
 * What was held is replaced, also of people whom this plan did not look at, since its read missed them. The next run
 * has to look at those: nothing else would tell it that something was wanted of them.
 */
function keepInSight({ db }: State, plan: Release): void {
  const missed = db
    .prepare(
      `SELECT person FROM operation WHERE target = ? AND state = 'held' AND person IS NOT NULL AND examined_(person) = 0`,
    )
    .pluck();
  for (const target of plan.targets)
    for (const person of missed.all(target.id) as number[]) plan.ledger.setVersion(person - 1, plan.run);
}

function takePeople(state: State, plan: Release): void {
  const { db } = state;
  const renamed = 'id IN (SELECT slot + 1 FROM stage.person WHERE renamed = 1)';
  // In two steps, because one takes the key that another gives up.
  db.exec(`UPDATE person SET key = char(0) || id WHERE ${renamed}`);
  db.exec(
    `UPDATE person SET key = (SELECT key FROM stage.person WHERE slot = person.id - 1) WHERE ${renamed}`,
  );
  db.exec(
    'INSERT INTO person (id, key) SELECT slot + 1, key FROM stage.person WHERE renamed = 0 ORDER BY slot',
  );
  const rekeyed = db
    .prepare('SELECT former AS old, key AS now FROM stage.person WHERE former IS NOT NULL ORDER BY key')
    .all() as readonly Rekeyed[];
  renameReferences(state, rekeyed);
  for (const { old, now } of rekeyed) rekeyOffboarding(state, old, now);
  audit(
    state,
    rekeyed.map(({ old, now }) => ({
      at: plan.now,
      run: plan.run,
      key: now,
      event: 'person.rekeyed',
      detail: { old, new: now, actor: 'previousKey' },
    })),
  );
  // Whoever is set apart is judged at each run, and most often stays what they were.
  takeLedger(state, plan.ledger);
}

function takeLedger({ db }: State, ledger: Ledger): void {
  const write = db.prepare(
    'INSERT INTO ledger VALUES (?, ?) ON CONFLICT DO UPDATE SET data = excluded.data WHERE data <> excluded.data',
  );
  for (const { page, data } of ledger.dirtyPages()) write.run(page, data);
}

/** What somebody's record was staged as last is what is kept. */
function takeRecords({ db }: State): void {
  db.exec(
    `INSERT INTO record (person, place, fields, part) SELECT slot + 1, place, fields, part FROM stage.record WHERE true
     ON CONFLICT DO UPDATE SET place = excluded.place, fields = excluded.fields, part = excluded.part
     WHERE fields IS NOT excluded.fields OR place IS NOT excluded.place OR part IS NOT excluded.part`,
  );
}

/** Of a staged operation. What is held keeps its place in the order of a plan, which its checksum is made of. */
const isHeld = 'op.kind IN (SELECT kind FROM held_kind) AND NOT ord.let_through';

function takeTarget(state: State, plan: Release, target: TargetRelease): void {
  const { db } = state;
  const { id, index } = target;
  const isFirst = plan.isAsked === true && goesFirst(state, target.index);
  goOn(db, plan, target, isFirst);
  holdBack(db, target);
  // Whoever a plan is not about goes on waiting for its approval. What is taken back is let through by itself: no plan of the
  // source has those rows.
  const isBeside = plan.isPartial && plan.pauses === undefined;
  const replaced = isBeside ? '' : plan.isPartial ? 'SELECT kind FROM held_kind' : 'kind';
  db.prepare(
    `DELETE FROM operation WHERE target = ? AND state <> 'leased'
     AND coalesce(person, 0) NOT IN (SELECT person FROM offboarded)
     AND (CASE WHEN member IS NOT NULL THEN ? WHEN person IS NULL THEN group_examined_(grp) ELSE examined_(person) END = 1 OR (state = 'held' AND kind IN (${replaced}))
       OR person IN (SELECT slot + 1 FROM stage.rejection)) AND id NOT IN (SELECT id FROM going_on)`,
  ).run(id, plan.isNestingExamined ? 1 : 0);
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

/** Nothing is said of memberships here: what an earlier plan released of them goes on until the next one judges it. */
function takeLeavers(state: State, plan: FirstRelease, target: TargetRelease): void {
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
  for (const { kind, count } of openKinds(target))
    db.prepare('INSERT INTO released VALUES (?, ?, ?, ?, ?, ?)').run(
      target.id,
      kind,
      plan.now,
      count,
      approved.has(kind) ? 1 : 0,
      target.linked,
    );
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
