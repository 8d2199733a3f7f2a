import { hash } from 'node:crypto';

/** What a fault is made of: flat, the same as JSON and as the text of `--fault` (`status=500,method=POST,count=3`). */
export interface FaultSpec {
  readonly [word: string]: string | number | boolean;
}

/** Which requests a fault is for. What is not given does not matter. */
export interface FaultMatch {
  readonly method?: string;
  /** Below the base path: `/Users` is that and everything under it; `*` stands for any text. */
  readonly path?: PathPattern;
  /** The userName of the person that the request is about, in lower case. */
  readonly user?: string;
}

/** One fault with its counters. */
export interface Fault {
  readonly id: string;
  readonly spec: FaultSpec;
  readonly match: FaultMatch;
  /** Milliseconds before anything else happens. */
  readonly delay: number;
  /** The word of the effect, and what it was given; absent for a mere delay. */
  readonly effect?: { readonly word: string; readonly value: string | number | boolean };
  /** Whether the service does what it was asked before the fault shows. */
  readonly when: 'before' | 'after';
  /** Only after this many matching requests. */
  readonly after: number;
  /** At most this often. */
  readonly count: number;
  /** Of the matching requests, 0 to 1. */
  readonly share: number;
  readonly random: () => number;
  seen: number;
  played: number;
}

/** What a fault looks at. `users` is asked only if a fault names a person. */
export interface Subject {
  readonly method: string;
  /** Below the base path. */
  readonly path: string;
  readonly users: () => readonly string[];
}

/** Counts the request, and says whether the fault is played on it. */
export function strikes(fault: Fault, subject: Subject): boolean {
  const { match } = fault;
  if (match.method !== undefined && match.method !== subject.method) return false;
  if (match.path && !fitsPath(match.path, subject.path)) return false;
  if (match.user !== undefined && !subject.users().includes(match.user)) return false;
  fault.seen++;
  if (fault.seen <= fault.after || fault.played >= fault.count) return false;
  if (fault.share < 1 && fault.random() >= fault.share) return false;
  fault.played++;
  return true;
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
