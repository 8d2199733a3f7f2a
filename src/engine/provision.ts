import { RollcallError, isMemberKind } from '../model/index.ts';
import type { Kind, Resource } from '../model/index.ts';
import { FLAG } from '../store/ledger.ts';
import { linkOf, operationsOf, personOf } from '../store/links.ts';
import type { Offboarding } from '../store/offboardings.ts';
import type { Step } from '../store/queue/queue.ts';
import { headOf } from '../store/audit.ts';
import { holderOf, holds } from '../store/locks.ts';
import { kindsDoneSince, standingOf } from '../store/standing.ts';
import { openState, withState } from '../store/state.ts';
import { leftOutOf, rejectionsOf } from '../store/stage/remarks.ts';
import { chosenTargets } from './build.ts';
import type { Engine } from './build.ts';
import type { SyncOptions, TargetResult } from './contract.ts';
import { accountIn, hintFor } from './known-keys.ts';
import { slotOfKey } from './keys.ts';
import { senderMessage } from './locks.ts';
import { fileOf } from './places.ts';
import type { Run, TargetRun } from './run.ts';
import { sync } from './sync.ts';

/** Who is to be provisioned, on these targets or on all, and who asks for it. */
export interface Provision {
  readonly key: string;
  readonly names: readonly string[];
  readonly command: string;
  readonly actor: string;
}

type Waiting = Pick<SyncOptions, 'signal' | 'wait' | 'sleep' | 'random' | 'newPassword' | 'onStep'>;

/** How somebody stands on one target after it. */
export interface TargetProvisioned {
  readonly name: string;
  /**
   * `on`: has an account that is on; `invited`: the target has sent an invitation; `off`: has one that is off; `none`: has
   * none, and is to have none; `held`: a limit or a person holds it; `waiting`, `failed`: and why.
   */
  readonly state: 'on' | 'invited' | 'off' | 'none' | 'held' | 'waiting' | 'failed';
  /** What was carried out by this. */
  readonly done: readonly Kind[];
  readonly reason?: string;
}

/** How somebody stands in the source, as it was read for this. */
export interface Provisioned {
  readonly key: string;
  /** None where somebody else delivered to all targets all the time. */
  readonly runId?: number;
  readonly standing: 'active' | 'left' | 'rejected' | 'offboarded' | 'unread';
  readonly reason?: string;
  readonly offboarding?: Offboarding;
  readonly targets: readonly TargetProvisioned[];
}

/** Milliseconds between two looks at a target to which somebody else delivers. */
const lookEvery = 250;

/**
 * One person, now, on every target that they are assigned to: a sync that is about this person alone, guarded as any other,
 * and that sends nobody else what waits. Where somebody else delivers to a target, whoever does sends what was planned before
 * what waits for its turn (rule 26), and it is looked at for as long as this may wait. Throws `RollcallError('usage')` for a
 * key that nobody has.
 */
export async function provision(engine: Engine, request: Provision, waiting: Waiting): Promise<Provisioned> {
  const { key } = request;
  const found = new Map<string, TargetProvisioned>();
  let last: Provisioned = { key, standing: 'unread', targets: [] };
  let names: readonly string[] = chosenTargets(engine.configuration, request.names).map(({ name }) => name);
  const all = names;
  for (let left = waiting.wait; ;) {
    const { provisioned, busy, seq } = await once(engine, { ...request, names }, waiting);
    for (const target of [...busy, ...(provisioned?.targets ?? [])]) found.set(target.name, target);
    if (provisioned !== undefined) last = provisioned;
    names = busy.map(({ name }) => name).filter((name) => found.get(name)!.state === 'waiting');
    let isFree = false;
    while (names.length > 0 && !isFree && left >= lookEvery && !waiting.signal.aborted) {
      left -= lookEvery;
      await waiting.sleep(lookEvery, waiting.signal);
      const looked = await lookAt(engine, { key, names, runId: provisioned?.runId, seq });
      for (const target of looked.settled) found.set(target.name, target);
      names = looked.open;
      isFree = looked.isFree;
    }
    if (!isFree) break;
  }
  return { ...last, targets: all.flatMap((name) => found.get(name) ?? []) };
}

interface Looking {
  readonly key: string;
  readonly names: readonly string[];
  /** That has planned for them; none where that could not be. */
  readonly runId: number | undefined;
  /** Of the trail, before that. */
  readonly seq: number;
}

/** How it stands where somebody else delivers; `isFree` where they have ended, or who was on the way there is so no more. */
function lookAt(
  { configuration }: Engine,
  { key, names, runId, seq }: Looking,
): Promise<{
  readonly settled: readonly TargetProvisioned[];
  readonly open: readonly string[];
  readonly isFree: boolean;
}> {
  return withState(configuration.state, false, (state) => {
    const settled: TargetProvisioned[] = [];
    const open: string[] = [];
    let isFree = false;
    for (const target of configuration.targets.filter(({ name }) => names.includes(name))) {
      const { name } = target;
      const { state: is, ...why } =
        runId === undefined ? { state: 'pending' as const } : standingOf(state, target, key, runId);
      if (is !== 'pending' && is !== 'leftOut') {
        settled.push({
          name,
          state: is === 'active' ? 'on' : is,
          done: kindsDoneSince(state, name, key, seq),
          ...why,
        });
        continue;
      }
      open.push(name);
      isFree ||= is === 'leftOut' || holds(state, name) === undefined;
    }
    return { settled, open, isFree };
  });
}

interface Once {
  /** Absent where nothing could be planned for any target, since others have locked them. */
  readonly provisioned?: Provisioned;
  /** Those that somebody else delivers to. */
  readonly busy: readonly TargetProvisioned[];
  readonly seq: number;
}

async function once(engine: Engine, { key, ...request }: Provision, waiting: Waiting): Promise<Once> {
  const done = new Map<string, Kind[]>();
  let seq = 0;
  try {
    return await sync(
      { ...engine, whom: { only: [key] } },
      {
        ...waiting,
        ...request,
        only: key,
        isAsked: true,
        onPlan: ({ state }) => {
          seq = headOf(state)?.seq ?? 0;
        },
        onStep: (target, step) => {
          waiting.onStep?.(target, step);
          const kinds = done.get(target) ?? [];
          done.set(target, kinds);
          if (isDoneFor(step, key)) kinds.push(step.operation.kind);
        },
      },
      (run, results, runId): Once => {
        const standing = standingIn(run, key);
        const isPlanned = ({ name }: TargetResult): boolean =>
          run.targets.some(({ configuration }) => configuration.name === name);
        return {
          provisioned: {
            key,
            runId,
            ...standing,
            targets: results.filter(isPlanned).map((result) => {
              const { name, error } = result;
              const byOthers = error?.code === 'locked' ? kindsDoneSince(run.state, name, key, seq) : [];
              return stands(run, key, result, [...(done.get(name) ?? []), ...byOthers], standing.standing);
            }),
          },
          busy: results.filter(({ error }) => error?.code === 'locked').map(waits),
          seq,
        };
      },
    );
  } catch (error) {
    if (!(error instanceof RollcallError)) throw error;
    const reason = error.message;
    if (error.code === 'locked')
      return { busy: request.names.map((name) => ({ name, state: 'waiting', done: [], reason })), seq };
    throw error.code === 'usage' && error.message === `nobody has the key ${key}`
      ? unknown(engine, key)
      : error;
  }
}

function waits({ name, error }: TargetResult): TargetProvisioned {
  return { name, state: 'waiting', done: [], ...(error && { reason: error.message }) };
}

function unknown({ configuration }: Engine, key: string): RollcallError {
  const state = openState(configuration.state, false);
  try {
    const hint = hintFor(state, key) ?? 'the source has no record with this key, and never had one';
    return new RollcallError('usage', { message: `nobody has the key ${key}`, hint });
  } finally {
    state.close();
  }
}

function isDoneFor(step: Step, key: string): boolean {
  if (step.kind !== 'members') return step.kind === 'done' && step.operation.key === key;
  return step.outcomes.some(({ member, become }) => become === 'done' && member.key === key);
}

function standingIn(run: Run, key: string): Pick<Provisioned, 'standing' | 'reason' | 'offboarding'> {
  const slot = slotOfKey(run, key);
  const flags = run.people.ledger.flags(slot);
  for (const { slot: other, page, line, rule, reason } of rejectionsOf(run.stage))
    if (other === slot) {
      const where = `${fileOf(run, page)}:${line}`;
      return { standing: 'rejected', reason: `${where}: ${rule}: ${reason}` };
    }
  const offboarding = run.offboarded.of(slot, key);
  if (offboarding !== undefined) return { standing: 'offboarded', offboarding };
  if ((flags & FLAG.named) !== 0)
    throw new RollcallError('usage', {
      message: `nobody has the key ${key}`,
      hint: 'it is named as a manager, and no record has it',
    });
  if ((flags & FLAG.missed) !== 0)
    return { standing: 'left', reason: 'in no record of this read; nobody gets an account by that' };
  if ((flags & FLAG.gone) !== 0) return { standing: 'left', reason: 'no longer in the source' };
  return (flags & FLAG.active) === 0
    ? { standing: 'left', reason: 'not active in the source' }
    : { standing: 'active' };
}

function stands(
  run: Run,
  key: string,
  result: TargetResult,
  done: readonly Kind[],
  standing: Provisioned['standing'],
): TargetProvisioned {
  const { name } = result;
  const target = run.targets.find(({ configuration }) => configuration.name === name)!;
  const slot = slotOfKey(run, key);
  const base = { name, done: [...new Set(done)] };
  for (const one of leftOutOf(run.stage, target.index))
    if (one.slot === slot) return { ...base, state: 'waiting', reason: `${one.rule}: ${one.reason}` };
  const open = operationsOf(run.state, target.id, personOf(run.state, key) ?? 0);
  const held = open.find(({ state }) => state === 'held');
  if (held !== undefined) return { ...base, state: 'held', reason: heldReason(result, held.kind) };
  const source = result.held.find(({ kind }) => kind === 'source' || kind === 'target');
  if (source !== undefined) return { ...base, state: 'held', reason: heldReason(result, source.kind) };
  // The account counts: a group that has to wait keeps nobody from signing in.
  const [first] = [...open].sort((one, other) => rank(one.kind) - rank(other.kind));
  if (first !== undefined && result.error?.code === 'locked')
    return {
      ...base,
      state: 'waiting',
      reason: `${first.kind}: ${senderMessage(name, holderOf(run.state, name))}`,
    };
  if (first !== undefined || (result.state === 'failed' && result.error?.code !== 'locked')) {
    const state = first?.state === 'failed' ? 'failed' : 'waiting';
    const reason = result.error?.message ?? first?.error ?? 'not sent yet';
    const what = first === undefined ? '' : `${first.kind}: `;
    return { ...base, state: result.state === 'failed' ? 'failed' : state, reason: `${what}${reason}` };
  }
  return { ...base, ...accountState(run, target, key, done, standing) };
}

function rank(kind: string): number {
  return isMemberKind(kind as Kind) ? 1 : 0;
}

function heldReason({ held }: TargetResult, kind: string): string {
  const one = held.find((other) => other.kind === kind);
  if (one === undefined) return `${kind} is held since an earlier plan`;
  const why = one.breaches.map(({ message }) => message).join('; ');
  return `${kind} is held: ${why} (checksum ${one.checksum.slice(0, 16)})`;
}

function noneReason({ configuration }: TargetRun, standing: Provisioned['standing']): string {
  if (standing === 'rejected') return 'no account, and none is made of a record that is rejected';
  return configuration.mode === 'full' ? 'not assigned here' : 'only observed';
}

function accountState(
  run: Run,
  target: TargetRun,
  key: string,
  done: readonly Kind[],
  standing: Provisioned['standing'],
): Pick<TargetProvisioned, 'state' | 'reason'> {
  const resource: Resource | undefined = accountIn(run.state, target.id, key);
  if (resource === undefined) return { state: 'none', reason: noneReason(target, standing) };
  if (resource['active'] === false) return { state: 'off' };
  const { invites } = target.configuration.profile.create;
  const isOpen = linkOf(run.state, target.id, personOf(run.state, key) ?? 0)?.state === 'invited';
  if (isOpen || (invites && done.includes('create')))
    return {
      state: 'invited',
      reason: 'the target sends the invitation itself, and the account is there when it is accepted',
    };
  return { state: 'on' };
}
