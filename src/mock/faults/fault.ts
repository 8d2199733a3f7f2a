import { hash } from 'node:crypto';
import type { Asked, Effect, Memory } from './effect.ts';
import type { Value, FaultSpec } from './spec.ts';

/** Which requests a fault is for. What is not given does not matter. */
export interface FaultMatch {
  readonly method?: string;
  /** Below the base path: `/Users` is that and everything under it; `*` stands for any text. */
  readonly path?: PathPattern;
  /** The userName of the person that the request is about, in lower case. */
  readonly user?: string;
}

/** One of the things that a fault does, and what it was given. */
export interface Chosen {
  readonly word: string;
  readonly value: Value;
  readonly effect: Effect;
}

/** One fault with its counters. */
export interface Fault {
  readonly id: string;
  readonly spec: FaultSpec;
  readonly match: FaultMatch;
  /** Milliseconds before anything else happens. */
  readonly delay: number;
  /** In the order of the table; none for a mere delay. */
  readonly effects: readonly Chosen[];
  /** Whether the service does what it was asked before the fault shows. */
  readonly when: 'before' | 'after';
  /** By the world's clock, in milliseconds since 1970; `until` itself is outside. */
  readonly from: number;
  readonly until: number;
  /** Only after this many matching requests. */
  readonly after: number;
  /** At most this often. */
  readonly count: number;
  /** Of the matching requests, 0 to 1. */
  readonly share: number;
  readonly random: () => number;
  readonly memory: Memory;
  seen: number;
  played: number;
}

/** What a fault looks at. `users` is asked only if a fault names a person. */
export interface Subject {
  readonly method: string;
  /** Below the base path. */
  readonly path: string;
  readonly users: () => readonly string[];
  readonly now: number;
  /** The request as an effect of this fault sees it. */
  readonly asked: (fault: Fault, chosen: Chosen) => Asked;
}

/** Counts the request, and says whether the fault is played on it. */
export function strikes(fault: Fault, subject: Subject): boolean {
  if (!isFor(fault, subject)) return false;
  fault.seen++;
  if (fault.seen <= fault.after || fault.played >= fault.count) return false;
  if (fault.share < 1 && fault.random() >= fault.share) return false;
  fault.played++;
  return true;
}

/** Whether a request is one of those that a fault is for. */
export function isFor(fault: Fault, subject: Subject): boolean {
  const { match } = fault;
  if (match.method !== undefined && match.method !== subject.method) return false;
  if (match.path && !fitsPath(match.path, subject.path)) return false;
  if (subject.now < fault.from || subject.now >= fault.until) return false;
  if (match.user !== undefined && !subject.users().includes(match.user)) return false;
  return fault.effects.every((chosen) => {
    const { operations, applies } = chosen.effect;
    if (!operations && !applies) return true;
    const asked = subject.asked(fault, chosen);
    return (
      (!operations || (asked.operation !== undefined && operations.includes(asked.operation))) &&
      (applies?.(asked) ?? true)
    );
  });
}

/** Whether it leaves room for another fault on the same request. */
export function bends({ effects }: Fault): boolean {
  return effects.every(({ effect }) => effect.bends === true);
}

/** Whether it can befall one operation of several: it takes no time, and is nothing that happens to bytes or ids on their way. */
export function canBeInside({ delay, effects }: Fault): boolean {
  return delay === 0 && effects.every(({ effect }) => !effect.send && !effect.outermost);
}

/** Numbers from 0 to 1, the same for the same seed. */
export function randomFrom(seed: number): () => number {
  let turn = 0;
  return () => parseInt(hash('sha256', `${seed}:${turn++}`).slice(0, 12), 16) / 2 ** 48;
}

/** The parts between the stars of a path pattern. */
export type PathPattern = readonly string[];

/** Whether a path, or one of those that it lies under, fits: `/Users` fits `/Users/7`, and so does `*` + `/7`. */
export function fitsPath([first = '', ...rest]: PathPattern, path: string): boolean {
  if (!path.startsWith(first)) return false;
  let at = first.length;
  const last = rest.pop();
  if (last === undefined) return isBoundary(path, at);
  for (const part of rest) {
    const found = path.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  for (let found = path.indexOf(last, at); found >= 0; found = path.indexOf(last, found + 1)) {
    if (last === '' || isBoundary(path, found + last.length)) return true;
  }
  return false;
}

function isBoundary(path: string, at: number): boolean {
  return at === path.length || path[at] === '/' || path[at - 1] === '/';
}
