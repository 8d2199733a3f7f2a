import { RollcallError, isMemberKind } from '../model/index.ts';
import type { Kind, Resource } from '../model/index.ts';
import { FLAG } from '../store/ledger.ts';
import { linkOf, operationsOf, personOf } from '../store/links.ts';
import type { Offboarding } from '../store/offboardings.ts';
import type { Step } from '../store/queue/queue.ts';
import { openState } from '../store/state.ts';
import { leftOutOf, rejectionsOf } from '../store/stage/remarks.ts';
import { chosenTargets } from './build.ts';
import type { Engine } from './build.ts';
import type { SyncOptions, TargetResult } from './contract.ts';
import { accountIn, hintFor } from './known-keys.ts';
import { slotOfKey } from './keys.ts';
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
const lookEvery = 500;

/**
 * One person, now, on every target that they are assigned to: a sync that is about this person alone, guarded as any other,
 * and that sends nobody else what waits. Where somebody else delivers to a target it waits for them to end, for as long as
 * it may: what they send was planned from what the source said before. Throws `RollcallError('usage')` for a key that
 * nobody has.
 */
export async function provision(engine: Engine, request: Provision, waiting: Waiting): Promise<Provisioned> {
  const { key } = request;
  const found = new Map<string, TargetProvisioned>();
  let last: Provisioned = { key, standing: 'unread', targets: [] };
  let names = chosenTargets(engine.configuration, request.names).map(({ name }) => name);
  const all = names;
  for (let left = waiting.wait; ; left -= lookEvery) {
    const { provisioned, busy } = await once(engine, { ...request, names }, waiting);
    for (const target of [...(provisioned?.targets ?? []), ...busy]) found.set(target.name, target);
    if (provisioned !== undefined) last = provisioned;
    names = busy.map(({ name }) => name);
    if (names.length === 0 || left < lookEvery || waiting.signal.aborted) break;
    await waiting.sleep(lookEvery, waiting.signal);
  }
  return { ...last, targets: all.flatMap((name) => found.get(name) ?? []) };
}

interface Once {
  /** Absent where all targets were busy. */
  readonly provisioned?: Provisioned;
  readonly busy: readonly TargetProvisioned[];
}

async function once(engine: Engine, { key, ...request }: Provision, waiting: Waiting): Promise<Once> {
  const done = new Map<string, Kind[]>();
  try {
    return await sync(
      { ...engine, whom: { only: [key] } },
      {
        ...waiting,
        ...request,
        only: key,
        onStep: (target, step) => {
          waiting.onStep?.(target, step);
          const kinds = done.get(target) ?? [];
          done.set(target, kinds);
          if (isDoneFor(step, key)) kinds.push(step.operation.kind);
        },
      },
      (run, results, runId): Once => {
        const busy = results.filter(({ error }) => error?.code === 'locked').map(waits);
        const own = results.filter(({ error }) => error?.code !== 'locked');
        return {
          provisioned: {
            key,
            runId,
            ...standingOf(run, key),
            targets: own.map((result) => stands(run, key, result, done.get(result.name) ?? [])),
          },
          busy,
        };
      },
    );
  } catch (error) {
    if (!(error instanceof RollcallError)) throw error;
    const reason = error.message;
    if (error.code === 'locked')
      return { busy: request.names.map((name) => ({ name, state: 'waiting', done: [], reason })) };
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

function standingOf(run: Run, key: string): Pick<Provisioned, 'standing' | 'reason' | 'offboarding'> {
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

function stands(run: Run, key: string, result: TargetResult, done: readonly Kind[]): TargetProvisioned {
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
  if (first !== undefined || result.state === 'failed') {
    const state = first?.state === 'failed' ? 'failed' : 'waiting';
    const reason = result.error?.message ?? first?.error ?? 'not sent yet';
    const what = first === undefined ? '' : `${first.kind}: `;
    return { ...base, state: result.state === 'failed' ? 'failed' : state, reason: `${what}${reason}` };
  }
  return { ...base, ...accountState(run, target, key, done) };
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

function accountState(
  run: Run,
  target: TargetRun,
  key: string,
  done: readonly Kind[],
): Pick<TargetProvisioned, 'state' | 'reason'> {
  const resource: Resource | undefined = accountIn(run.state, target.id, key);
  if (resource === undefined)
    return {
      state: 'none',
      reason: target.configuration.mode === 'full' ? 'not assigned here' : 'only observed',
    };
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
