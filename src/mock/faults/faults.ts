import { RollcallError } from '../../model/index.ts';
import { bends, canBeInside, isFor, strikes } from './fault.ts';
import type { Fault, Subject } from './fault.ts';
import type { FaultSpec } from './spec.ts';
import { readFault } from './read.ts';

const MOST = 1000;

export interface Struck {
  readonly delay: number;
  readonly faults: readonly Fault[];
}

/** The faults that are in force, in the order in which they were given. */
export class Faults {
  readonly #clock: () => number;
  #faults: readonly Fault[] = [];
  #made = 0;

  /** @param clock milliseconds since 1970; what `from` and `until` go by. */
  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** Nothing is asked of a request while there are none. */
  get some(): boolean {
    return this.#faults.length > 0;
  }

  /** Takes one fault or a list, as JSON or text; all or none. Throws `RollcallError('usage')`. */
  add(given: unknown): readonly Fault[] {
    const list = Array.isArray(given) ? (given as readonly unknown[]) : [given];
    if (list.length + this.#faults.length > MOST)
      throw new RollcallError('usage', `More than ${MOST} faults are too many.`);
    const now = this.#clock();
    const fresh = list.map((one, at) => readFault(one, `fault-${this.#made + at + 1}`, now));
    this.#made += fresh.length;
    this.#faults = [...this.#faults, ...fresh];
    return fresh;
  }

  /** Those that are left for the single operations of a bulk request: what is for the request itself is for all of it. */
  inside(bulk: Subject): readonly Fault[] {
    return this.#faults.filter((fault) => canBeInside(fault) && !isFor(fault, bulk));
  }

  /**
   * The faults that strike a request, or an operation in it: delays, whatever bends the answer, and at most one that takes
   * its place.
   */
  strike(subject: Subject, among = this.#faults): Struck {
    let delay = 0;
    const faults: Fault[] = [];
    let replaced = false;
    for (const one of among) {
      const replaces = !bends(one);
      if (replaces && replaced) continue;
      if (!strikes(one, subject)) continue;
      delay += one.delay;
      if (one.effects.length > 0) faults.push(one);
      replaced ||= replaces;
    }
    return { delay, faults };
  }

  all(): readonly Fault[] {
    return this.#faults;
  }

  /** Takes one away, or all. */
  remove(id?: string): number {
    const rest = id === undefined ? [] : this.#faults.filter((fault) => fault.id !== id);
    const removed = this.#faults.length - rest.length;
    this.#faults = rest;
    return removed;
  }
}

export function shownFault({ id, spec, seen, played }: Fault): {
  id: string;
  fault: FaultSpec;
  seen: number;
  played: number;
} {
  return { id, fault: spec, seen, played };
}
