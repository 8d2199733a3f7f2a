import { Budgets } from '../delivery/budgets.ts';
import type { Budget, PaceRules, RequestKind } from '../model/index.ts';
import type { Spent } from '../store/budgets.ts';

/** A request is taken to last this long where the target's rate says nothing. */
const assumedSeconds = 0.25;
const lengths: Readonly<Record<Budget['per'], number>> = { minute: 60, hour: 3600, day: 86_400 };

export type Kinds = Readonly<Partial<Record<RequestKind, number>>>;

/** What else decides when a plan is through. Times are milliseconds since 1970. */
export interface Course {
  readonly now: number;
  /** How many of the requests create somebody. */
  readonly creates?: number;
  /** How many requests there are of a kind. */
  readonly kinds?: Kinds;
  readonly spent?: readonly Spent[];
  /** Nothing is sent before: the target rests, or is halted. */
  readonly notBefore?: number;
}

/**
 * Seconds that so many requests take at a target's own pace and out of what its budgets have left, rounded up. Budgets of
 * a group's members are left out: whom they hold up is known only when they are sent.
 */
export function etaSeconds(requests: number, pace: PaceRules, course: Course = { now: 0 }): number {
  if (requests === 0) return 0;
  const { now, creates = 0, kinds = {}, spent, notBefore = 0 } = course;
  const byHand = (requests * assumedSeconds) / pace.concurrency;
  const byRate = pace.perSecond === undefined ? 0 : requests / pace.perSecond;
  const budgets = new Budgets(pace, spent).views(now);
  const byBudgets = budgets.map((view) => {
    const wanted =
      view.of === 'create' ? creates : view.of === 'requests' || view.of === 'writes' ? requests : 0;
    const over = wanted - view.left;
    if (over <= 0) return 0;
    const windows = Math.ceil(over / (view.count - view.reserve));
    const first = view.freeAt === undefined ? lengths[view.per] : (view.freeAt - now) / 1000;
    return first + (windows - 1) * lengths[view.per];
  });
  const wait = Math.max(0, notBefore - now) / 1000;
  return Math.ceil(wait + Math.max(byHand, byRate, ...secondsOf(kinds, requests, pace), ...byBudgets));
}

/** By the rates of all that write or read, and by those of single kinds: one kind is sent after the other. */
function secondsOf(kinds: Kinds, writes: number, { rates = [] }: PaceRules): readonly number[] {
  const of = (kind: RequestKind): number => (kind === 'writes' ? writes : (kinds[kind] ?? 0));
  const [general, single] = [true, false].map((isGeneral) =>
    rates
      .filter((rate) => (rate.of === 'writes' || rate.of === 'reads') === isGeneral)
      .map((rate) => of(rate.of) / rate.perSecond),
  );
  return [...general!, single!.reduce((sum, one) => sum + one, 0)];
}
