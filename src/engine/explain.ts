import { EvaluationError, RollcallError } from '../model/index.ts';
import type {
  AttributeChange,
  Held,
  Identity,
  Keeping,
  Resource,
  Scope,
  Source,
  TargetConfiguration,
  Template,
} from '../model/index.ts';
import { keepingOf } from '../configuration/columns.ts';
import { diff } from '../planning/diff.ts';
import { recordKey } from '../planning/map.ts';
import { nearest } from '../model/nearest.ts';
import { accessPage } from '../store/access.ts';
import type { Access } from '../store/access.ts';
import { deletionAt } from '../planning/judge.ts';
import { keptOf } from '../store/kept.ts';
import { FLAG } from '../store/ledger.ts';
import { personOf } from '../store/links.ts';
import { currentRun } from '../store/runs.ts';
import { openReader } from '../store/state.ts';
import type { State } from '../store/state.ts';
import type { OperationRow } from '../store/stage/operation.ts';
import { sealedOperations } from '../store/stage/order.ts';
import { leftOutOf, notesOf } from '../store/stage/remarks.ts';
import { haltOf } from '../store/halts.ts';
import type { Halt } from '../store/halts.ts';
import { lastAnswers, leftOutIn, openOf, rejectedIn, resourceIn } from '../store/story.ts';
import type { OpenOperation } from '../store/story.ts';
import type { TrailRow } from '../store/trail/rows.ts';
import { build, chosenTargets } from './build.ts';
import type { Engine } from './build.ts';
import { caseOf } from './gather.ts';
import { keptRecord } from './kept.ts';
import { slotOfKey } from './keys.ts';
import { namedHint, nearHint } from './known-keys.ts';
import { offlineTarget } from './offline.ts';
import { SEEN } from './people.ts';
import type { Run, TargetRun } from './run.ts';
import { trialsOfKey } from './trial.ts';
import type { Tried } from './trial.ts';

/** All that is known of one person, from the record to the last answer. */
export interface Explained {
  readonly key: string;
  readonly run: Run;
  /** Why the source could not be read: then it is what the state keeps of the last record that was accepted. */
  readonly unread?: RollcallError;
  readonly records: readonly Tried[];
  /** What the record stands for, where it is not rejected. */
  readonly identity?: Identity;
  /** In no record, of a read that proves it, or by an earlier one. */
  readonly isAbsent: boolean;
  /** Since when the record is rejected, by the last run that said so. */
  readonly rejectedSince?: number;
  readonly targets: readonly ExplainedTarget[];
}

export interface ExplainedTarget {
  readonly target: TargetRun;
  readonly name: string;
  readonly mode: 'full' | 'observe';
  readonly halted?: Halt;
  /** What `assign` says of the person: `true`, `false`, or why it says nothing. */
  readonly assigned?: { readonly expression?: string; readonly result: boolean | string };
  readonly standing?: 'present' | 'left' | 'outOfScope';
  /** What the target shall hold, and how that differs from the identity: what it cannot hold, and what its own `map` says. */
  readonly desired?: Resource;
  readonly bent: readonly AttributeChange[];
  readonly missing: readonly string[];
  readonly access?: Access;
  /** From when on the account, which is off, is deleted. */
  readonly deletedAfter?: number;
  readonly confirmed?: Resource;
  /** What the next sync would do for them, by the source and the state as they are now. */
  readonly planned: readonly OperationRow[];
  /** What of that would be held, and what is held of an earlier plan. */
  readonly held: readonly Held[];
  readonly leftOut?: { readonly rule: string; readonly reason: string; readonly since?: number };
  readonly notes: readonly { readonly rule: string; readonly text: string }[];
  readonly open: readonly OpenOperation[];
  /** The last of what was asked of it, newest first. */
  readonly last: readonly TrailRow[];
}

const mostAnswers = 3;

/**
 * Follows one person from the source to the last answer of each target, and connects to none: the source is read, a plan
 * is made as the next sync would make it, and nothing is written. Where the source cannot be read, the record that is kept
 * takes its place. Throws `RollcallError('notFound')` for a key that nobody has, with those that are near.
 */
export async function explain<T>(
  engine: Engine,
  key: string,
  names: readonly string[],
  use: (explained: Explained) => Promise<T> | T,
): Promise<T> {
  const targets = chosenTargets(engine.configuration, names).map(unhurried);
  const state = openReader(engine.configuration.state);
  let run: Run | undefined;
  try {
    const { unread, ...made } = await planned(engine, state, targets, key);
    run = made.run;
    const records = await trialsOfKey(run, key);
    if (records.length === 0 && !isKnown(state, key)) throw await unknown(run, key, unread);
    return await use(explained(run, key, records, unread));
  } finally {
    run?.stage.close();
    state.close();
  }
}

/** Nobody is asked, so that nobody has to be spared. */
function unhurried(target: TargetConfiguration): TargetConfiguration {
  return { ...target, pace: { concurrency: 64 } };
}

async function planned(
  engine: Engine,
  state: State,
  targets: readonly TargetConfiguration[],
  key: string,
): Promise<{ readonly run: Run; readonly unread?: RollcallError }> {
  const remotes = new Map(targets.map(({ name }) => [name, offlineTarget(name)]));
  const as = { version: currentRun(state) + 1, isKept: false };
  const { whom: _, ...all } = engine;
  try {
    // Everybody, and not what changed: whoever is asked about may not be in that.
    return {
      run: await build(
        { ...all, openSource: (known) => engine.openSource(known) },
        state,
        targets,
        as,
        remotes,
      ),
    };
  } catch (error) {
    if (!(error instanceof RollcallError) || error.code === 'state' || error.code === 'internal') throw error;
    const keeping = keepingOf(engine.configuration);
    const openSource = (): Source => keptSource(state, engine.openSource(state), key, keeping);
    return { run: await build({ ...all, openSource }, state, targets, as, remotes), unread: error };
  }
}

/** The record that is kept of somebody, as a source of which nothing more is known. */
function keptSource(state: State, { name, file }: Source, key: string, keeping: Keeping): Source {
  return {
    name,
    file,
    read: async function* () {
      const record = keptRecord(keptOf(state, key), keeping);
      yield record === undefined ? [] : [{ ...record, keyedBy: always(key) }];
      const reasons = ['the source was not read'];
      return { source: name, file, count: 1, sha256: '', complete: false, reasons, isDelta: true };
    },
  };
}

/** Whose record it is, is known; what makes their key of it need not be kept. */
function always(key: string): Template {
  return { text: key, locus: {}, columns: [], readsClock: false, variables: [], evaluate: () => key };
}

function isKnown(state: State, key: string): boolean {
  return personOf(state, key) !== undefined;
}

async function unknown(run: Run, key: string, unread: RollcallError | undefined): Promise<RollcallError> {
  const { state, source } = run;
  const hint =
    namedHint(state, key) ??
    nearHint(state, key, await nearestInSource(run, key)) ??
    'a key is written as `source.key` of the configuration makes it: rollcall check --offline --sample 5 shows some';
  const where =
    unread === undefined
      ? 'no record and no account has'
      : 'the source cannot be read, and the state knows nobody with';
  return new RollcallError('notFound', {
    message: `${where} the key ${JSON.stringify(key)}`,
    locus: { file: source.file },
    hint,
  });
}

async function nearestInSource(
  { source, columns, asked, configuration }: Run,
  key: string,
): Promise<readonly string[]> {
  let best: readonly string[] = [];
  const reading = source.read(columns, asked);
  for (;;) {
    const step = await reading.next();
    if (step.done) return best;
    const keys = step.value.map((record) => recordKey(configuration.mapping, record));
    const found = nearest(key, [...best, ...keys.filter((one) => typeof one === 'string')]);
    if (found !== undefined) best = [found];
  }
}

function explained(
  run: Run,
  key: string,
  records: readonly Tried[],
  unread: RollcallError | undefined,
): Explained {
  const good = records.filter(({ refusal }) => refusal === undefined);
  const chosen = good.find(({ identity }) => identity?.active === true) ?? good[0];
  const slot = slotOfKey(run, key);
  const { people, state } = run;
  const isGone = slot >= 0 && (people.ledger.flags(slot) & FLAG.gone) !== 0;
  const person = personOf(state, key);
  const rejected = person === undefined ? undefined : rejectedIn(state, person);
  return {
    key,
    run,
    ...(unread && { unread }),
    records,
    ...(chosen?.identity && { identity: chosen.identity }),
    isAbsent: records.length === 0 && (isGone || (unread === undefined && people.seen.get(slot) === SEEN.no)),
    ...(rejected && { rejectedSince: rejected.since }),
    targets: run.targets
      .map((target) => explainTarget(run, target, { key, slot, person, chosen }))
      // That a read which was none is incomplete says nothing of the person.
      .map((one) =>
        unread === undefined ? one : { ...one, held: one.held.filter(({ kind }) => kind !== 'source') },
      ),
  };
}

interface Somebody {
  readonly key: string;
  readonly slot: number;
  /** Their id in the state. */
  readonly person: number | undefined;
  readonly chosen: Tried | undefined;
}

function explainTarget(
  run: Run,
  target: TargetRun,
  { key, slot, person, chosen }: Somebody,
): ExplainedTarget {
  const { state, stage } = run;
  const { configuration, id, index, sealed } = target;
  const { name, mode } = configuration;
  const own = [...sealedOperations(stage, index)].filter((row) => row.key === key && row.slot === slot);
  const open = person === undefined ? [] : openOf(state, id, person);
  const kinds = new Set(
    [...own, ...open.filter((one) => one.state === 'held')].map(({ kind }) => kind as Held['kind']),
  );
  const leftOut =
    [...leftOutOf(stage, index)].find((one) => one.slot === slot) ??
    (person === undefined || people(run, slot) ? undefined : leftOutIn(state, id, person));
  const known = person === undefined ? undefined : resourceIn(state, id, person);
  const [access] = accessPage(state, { target: id, name, key }, { after: '', most: 1 });
  const halted = haltOf(state, id);
  const deletedAfter = deletionOfGone(run, target, { key, slot, person, chosen });
  return {
    target,
    name,
    mode,
    ...(halted && { halted }),
    ...(deletedAfter !== undefined && { deletedAfter }),
    ...seen(run, target, slot, chosen),
    ...(access && { access }),
    ...(known !== undefined && { confirmed: JSON.parse(known) as Resource }),
    planned: own,
    held: sealed!.held.filter(({ kind }) => kind === 'source' || kind === 'target' || kinds.has(kind)),
    ...(leftOut && { leftOut }),
    notes: [...notesOf(stage, index)].filter((one) => one.slot === slot),
    open,
    last: lastAnswers(state, key, name, mostAnswers),
  };
}

/** Whether this plan judged the person, so that what the last one said of them is over. */
function people({ people: { examined } }: Run, slot: number): boolean {
  return examined.get(slot) === 1;
}

type Seen = Pick<ExplainedTarget, 'assigned' | 'standing' | 'desired' | 'bent' | 'missing' | 'deletedAfter'>;

/** When the account is deleted of whom no record says anything any more. */
function deletionOfGone(run: Run, target: TargetRun, { key, slot }: Somebody): number | undefined {
  if (slot < 0 || (run.people.ledger.flags(slot) & FLAG.gone) === 0) return undefined;
  const account = target.accounts.of(slot, key);
  return deletionAt({ standing: 'left', isProtected: false, ...(account && { account }) }, target.policy);
}

/** Assignment and adaptation, as planning makes them. */
function seen(run: Run, target: TargetRun, slot: number, chosen: Tried | undefined): Seen {
  const nothing = { bent: [], missing: [] };
  if (chosen?.identity === undefined) return nothing;
  const { identity, scope } = chosen;
  const assigned = assignment(target, scope);
  try {
    const found = caseOf(run, target, slot, identity, scope, undefined);
    if (found === undefined) return { ...nothing, assigned };
    const { standing, desired, missing = [] } = found;
    const { active: _, ...rest } = desired ?? {};
    const bent = desired === undefined ? [] : diff(identity.attributes, rest);
    const deletedAfter = deletionAt(found, target.policy);
    return {
      assigned,
      standing,
      ...(desired && { desired }),
      bent,
      missing,
      ...(deletedAfter !== undefined && { deletedAfter }),
    };
  } catch (error) {
    if (error instanceof EvaluationError) return { ...nothing, assigned };
    throw error;
  }
}

function assignment({ configuration }: TargetRun, scope: Scope): NonNullable<Seen['assigned']> {
  const { assign } = configuration.mapping;
  if (assign === undefined) return { result: true };
  try {
    return { expression: assign.text, result: assign.evaluate(scope) === true };
  } catch (error) {
    if (error instanceof EvaluationError) return { expression: assign.text, result: error.message };
    throw error;
  }
}
