/**
 * How much of a target's pace is used at present: additive increase, multiplicative decrease, as TCP does it (RFC 5681
 * §3.1), so that what one target bears today is found out and not guessed. All of it is a function of what happened and of
 * the clock.
 *
 * | what happened                                   | share                                                     |
 * |-------------------------------------------------|-----------------------------------------------------------|
 * | answered, below the threshold (slow start)      | one more request at a time for each answer                |
 * | answered, above it                              | a tenth more, each few seconds                            |
 * | too many requests (429), a reset, a timeout     | half, once for all that was on its way                    |
 * | answers take four times as long as they did     | a quarter less, each few seconds                          |
 */
export interface Share {
  /** Of the ceiling, above 0 and up to 1. */
  readonly value: number;
  /** Up to here it grows fast. */
  readonly threshold: number;
  readonly changedAt: number;
  /** Milliseconds that an answer takes, by what was asked: a create may take longer than a change, and always has. */
  readonly times: Readonly<Record<string, Times>>;
}

interface Times {
  readonly lately: number;
  readonly best: number;
}

export type Event =
  /** `what` and how long it took are told of what writes. */
  | { readonly kind: 'answered'; readonly what?: string; readonly milliseconds?: number }
  /** The target had no time for it. */
  | { readonly kind: 'pressed' };

const least = 1 / 16;
const step = 0.1;
/** Milliseconds between two steps up, or two steps down because of slow answers. */
const breath = 5000;
/** Milliseconds within which several that were on their way count as one. */
const together = 1000;
/** Answers that take so many times as long as the best, and so many milliseconds longer, are slow. */
const slower = 4;
const slowerBy = 500;
/** How much longer the best is taken to be with each answer: what is slow for long is how this target is. */
const drift = 1.01;

/** Everything at once, until something happens. */
export function fullShare(now: number): Share {
  return { value: 1, threshold: 1, changedAt: now, times: {} };
}

/** One request at a time, after a target was halted; from there it grows fast up to half of what it bears. */
export function slowStart(ceiling: number, now: number): Share {
  return { value: Math.max(least, 1 / ceiling), threshold: 0.5, changedAt: now, times: {} };
}

export function afterwards(share: Share, event: Event, ceiling: number, now: number): Share {
  return event.kind === 'pressed'
    ? pressed(share, now)
    : answered(timed(share, event), event.what, ceiling, now);
}

function pressed(share: Share, now: number): Share {
  if (share.value < 1 && now - share.changedAt < together) return share;
  const value = Math.max(least, share.value / 2);
  return { ...share, value, threshold: value, changedAt: now };
}

function timed(share: Share, { what, milliseconds }: Extract<Event, { kind: 'answered' }>): Share {
  if (what === undefined || milliseconds === undefined) return share;
  const before = share.times[what];
  const lately = before === undefined ? milliseconds : before.lately * 0.8 + milliseconds * 0.2;
  const best = before === undefined ? lately : Math.min(before.best * drift, lately);
  return { ...share, times: { ...share.times, [what]: { lately, best } } };
}

function isSlow(times: Times | undefined): boolean {
  return times !== undefined && times.lately > times.best * slower && times.lately > times.best + slowerBy;
}

function answered(share: Share, what: string | undefined, ceiling: number, now: number): Share {
  const isRested = now - share.changedAt >= breath;
  if (what !== undefined && isSlow(share.times[what])) {
    if (!isRested) return share;
    const value = Math.max(least, share.value * 0.75);
    return { ...share, value, threshold: value, changedAt: now };
  }
  if (share.value >= 1) return share;
  if (share.value < share.threshold)
    return { ...share, value: Math.min(share.threshold, share.value + 1 / ceiling), changedAt: now };
  return isRested ? { ...share, value: Math.min(1, share.value + step), changedAt: now } : share;
}

/** Requests at one time. */
export function concurrencyOf({ value }: Share, ceiling: number): number {
  return Math.max(1, Math.floor(ceiling * value + 1e-9));
}
