import { RollcallError } from '../model/index.ts';
import { askedOf, columnsOf, keepingOf } from '../configuration/columns.ts';
import type { Configuration, Failure, Receipt, Source, TargetConfiguration } from '../model/index.ts';
import { observed } from '../delivery/observed.ts';
import { createPace } from '../delivery/pace.ts';
import type { Pace } from '../delivery/pace.ts';
import { guardSource } from '../planning/guard.ts';
import type { Exchanged, ScimTarget } from '../scim/target.ts';
import { unasked } from '../scim/unasked.ts';
import {
  AccountReader,
  acceptedReceipt,
  inDoubt,
  restless,
  targetRow,
  unfinished,
} from '../store/accounts.ts';
import { headOf } from '../store/audit.ts';
import { FLAG } from '../store/ledger.ts';
import { personOf } from '../store/links.ts';
import { scratchError } from '../store/scratch.ts';
import { rejectionsOf } from '../store/stage/remarks.ts';
import { loadLedger, markOf } from '../store/state.ts';
import type { State } from '../store/state.ts';
import { inFiles } from '../store/store.ts';
import type { Store } from '../store/store.ts';
import { gather } from './gather.ts';
import { takeAsBefore } from './delta.ts';
import { targetGroups } from './groups.ts';
import { RunGroups } from './target-groups.ts';
import { Heirs } from './heirs.ts';
import { fingerprintOf, movedFrom, recognise } from './moved.ts';
import { Offboarded } from './offboarded-people.ts';
import { People } from './people.ts';
import type { Clock, Run, Sealed, TargetRun } from './run.ts';
import { seal } from './seal.ts';
import { leaveOutUnaccepted } from './unaccepted.ts';
import { Slots } from './slots.ts';
import type { Whom } from './whom.ts';
import { newStock } from './inventory.ts';
import { settle, takeAbsencesBack, takeRecordsBack } from './settle.ts';

/** What the engine is given from outside: nothing in it looks at a clock, the environment or the network by itself. */
export interface Engine {
  readonly configuration: Configuration;
  /** For whom a run is meant; for everybody, where it is not said. */
  readonly whom?: Whom;
  readonly clock: Clock;
  /**
   * Opens the source; what is kept of people's records is asked of the state. With `mark`, which a former read has left
   * behind, it may give what changed since then alone.
   */
  openSource(state: State, mark?: string): Source;
  /** Opens a target; one of them per run. `watch` is told of each exchange with it. */
  openTarget(target: TargetConfiguration, watch?: (exchanged: Exchanged) => void): ScimTarget;
  /** Where a sync keeps what it keeps; in files, where it is not said. */
  readonly store?: Store;
}

/** The targets that are meant, all of them where none is named. */
export function chosenTargets(
  configuration: Configuration,
  names: readonly string[],
): readonly TargetConfiguration[] {
  const unknown = names.filter((name) => !configuration.targets.some((target) => target.name === name));
  if (unknown.length > 0)
    throw new RollcallError('usage', {
      message: `there is no target ${unknown.map((name) => `"${name}"`).join(', ')} in ${configuration.file}`,
      hint: `the targets are ${configuration.targets.map((target) => target.name).join(', ')}`,
    });
  return names.length === 0
    ? configuration.targets
    : configuration.targets.filter((target) => names.includes(target.name));
}

/** What a run is built for. */
export interface Purpose {
  readonly version: number;
  readonly isKept: boolean;
  readonly reconciles?: boolean;
  /** By name, targets that are not to be asked anything: why. */
  readonly shut?: ReadonlyMap<string, Failure>;
  /** How many questions about those who are new somebody who leaves may wait for; for all of them, where it is not said. */
  readonly leaversWaitFor?: number;
  /** It is to be of those who leave alone, or no plan. */
  readonly isHurried?: boolean;
  /** Called when everybody is known, before a target is asked. */
  readonly onRead?: Run['onRead'];
  /** Whether the answers were there in time; they always are, where it is not said. */
  readonly isInTime?: Run['isInTime'];
  /** By slot, who is being switched off by the plan before. */
  readonly leavers?: ReadonlySet<number>;
  /** Whether a target is asked no more about those who are new. */
  readonly asksNoMore?: Run['asksNoMore'];
  /** The names of targets that somebody else delivers to. */
  readonly lent?: ReadonlySet<string>;
  /** By name, where somebody else goes on with the same pace afterwards. */
  readonly paces?: ReadonlyMap<string, Pace>;
}

/** Makes the plan of each target in a stage. Nothing is written to the state, and nothing is sent that writes. */
export type Build = (
  engine: Engine,
  state: State,
  targets: readonly TargetConfiguration[],
  as: Purpose,
  remotes: ReadonlyMap<string, ScimTarget>,
) => Promise<Run>;

/** Reads the source, and plans what differs. */
export const build: Build = async (engine, state, targets, as, remotes) => {
  const run = openRun(engine, state, targets, as, remotes);
  return filled(run, async () => {
    const receipt = await gather(run);
    run.receipt = receipt;
    run.isWhole = receipt.complete && run.unknownKeys === 0;
    if (receipt.isDelta === true) {
      takeAsBefore(run);
      leaveOutUnaccepted(run);
    }
    // Who is renumbered is settled only by a read that breaks no limit; how many are rejected is known after that.
    judgeSource(run, receipt);
    await settle(run, receipt);
    if (run.givenUp !== undefined) return;
    run.people.letIn();
    judgeSource(run, receipt);
    run.frozen = countFrozen(run);
    run.missed = countMissed(run);
    await sealAll(run);
    const holding = run.targets.filter(({ sealed }) => isReadHeld(sealed!)).length;
    const isHeld = holding > 0 && holding === run.targets.length;
    if (holding > 0) takeAbsencesBack(run, !isHeld);
    // What a delta says, no later read may say again: a leaver in it must not be forgotten.
    if (isHeld && receipt.isDelta !== true) takeRecordsBack(run);
  });
};

/** The run when all was put into its stage; where that fails, the stage is gone. */
export async function filled(run: Run, fill: () => Promise<void>): Promise<Run> {
  try {
    await fill();
    return run;
  } catch (error) {
    run.stage.close();
    // Of the state, a plan only reads.
    throw scratchError(error);
  }
}

export async function sealAll(run: Run): Promise<void> {
  for (const target of run.targets) {
    await recognise(target);
    target.sealed = seal(run, target);
  }
}

/** A run in which nobody was met yet. */
export function openRun(
  engine: Engine,
  state: State,
  targets: readonly TargetConfiguration[],
  as: Purpose,
  remotes: ReadonlyMap<string, ScimTarget>,
  undoes?: Run['undoes'],
): Run {
  const { configuration, clock, store = inFiles } = engine;
  const stage = store.openStage();
  try {
    const ledger = loadLedger(state);
    const now = clock.now();
    const alone = engine.whom?.only && new Set(engine.whom.only);
    const people = new People(
      ledger,
      { ...as, cursor: cursorOf(state, targets), toldCursor: toldCursorOf(state, targets) },
      restless(state, ledger.size),
    );
    // Another configuration is for everybody, and whoever asks about the source alone asks about all of it.
    const mark = targets.length > 0 && people.hasPlanned ? markOf(state) : undefined;
    const run: Run = {
      configuration,
      clock,
      state,
      stage,
      source: engine.openSource(state, mark),
      columns: columnsOf(configuration),
      asked: askedOf(configuration),
      offboarded: new Offboarded(state, ledger),
      leaversWaitFor: as.leaversWaitFor ?? Infinity,
      leavers: as.leavers ?? new Set(),
      isHurried: as.isHurried === true,
      onRead: as.onRead ?? (() => Promise.resolve()),
      isInTime: as.isInTime ?? (() => Promise.resolve(true)),
      asksNoMore: (...of) => run.givenUp !== undefined || as.asksNoMore?.(...of) === true,
      ...(engine.whom && { whom: engine.whom }),
      ...(alone && { alone }),
      ...(undoes && { undoes }),
      keeping: keepingOf(configuration),
      pages: [],
      people,
      targets: targets.map((target, index) =>
        targetRun(state, configuration.source.name, target, index, remotes.get(target.name)!, now, as),
      ),
      several: new Set(),
      groups: new RunGroups(state),
      heirs: new Heirs(),
      renumbered: new Map(),
      passwords: new Map(),
      unknownKeys: 0,
      rejected: 0,
      frozen: 0,
      missed: 0,
      isWhole: false,
      bound: new Set(),
      sourceBreaches: [],
    };
    const whose = alone && [...alone].map((key) => personOf(state, key) ?? 0);
    for (const target of run.targets)
      for (const operation of unfinished(state, target.id, whose))
        stage.addEarlier(target.index, operation, operation.restsUntil > now);
    return run;
  } catch (error) {
    stage.close();
    throw scratchError(error);
  }
}

/** The same of those that are told something: a target that is only observed never is. */
function toldCursorOf(state: State, targets: readonly TargetConfiguration[]): number {
  const told = targets.filter(({ mode }) => mode === 'full');
  return told.length === 0 ? -1 : cursorOf(state, told);
}

/** Whether the read as a whole waits for an approval of this target: it was told nothing of it. */
export function isReadHeld({ held }: Sealed): boolean {
  return held.some(({ kind }) => kind === 'source');
}

function judgeSource(run: Run, receipt: Receipt): void {
  const { limits } = run.configuration.source;
  const judge = (accepted?: TargetRun['accepted']) =>
    guardSource(receipt, run.rejected, receipt.isDelta === true ? undefined : accepted, limits);
  for (const target of run.targets) target.sourceBreaches = judge(target.accepted);
  const all = [...judge(), ...run.targets.flatMap((target) => target.sourceBreaches)];
  run.sourceBreaches = [...new Map(all.map((breach) => [breach.message, breach])).values()];
}

/** The oldest cursor of the targets; -1 where one of them has another configuration than at its last plan, or none. */
function cursorOf(state: State, targets: readonly TargetConfiguration[]): number {
  const cursors = targets.map((target) => {
    const row = targetRow(state, target.name, target.renamedFrom);
    return row === undefined || row.digest !== target.digest ? -1 : row.cursor;
  });
  return Math.min(...cursors);
}

function targetRun(
  state: State,
  source: string,
  configuration: TargetConfiguration,
  index: number,
  remote: ScimTarget,
  now: number,
  { reconciles = false, shut, paces, lent }: Purpose,
): TargetRun {
  // Before anything else is read of it.
  const lentSince = lent?.has(configuration.name) === true ? (headOf(state)?.seq ?? 0) : undefined;
  const row = targetRow(state, configuration.name, configuration.renamedFrom);
  const id = row?.id ?? 0;
  const accounts = new AccountReader(state, id, configuration.name);
  const { profile, allow, onLeave, onOutOfScope, deleteAfter, deleteAdopted, createInactive } = configuration;
  const { attributes } = configuration;
  const fingerprint = fingerprintOf(configuration);
  const groups = targetGroups(state, id, configuration);
  const failure = shut?.get(configuration.name);
  const asked = failure === undefined ? remote : unasked(remote, failure);
  const shared = paces?.get(configuration.name);
  // Whoever only asks spends nothing of what is counted over all runs, and keeps to the pace all the same.
  const pace = shared ?? createPace({ ...configuration.pace, budgets: [] });
  const accepted = acceptedReceipt(state, id, source);
  return {
    index,
    id,
    configuration,
    policy: {
      profile,
      allow,
      onLeave,
      onOutOfScope,
      createInactive,
      now,
      ...(attributes && { attributes }),
      ...(deleteAfter && { deleteAfter }),
      ...(deleteAdopted !== undefined && { deleteAdopted }),
    },
    remote: shared === undefined ? observed(asked, pace, () => now, 'planning') : asked,
    pace,
    accounts,
    ...(groups && { groups }),
    staged: new Slots('byte', 0),
    canary: new Set(),
    creates: 0,
    ...(reconciles && { stock: newStock(now) }),
    ...(lentSince !== undefined && { lentSince }),
    inDoubt: inDoubt(state, id),
    stillLeave: new Map(),
    stillStay: new Set(),
    stillCome: new Set(),
    stays: new Set(),
    ...(accepted !== undefined && { accepted }),
    ...(typeof row?.behind === 'number' && { behind: row.behind }),
    sourceBreaches: [],
    ...(failure !== undefined && { outOfReach: failure }),
    fingerprint,
    ...movedFrom(
      state,
      { id, linked: accounts.count, before: row?.fingerprint ?? fingerprint },
      configuration,
      now,
    ),
  };
}

/** People whose record was rejected and who have an account: they are left as they are, and shown. */
export function countFrozen(run: Run): number {
  const frozen = new Set<number>();
  for (const { slot } of rejectionsOf(run.stage)) {
    if (slot === null) continue;
    for (const target of run.targets) {
      if (target.accounts.has(slot)) frozen.add(slot);
    }
  }
  return frozen.size;
}

/** Any of the records without a key may be theirs, so that their accounts are left as they are, too (rule 2). */
function countMissed(run: Run): number {
  if (run.unknownKeys === 0 || run.receipt?.isDelta === true) return 0;
  const { ledger, seen } = run.people;
  let missed = 0;
  for (let slot = 0; slot < ledger.size; slot++)
    if (seen.get(slot) === 0 && (ledger.flags(slot) & (FLAG.gone | FLAG.named)) === 0)
      if (run.targets.some((target) => target.accounts.has(slot))) missed++;
  return missed;
}
