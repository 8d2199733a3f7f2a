import { RollcallError } from '../model/index.ts';
import { hasMoved } from './asked.ts';
import { audit } from './audit.ts';
import { pause } from './pauses.ts';
import { endAgreed } from './offboard.ts';
import { brakeAll } from './brake.ts';
import { offboardedPeople, rekeyOffboarding } from './offboardings.ts';
import { renameReferences } from './references.ts';
import type { Rekeyed } from './references.ts';
import { generation, voidPlans } from './generation.ts';
import { noRecord } from './ledger.ts';
import type { Ledger } from './ledger.ts';
import { whoIsBack, whoLeft } from './departures.ts';
import type { Departed } from './departures.ts';
import { takeEnded, takeReceipt } from './receipts.ts';
import { eventsOf } from './release-events.ts';
import type { FirstRelease, Release, TargetRelease } from './release-plan.ts';
import { takeLeavers, takeTarget } from './release-target.ts';
import { actorOf } from './runs.ts';
import { stagedPeople } from './stage/amend.ts';
import type { Stage } from './stage/stage.ts';
import { loadLedger } from './state.ts';
import type { State } from './state.ts';

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
    const departing = plan.receipt === undefined ? [] : departures(state, plan);
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
      const departing = departures(state, plan, true);
      for (const target of plan.targets) takeLeavers(state, plan, target);
      lookAgain(state, leavers, plan);
      return departing;
    },
  );
  return leavers;
}

/** Whoever is back is looked for first: of whom is new among those who leave, it is known that they are not. */
function departures(
  state: State,
  { targets, run, first = run }: Pick<Release, 'targets' | 'run' | 'first'>,
  alone = false,
): readonly Departed[] {
  return targets.flatMap((target) => {
    const back = whoIsBack(state, target, first, alone);
    return [...whoLeft(state, target, first), ...back];
  });
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

/**
 * If they are back with the very record that they had before, nothing else would tell the next plan of it. Of whom changes
 * say nothing, what is kept says that they leave.
 */
function lookAgain(
  state: State,
  slots: Iterable<number>,
  { run, receipt }: Pick<FirstRelease, 'run' | 'receipt'>,
): void {
  const ledger = loadLedger(state);
  const isTold = state.db.prepare('SELECT 1 FROM stage.record WHERE slot = ?');
  for (const slot of slots) {
    if (receipt.isDelta !== true || isTold.get(slot) !== undefined) ledger.setRecord(slot, noRecord);
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
  take: () => readonly Departed[],
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
  takeLedger(state, plan.ledger);
}

function takeLedger({ db }: State, ledger: Ledger): void {
  // Whoever is set apart is judged at each run, and most often stays what they were.
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
