import PQueue from 'p-queue';
import { TargetError } from '../model/index.ts';
import type { PaceRules, RequestKind } from '../model/index.ts';
import type { LimitSeen } from '../scim/rate-limit.ts';
import type { Spent } from '../store/budgets.ts';
import { Budgets, reserveOf } from './budgets.ts';
import { afterwards, concurrencyOf, fullShare, slowStart } from './share.ts';
import type { Event } from './share.ts';
import { Turns } from './turns.ts';

/**
 * Starts no more at a time, in a second, an hour or a day than a target bears, and nothing while it rests. One for each
 * target, whoever asks it. It paces and decides nothing (law 9).
 */
export interface Pace {
  /** At present: never more than what the target is said to bear. */
  readonly concurrency: number;
  readonly budgets: Budgets;
  /**
   * Runs a task when it may start. One that would have to wait for long, for a rest to end or for a budget, is not run:
   * then it throws `TargetError` with when to come back. What was found to be free before is `checked`, and goes on; what is
   * `first` goes before all that waits for a place.
   */
  run<T>(task: () => Promise<T>, checked?: 'checked' | 'first'): Promise<T>;
  /** Resolves when fewer than `concurrency` tasks are waiting or running. */
  room(): Promise<void>;
  /**
   * How many more can start now; for those who leave a part of each budget is kept. Where others have all places, it is one
   * that is to be the `first`.
   */
  free(isLeaving?: boolean, first?: 'first'): number;
  /** Milliseconds until the next can start, as far as the rate is concerned, and as far as rests and budgets are. */
  turnIn(): number;
  freeIn(isLeaving: boolean): number;
  /** Nothing is started before that time; those who leave may be told apart. */
  rest(until: number, whom: 'others' | 'leaving'): void;
  restUntil(isLeaving: boolean): number;
  /** What the target says of its limit: nothing but those who leave is sent when it runs out, and nobody when it has. */
  heed(limit: LimitSeen): void;
  /** A person has resumed the target. */
  endRests(): void;
  idle(): Promise<void>;
  /** Resolves when a request of these kinds may go out. */
  turn(kinds: readonly RequestKind[]): Promise<void>;
  /** A request went out; and what became of it. */
  ask(what: 'reads' | 'writes'): void;
  learn(event: Event): void;
}

export interface Clockwork {
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** For whoever only keeps distances. */
const stopwatch: Clockwork = {
  now: () => performance.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

export interface PaceStart {
  /** Begins with one at a time, since the target was halted. */
  readonly isSlow?: boolean;
  /** By earlier runs. */
  readonly spent?: readonly Spent[];
  readonly restUntil?: number;
}

const readKinds: ReadonlySet<RequestKind> = new Set(['reads', 'read', 'readGroup']);

/** Milliseconds that a question waits for its turn before it is given up for this run. */
const longestWait = 60_000;

export function createPace(
  rules: PaceRules,
  { now, sleep }: Clockwork = stopwatch,
  { isSlow = false, spent, restUntil = 0 }: PaceStart = {},
): Pace {
  const { concurrency: ceiling, perSecond } = rules;
  let share = isSlow ? slowStart(ceiling, now()) : fullShare(now());
  const queue = new PQueue({ concurrency: concurrencyOf(share, ceiling) });
  const turns = perSecond === undefined ? undefined : new Turns(perSecond);
  const rates = (rules.rates ?? []).map(({ of, perSecond: rate }) => ({ of, turns: new Turns(rate) }));
  // What is leased is a write, of a kind that is not known before: the next one, nearly always, is of the last one's.
  const ofWrites = rates.filter(({ of }) => !readKinds.has(of)).map((rate) => rate.turns);
  const slow = (): void =>
    [...rates.map((rate) => rate.turns), turns].forEach((one) => one?.slow(share.value));
  slow();
  const budgets = new Budgets(rules, spent);
  const rests = { others: restUntil, leaving: 0 };

  const restOf = (isLeaving: boolean): number => (isLeaving ? rests.leaving : rests.others);
  const freeIn = (isLeaving: boolean): number =>
    Math.max(restOf(isLeaving), budgets.freeAt(isLeaving, now())) - now();
  const turnIn = (): number =>
    Math.max(0, Math.max(turns?.at() ?? 0, ...ofWrites.map((one) => one.at())) - now());

  const allowed = async (): Promise<void> => {
    for (let wait = freeIn(false); wait > 0; wait = freeIn(false)) {
      if (wait > longestWait) throw notNow(now() + wait, wait);
      await sleep(wait);
    }
  };
  const turn = async (own: readonly Turns[]): Promise<void> => {
    if (own.length === 0) return;
    const from = now();
    const at = Math.max(from, ...own.map((one) => one.at()));
    for (const one of own) one.take(at);
    if (at > from) await sleep(at - from);
  };

  return {
    get concurrency() {
      return queue.concurrency;
    },
    budgets,
    run: (task, checked) =>
      queue.add(
        async () => {
          if (checked === undefined) await allowed();
          await turn(turns === undefined ? [] : [turns]);
          return task();
        },
        { priority: checked === 'first' ? 1 : 0 },
      ),
    room: () => queue.onSizeLessThan(1),
    free: (isLeaving = false, first = undefined) => {
      if (restOf(isLeaving) > now()) return 0;
      const places = Math.max(0, queue.concurrency - queue.pending - queue.size);
      const starts = [turns, ...ofWrites].map((one) => one?.left(now()) ?? Infinity);
      const open = Math.min(places, ...starts);
      return Math.min(first === undefined ? open : Math.max(1, open), budgets.left(isLeaving, now()));
    },
    turnIn,
    freeIn: (isLeaving) => Math.max(0, freeIn(isLeaving)),
    rest: (until, whom) => {
      rests[whom] = Math.max(rests[whom], until);
    },
    restUntil: restOf,
    heed: ({ remaining, limit = 0, resetAt }) => {
      const left = remaining - Math.max(0, queue.pending - 1);
      if (left <= reserveOf(limit, rules.reserve)) rests.others = Math.max(rests.others, resetAt);
      if (remaining <= 0) rests.leaving = Math.max(rests.leaving, resetAt);
    },
    endRests: () => {
      rests.others = 0;
      rests.leaving = 0;
    },
    idle: () => queue.onIdle(),
    turn: (kinds) => turn(rates.filter(({ of }) => kinds.includes(of)).map((rate) => rate.turns)),
    ask: (what) => budgets.ask(what, now()),
    learn: (event) => {
      share = afterwards(share, event, ceiling, now());
      const concurrency = concurrencyOf(share, ceiling);
      if (concurrency !== queue.concurrency) queue.concurrency = concurrency;
      slow();
    },
  };
}

function notNow(at: number, wait: number): TargetError {
  const message = `what may be asked of it is used up, or it rests, until ${new Date(at).toISOString()}`;
  return new TargetError({ class: 'transient', code: 'rate', message, retryAfter: wait });
}
