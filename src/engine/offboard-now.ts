import { TargetError } from '../model/index.ts';
import type { Failure, MatchAttribute, Remote, Resource, TargetConfiguration } from '../model/index.ts';
import { deliverFirst } from '../delivery/deliver.ts';
import { unlessInvited } from '../delivery/doubt.ts';
import { resolveDoubts } from '../delivery/doubts.ts';
import { observed } from '../delivery/observed.ts';
import { notBefore } from '../delivery/pace.ts';
import type { Pace } from '../delivery/pace.ts';
import { PHASE } from '../planning/judge.ts';
import type { ScimTarget } from '../scim/target.ts';
import { ownerOf, targetRow } from '../store/accounts.ts';
import { restOf, spentOf, writeSpent } from '../store/budgets.ts';
import { haltOf } from '../store/halts.ts';
import { personOf } from '../store/links.ts';
import { lastDone, offStanding } from '../store/offboardings.ts';
import type { Offboarding, OffStanding } from '../store/offboardings.ts';
import { endRun } from '../store/runs.ts';
import { openState, stateError } from '../store/state.ts';
import type { State } from '../store/state.ts';
import { inFiles } from '../store/store.ts';
import type { Engine } from './build.ts';
import { Circuits } from './circuit.ts';
import type { Sync, SyncOptions } from './contract.ts';
import { deliverOptions, deliveryOf, settlePace } from './deliver.ts';
import { accountIn } from './known-keys.ts';
import { busyMessage, lockTarget } from './locks.ts';
import { fingerprintOf } from './moved.ts';
import { leftBehind, offboard } from './offboard.ts';
import type { Offboard } from './offboard.ts';
import { openPace } from './sync.ts';

/** How long it is waited for, by what, and who is told of its steps. */
export type Waiting = Pick<SyncOptions, 'signal' | 'wait' | 'sleep' | 'random' | 'onStep'>;

/** An account that could be theirs and is nobody's: it is named, and not touched. */
export interface UnlinkedMatch {
  readonly remoteId: string;
  readonly by: MatchAttribute;
  readonly userName?: string;
  readonly active?: boolean;
}

/** How somebody who is offboarded stands on one target. */
export interface TargetOff {
  readonly name: string;
  /**
   * `off`: the target has confirmed it; `none`: no account is linked; `waiting`: it is still to be confirmed, and why;
   * `protected`, `notAllowed`: it stays on, since it may not be switched off; `unconfigured`: nobody can be told.
   */
  readonly state: 'off' | 'none' | 'waiting' | 'protected' | 'notAllowed' | 'unconfigured';
  /** Milliseconds since 1970. */
  readonly confirmedAt?: number;
  readonly reason?: string;
  readonly matches: readonly UnlinkedMatch[];
  /** Why it could not be asked whether there are other accounts. */
  readonly unasked?: string;
}

export interface OffEverywhere {
  readonly offboarding: Offboarding;
  readonly runId: number;
  readonly targets: readonly TargetOff[];
}

/**
 * Somebody is off everywhere, now: writes it down, switches them off first of all where nobody else delivers, and elsewhere
 * waits until whoever does has done it. Says of each target what it has confirmed, and which accounts could be theirs beside.
 */
export async function offboardNow(
  engine: Engine,
  request: Offboard,
  waiting: Waiting,
): Promise<OffEverywhere> {
  const { configuration, clock } = engine;
  const state = openState(configuration.state, request.isUnknownMeant === true);
  try {
    const { offboarding, runId } = offboard(state, configuration, request, clock.now());
    const before = new Map(
      configuration.targets.map((target) => {
        const id = targetRow(state, target.name, target.renamedFrom)?.id ?? 0;
        return [target.name, accountIn(state, id, request.key)] as const;
      }),
    );
    const known = [...before.values()].find((resource) => resource !== undefined);
    const targets = await Promise.all(
      configuration.targets.map((target) =>
        new Switching(engine, state, { offboarding, runId, request, waiting, target }).run(
          before.get(target.name) ?? known,
        ),
      ),
    );
    const lost = leftBehind(state, configuration, request.key).map((name): TargetOff => {
      const reason = 'the configuration does not name this target any more: switch the account off there';
      return { name, state: 'unconfigured', reason, matches: [] };
    });
    const all = [...targets, ...lost];
    const outcome = { targets: all.map(({ name, state: outcome }) => ({ name, state: outcome })) };
    endRun(state, runId, outcome, clock.now());
    return { offboarding, runId, targets: all };
  } catch (error) {
    throw stateError(error, state);
  } finally {
    state.close();
  }
}

interface Ordered {
  readonly offboarding: Offboarding;
  readonly runId: number;
  readonly request: Offboard;
  readonly waiting: Waiting;
  readonly target: TargetConfiguration;
}

/** Milliseconds between two looks at what somebody else does. */
const lookEvery = 250;

/** One target, from the first look to the last. */
class Switching {
  readonly #engine: Engine;
  readonly #state: State;
  readonly #ordered: Ordered;
  readonly #id: number;
  readonly #since: number;
  readonly #remote: ScimTarget;
  /** The same, for questions: what is kept for those who leave is for switching them off. */
  readonly #asked: ScimTarget;
  readonly #pace: Pace;
  #left: number;
  /** Why nothing can be sent now. */
  #failure: Failure | undefined;

  constructor(engine: Engine, state: State, ordered: Ordered) {
    const { target, waiting } = ordered;
    this.#engine = engine;
    this.#state = state;
    this.#ordered = ordered;
    this.#since = engine.clock.now();
    this.#left = waiting.wait;
    this.#id = targetRow(state, target.name, target.renamedFrom)?.id ?? 0;
    this.#pace = openPace(engine, waiting, target.pace, {
      isSlow: haltOf(state, this.#id) !== undefined,
      spent: spentOf(state, this.#id),
      restUntil: restOf(state, this.#id),
    });
    const now = (): number => engine.clock.now();
    const opened = engine.openTarget(target, ({ limit }) => limit && this.#pace.heed(limit));
    this.#remote = observed(opened, this.#pace, now);
    this.#asked = observed(opened, this.#pace, now, 'planning');
  }

  /** `resource` is what an account of theirs holds, by which others are looked for. */
  async run(resource: Resource | undefined): Promise<TargetOff> {
    const { name } = this.#ordered.target;
    try {
      const hadAccount = this.#standing().account !== undefined;
      const settled = await this.#settle(hadAccount);
      return { name, ...settled, ...(await this.#lookUp(resource)) };
    } finally {
      if (this.#id !== 0) writeSpent(this.#state, this.#id, this.#pace.budgets.unsaved());
      this.#remote.close();
    }
  }

  #standing(): OffStanding {
    return offStanding(this.#state, this.#ordered.offboarding, this.#id);
  }

  async #settle(hadAccount: boolean): Promise<Pick<TargetOff, 'state' | 'confirmedAt' | 'reason'>> {
    const { target, waiting } = this.#ordered;
    for (;;) {
      const standing = this.#standing();
      const settled = this.#settled(standing, hadAccount);
      if (settled !== undefined) return settled;
      const obstacle = this.#obstacle();
      if (obstacle !== undefined) return { state: 'waiting', reason: obstacle };
      const now = this.#engine.clock.now();
      const lock = lockTarget(this.#state, target, this.#ordered.request.command, now, inFiles.lock);
      let reason: string;
      let pause = lookEvery;
      if (lock.held) {
        try {
          await this.#deliver();
        } finally {
          lock.release();
        }
        const after = this.#standing();
        const done = this.#settled(after, hadAccount);
        if (done !== undefined) return done;
        reason = this.#whyWaiting(after);
        const { open } = after;
        const isLater = this.#failure === undefined && (open?.state === 'open' || open?.state === 'leased');
        if (!isLater) return { state: 'waiting', reason };
        pause = Math.max(1000, (open.runAt ?? 0) - this.#engine.clock.now(), this.#pace.freeIn(true));
      } else reason = `${busyMessage(target.name, lock.holder)}, which switches them off first`;
      if (waiting.signal.aborted || this.#left < pause) return { state: 'waiting', reason };
      this.#left -= pause;
      await waiting.sleep(pause, waiting.signal);
    }
  }

  /** What is final of it; undefined as long as something is on its way. */
  #settled(
    { account, open, isSpared, isTold }: OffStanding,
    hadAccount: boolean,
  ): Pick<TargetOff, 'state' | 'confirmedAt' | 'reason'> | undefined {
    if (open?.state === 'leased') return undefined;
    const { key } = this.#ordered.offboarding;
    if (account === undefined) {
      const confirmedAt = lastDone(this.#state, key, this.#ordered.target.name, this.#since);
      return hadAccount && confirmedAt !== undefined ? { state: 'off', confirmedAt } : { state: 'none' };
    }
    if (!account.isOn) return { state: 'off', confirmedAt: account.confirmedAt };
    if (isSpared)
      return {
        state: 'protected',
        reason: `the account is protected, and stays on; rollcall offboard ${key} --protected switches it off`,
      };
    if (isTold) return undefined;
    const isObserved = this.#ordered.target.mode !== 'full';
    const why = isObserved ? 'nothing is sent to it (mode: observe)' : '`allow` does not name deactivate';
    return { state: 'notAllowed', reason: `${why}: switch the account off there` };
  }

  /** Why nothing may be sent there at all: another service may be there. */
  #obstacle(): string | undefined {
    const row = targetRow(this.#state, this.#ordered.target.name, this.#ordered.target.renamedFrom);
    if (row === undefined || row.fingerprint === fingerprintOf(this.#ordered.target)) return undefined;
    return 'the base URL is another than that of the accounts which the state holds; rollcall sync settles that';
  }

  #whyWaiting({ account, open }: OffStanding): string {
    if (this.#failure !== undefined) return `halted: ${this.#failure.message}`;
    if (open?.code === 'invited' || (account?.isInvited && open?.state === 'waiting'))
      return 'the invitation is open: tried at each run, and off as soon as it is accepted';
    if (open?.state === 'leased') return `in doubt: ${open.error ?? 'a request was sent, and has no answer'}`;
    const free = this.#pace.freeIn(true);
    if (free > 0) return notBefore(this.#engine.clock.now() + free);
    return open?.error ?? 'not sent yet';
  }

  /** With the lock, nothing is on its way but what nobody will answer any more. */
  async #deliver(): Promise<void> {
    const { target, runId, request, waiting } = this.#ordered;
    const { command, actor, key } = request;
    const state = this.#state;
    const options: SyncOptions = {
      names: [target.name],
      command,
      actor,
      ...waiting,
      wait: 0,
      only: key,
      newPassword: () => '',
    };
    const sync: Sync = {
      engine: this.#engine,
      options,
      state,
      begun: this.#engine.clock.now(),
      targets: [target],
      lent: [],
      remotes: new Map([[target.name, this.#remote]]),
      asked: new Map([[target.name, this.#asked]]),
      paces: new Map([[target.name, this.#pace]]),
      circuits: new Circuits(state, this.#engine.clock, new Map()),
      counts: new Map([[target.name, {}]]),
    };
    const mayRepeat = unlessInvited(target.profile);
    const known = { password: () => undefined, stillLeaves: () => true, mayRepeat };
    const delivery = deliveryOf(sync, target, runId, known);
    if (delivery === undefined) return;
    const how = deliverOptions(sync, target);
    const person = personOf(state, key);
    if (person !== undefined && this.#standing().open?.state === 'leased') {
      // A create may not be found before the target's own delay is over, for which there is time.
      const { failure } = await resolveDoubts(
        delivery,
        { ...how, until: how.until + this.#left },
        { person },
      );
      this.#failure = failure;
      if (failure !== undefined) return;
    }
    // Of this person alone, and with what they leave behind in groups.
    this.#failure = await deliverFirst(delivery, how, PHASE.memberRemove);
    settlePace(sync, this.#id, target.name);
  }

  /** Why nothing can be asked within the time that there is. */
  #spent(): string | undefined {
    const free = this.#pace.freeIn(false);
    return free > this.#left ? notBefore(this.#engine.clock.now() + free) : undefined;
  }

  async #lookUp(resource: Resource = {}): Promise<Pick<TargetOff, 'matches' | 'unasked'>> {
    // Another address may be another service, which is not told who is looked for (rule 9).
    const unasked = this.#obstacle() ?? this.#failure?.message ?? this.#spent();
    if (unasked !== undefined) return { matches: [], unasked };
    const { target, offboarding } = this.#ordered;
    const found = new Map<string, UnlinkedMatch>();
    try {
      for (const attribute of target.profile.users.match) {
        for (const value of valuesOf(attribute, resource, offboarding.key)) {
          const all = await this.#pace.run(() => this.#asked.find(attribute, value));
          for (const one of all)
            if (!found.has(one.id) && ownerOf(this.#state, this.#id, one.id) === undefined)
              found.set(one.id, matchOf(one, attribute));
        }
      }
      return { matches: [...found.values()] };
    } catch (error) {
      if (!(error instanceof TargetError)) throw error;
      return { matches: [...found.values()], unasked: error.failure.message };
    }
  }
}

function matchOf({ id, userName, active }: Remote, by: MatchAttribute): UnlinkedMatch {
  return {
    remoteId: id,
    by,
    ...(userName !== undefined && { userName }),
    ...(active !== undefined && { active }),
  };
}

/** By what accounts are looked for: the key is their externalId unless the configuration says otherwise (rule 8). */
function valuesOf(attribute: MatchAttribute, resource: Resource, key: string): readonly string[] {
  if (attribute === 'emails.value') {
    const emails = resource['emails'];
    if (!Array.isArray(emails)) return [];
    return (emails as { value?: unknown }[]).flatMap(({ value }) =>
      typeof value === 'string' ? [value] : [],
    );
  }
  const value = resource[attribute];
  if (typeof value === 'string') return [value];
  return attribute === 'externalId' ? [key] : [];
}
