import PQueue from 'p-queue';
import { TargetError } from '../model/index.ts';
import type { PaceRules, RequestKind } from '../model/index.ts';
import type { LimitSeen } from '../scim/rate-limit.ts';
import type { Spent } from '../store/budgets.ts';
import { Budgets, reserveOf } from './budgets.ts';
import type { Following } from './budgets.ts';
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
   * Runs a task when it has a place. What was found to be free before is `checked`: nobody else is promised what its first
   * request takes. What is `first` is so too, and goes before all that waits for a place: where others have all of them, one at
   * a time goes beside them, since what those ask may let itself be waited for.
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
  /**
   * Resolves when a request of these kinds may go out, and counts it. Whoever delivers has looked before, and has the next
   * turn. A question of `planning` takes what is left over: neither what is kept for those who leave, nor a turn that whoever
   * delivers could have. Where it would have to wait for long, for a rest to end or for a budget, this throws `TargetError`
   * with when to come back.
   */
  ask(what: 'reads' | 'writes', kinds: readonly RequestKind[], whom: Asker): Promise<void>;
  /**
   * Why nothing is to be asked by planning now, if so many requests shall follow: what it is asked for could not be sent in
   * the same run, and the next one would ask the same.
   */
  refusal(following: Following): TargetError | undefined;
  /** What became of a request. */
  learn(event: Event): void;
}

export type Asker = 'delivery' | 'planning';

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
  const { concurrency: ceiling, perSecond, burst } = rules;
  let share = isSlow ? slowStart(ceiling, now()) : fullShare(now());
  const queue = new PQueue({ concurrency: concurrencyOf(share, ceiling) });
  const turns = perSecond === undefined ? [] : [new Turns(perSecond, burst)];
  const rates = (rules.rates ?? []).map(({ of, perSecond: rate }) => ({ of, turns: new Turns(rate) }));
  // What is leased is a write, of a kind that is not known before: the next one, nearly always, is of the last one's.
  const ofWrites = [...turns, ...rates.filter(({ of }) => !readKinds.has(of)).map((rate) => rate.turns)];
  const slow = (): void =>
    [...turns, ...rates.map((rate) => rate.turns)].forEach((one) => one.slow(share.value));
  slow();
  const budgets = new Budgets(rules, spent);
  const rests = { others: restUntil, leaving: 0 };
  /** Whether one runs that has no place, beside those that have. */
  let isBeside = false;
  /** Of those that were checked: how many run, and how many of these have asked nothing yet, as far as can be told. */
  const checkedOnes = { running: 0, silent: 0 };

  const restOf = (isLeaving: boolean): number => (isLeaving ? rests.leaving : rests.others);
  const freeIn = (isLeaving: boolean, following?: Following): number =>
    Math.max(restOf(isLeaving), budgets.freeAt(isLeaving, now(), following)) - now();
  const refusal = (following?: Following): TargetError | undefined => {
    const free = freeIn(false, following);
    return free > longestWait ? notNow(now() + free, free) : undefined;
  };
  const turnOf = (own: readonly Turns[], from: number): number =>
    own.reduce((at, one) => Math.max(at, one.at()), from);
  /** Until a question may be asked; whoever delivers has looked at rests and budgets before. */
  const waitOf = (own: readonly Turns[], whom: Asker): number => {
    const from = now();
    const turn = turnOf(own, from) - from;
    if (whom === 'delivery') return turn;
    const refused = refusal();
    if (refused !== undefined) throw refused;
    return Math.max(turn, freeIn(false));
  };

  return {
    get concurrency() {
      return queue.concurrency;
    },
    budgets,
    run: async (task, checked) => {
      if (checked === undefined) return queue.add(task);
      const counted = async (): Promise<Awaited<ReturnType<typeof task>>> => {
        checkedOnes.running++;
        checkedOnes.silent++;
        try {
          return await task();
        } finally {
          checkedOnes.running--;
          checkedOnes.silent = Math.min(checkedOnes.silent, checkedOnes.running);
        }
      };
      const isFull = queue.size + queue.pending >= queue.concurrency;
      if (checked === 'checked' || !isFull || isBeside)
        return queue.add(counted, { priority: checked === 'first' ? 1 : 0 });
      isBeside = true;
      try {
        return await counted();
      } finally {
        isBeside = false;
      }
    },
    room: () => queue.onSizeLessThan(1),
    free: (isLeaving = false, first = undefined) => {
      if (restOf(isLeaving) > now()) return 0;
      const places = Math.max(0, queue.concurrency - queue.pending - queue.size);
      const starts = Math.min(Infinity, ...ofWrites.map((one) => one.left(now())));
      const open = Math.max(0, Math.min(places, starts - checkedOnes.silent));
      const left = Math.max(0, budgets.left(isLeaving, now()) - checkedOnes.silent);
      return Math.min(first === undefined || isBeside ? open : Math.max(1, open), left);
    },
    turnIn: () => Math.max(0, turnOf(ofWrites, 0) - now()),
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
    ask: async (what, kinds, whom) => {
      const own = [
        ...turns,
        ...rates.filter(({ of }) => of === what || kinds.includes(of)).map((rate) => rate.turns),
      ];
      let wait = waitOf(own, whom);
      // Whoever delivers has the next turn from now on; others take one when it is there, and nobody looks in between.
      for (; wait > 0 && whom !== 'delivery'; wait = waitOf(own, whom)) await sleep(wait);
      for (const one of own) one.take(now() + wait);
      if (wait > 0) await sleep(wait);
      budgets.ask(what, now());
      if (whom === 'delivery') checkedOnes.silent = Math.max(0, checkedOnes.silent - 1);
    },
    refusal,
    learn: (event) => {
      share = afterwards(share, event, ceiling, now());
      const concurrency = concurrencyOf(share, ceiling);
      if (concurrency !== queue.concurrency) queue.concurrency = concurrency;
      slow();
    },
  };
}

function notNow(at: number, wait: number): TargetError {
  return new TargetError({ class: 'transient', code: 'rate', message: notBefore(at), retryAfter: wait });
}

/** Why nothing is asked, in words. */
export function notBefore(at: number): string {
  return `what may be asked of it is used up, or it rests, until ${new Date(at).toISOString()}`;
}
