import { RollcallError, canonical } from '../model/index.ts';
import type { Candidate, Remote } from '../model/index.ts';
import { inOurWords, takenOver } from '../planning/drift.ts';
import { targetRow } from '../store/accounts.ts';
import { FLAG } from '../store/ledger.ts';
import { knownOf, rebuildTarget } from '../store/rebuild.ts';
import type { FoundAccount } from '../store/rebuild.ts';
import { currentRun } from '../store/runs.ts';
import { Placed, hasOtherExternalIds } from '../store/stage/placed.ts';
import { unlinked } from '../store/stage/situations.ts';
import { openState, stateError } from '../store/state.ts';
import type { State } from '../store/state.ts';
import { build, chosenTargets } from './build.ts';
import type { Engine } from './build.ts';
import { slotOfKey } from './keys.ts';
import { lockTargets } from './locks.ts';
import { fingerprintOf } from './moved.ts';
import { SEEN } from './people.ts';
import { isContradicted } from './repair.ts';
import type { Run, TargetRun } from './run.ts';
import { settleUnlinked } from './unlinked.ts';

export interface Rebuilt {
  readonly run: Run;
  readonly runId: number;
  /** Accounts that are linked now: of people who are in the source, and of others, who leave with the next sync. */
  readonly present: number;
  readonly absent: number;
  /** Accounts of which nobody knows whose they are; each is a situation in the stage, with its reason. */
  readonly unplaced: number;
  /** Why nobody can say whether all were listed, where the target does not tell how many there are, or leaves some out. */
  readonly unproved?: string;
}

/**
 * Makes what the state knows of a target anew, from the target: an account is that of the person whose key its externalId
 * is, also where the source does not have that person any more. Nothing is sent that writes, and nothing is kept unless
 * all of it is. Throws where the list is not whole, or where the state knows accounts of the target already.
 */
export async function rebuild<T>(
  engine: Engine,
  name: string,
  who: { readonly command: string; readonly actor: string },
  use: (rebuilt: Rebuilt) => Promise<T>,
): Promise<T> {
  const { configuration, clock } = engine;
  const [chosen] = chosenTargets(configuration, [name]);
  const state = openState(configuration.state, true);
  const releases: (() => void)[] = [];
  let run: Run | undefined;
  const remote = engine.openTarget(chosen!);
  try {
    releases.push(...lockTargets(state, [chosen!], who.command, clock.now()).releases);
    refuseKnown(state, name, chosen!.renamedFrom);
    const as = { version: currentRun(state) + 1, isKept: false, reconciles: true };
    run = await build(engine, state, [chosen!], as, new Map([[name, remote]]));
    const target = run.targets[0]!;
    refuseUnseen(target);
    const placed = placeAll(run, target);
    const counts = { present: 0, absent: 0 };
    const runId = rebuildTarget(
      state,
      {
        name,
        ...(chosen!.renamedFrom !== undefined && { renamedFrom: chosen!.renamedFrom }),
        fingerprint: fingerprintOf(chosen!),
        ...who,
        now: clock.now(),
      },
      foundAccounts(run, target, placed, counts),
    );
    const why = whyUnplaced(run, target, placed);
    settleUnlinked(run, target, target.stock!, { isPlaced: (id) => placed.keyOf(id) !== undefined, why });
    const unplaced = ['adoptable', 'disputed', 'orphan', 'protected'] as const;
    return await use({
      run,
      runId,
      ...counts,
      unplaced: unplaced.reduce((sum, one) => sum + (target.stock!.counts.get(one) ?? 0), 0),
      ...whyUnproved(target),
    });
  } catch (error) {
    throw stateError(error, state);
  } finally {
    remote.close();
    for (const release of releases) release();
    run?.stage.close();
    state.close();
  }
}

function refuseKnown(state: State, name: string, renamedFrom: string | undefined): void {
  const id = targetRow(state, name, renamedFrom)?.id ?? 0;
  const { linked, inDoubt } = knownOf(state, id);
  if (linked > 0)
    throw new RollcallError('usage', {
      message: `the state knows ${linked} account${linked === 1 ? '' : 's'} of ${name}: rebuild is for a state that knows none`,
      hint: `rollcall reconcile ${name} --repair puts right what differs; a state that is not to be trusted is moved aside first`,
    });
  if (inDoubt > 0)
    throw new RollcallError('usage', {
      message: `of ${inDoubt} request${inDoubt === 1 ? '' : 's'} to ${name} the answer is not known yet`,
      hint: `rollcall sync ${name} finds out what became of them`,
    });
}

const hint = 'the state is as it was; run again when the target lists all it has';

function refuseUnseen({ failure, stock, configuration: { name } }: TargetRun): void {
  if (failure !== undefined) throw new RollcallError(failure.code, { message: failure.message, hint });
  if (!isContradicted(stock!)) return;
  const why = stock!.listing?.reason ?? 'it ended early';
  throw new RollcallError('protocol', { message: `the list of ${name} is not complete: ${why}`, hint });
}

function whyUnproved({ stock, configuration: { profile } }: TargetRun): Pick<Rebuilt, 'unproved'> {
  const { complete, reason = 'it cannot be proved' } = stock!.listing!;
  if (!complete) return { unproved: reason };
  return profile.list.provesAbsence ? {} : { unproved: `a list of ${profile.title} may leave people out` };
}

/** Finds out of each account whose it is. */
function placeAll(run: Run, target: TargetRun): Placed {
  const placed = new Placed(run.stage);
  const isKey = !hasOtherExternalIds(run.stage, target.index);
  for (const { remote, candidates } of unlinked(run.stage, target.index)) {
    const key = keyFor(run, remote, candidates, isKey);
    if (key !== undefined) placed.put(remote.id, key);
  }
  placed.dropShared();
  return placed;
}

/** By the externalId alone: a name that fits is for a person to decide (rules 10 and 11). */
function keyFor(
  run: Run,
  { externalId }: Remote,
  candidates: readonly Candidate[],
  isKey: boolean,
): string | undefined {
  if (externalId === undefined || externalId === '' || externalId !== externalId.trim()) return undefined;
  const exact = candidates.filter(({ by }) => by === 'externalId');
  if (exact.length === 1) return exact[0]!.key;
  if (exact.length > 1) return undefined;
  return isKey || isPerson(run, externalId) ? externalId.normalize('NFC') : undefined;
}

function isPerson(run: Run, key: string): boolean {
  const slot = slotOfKey(run, key);
  return slot >= 0 && (run.people.ledger.flags(slot) & FLAG.named) === 0;
}

function whyUnplaced(run: Run, target: TargetRun, placed: Placed): (remote: Remote) => string {
  const isKey = !hasOtherExternalIds(run.stage, target.index);
  return ({ externalId }) => {
    if (externalId === undefined || externalId === '') return 'it has no externalId';
    const rivals = placed.rivalsFor(externalId.normalize('NFC'));
    if (rivals > 1) return `${rivals} accounts have this externalId`;
    return isKey
      ? 'its externalId is no key'
      : 'its externalId is nobody’s in the source, and keys are no externalIds here';
  };
}

function* foundAccounts(
  run: Run,
  { index, configuration: { profile, drift } }: TargetRun,
  placed: Placed,
  counts: { present: number; absent: number },
): Generator<FoundAccount> {
  const { people } = run;
  for (const { remote } of unlinked(run.stage, index)) {
    const key = placed.keyOf(remote.id);
    if (key === undefined) continue;
    const slot = slotOfKey(run, key);
    if (slot >= 0 && people.seen.get(slot) !== SEEN.no) counts.present++;
    else counts.absent++;
    const shown = inOurWords(remote, (id) => placed.keyOf(id));
    yield { key, remoteId: remote.id, resource: canonical(takenOver(remote, shown, profile, drift)) };
  }
}
