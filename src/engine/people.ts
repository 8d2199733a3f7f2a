import { FLAG } from '../store/ledger.ts';
import type { Ledger } from '../store/ledger.ts';

/** What one run has seen of the population so far, beside the ledger: a few bytes a person, by slot. */
export class People {
  readonly ledger: Ledger;
  /** The run's own number, which becomes the version of everybody who differs. */
  readonly version: number;
  /** 0 not in the source, 1 once, 2 in several records. */
  seen: Uint8Array;
  lines: Uint32Array;
  /** Mapped in this run, so that older open operations are settled by it (rule 24). */
  examined: Uint8Array;
  readonly #restless: Uint8Array;
  /** The oldest cursor among the targets of this run; -1 where a target's configuration differs from its last run's. */
  readonly #cursor: number;

  constructor(ledger: Ledger, version: number, cursor: number, restless: Uint8Array) {
    this.ledger = ledger;
    this.version = version;
    this.#cursor = cursor;
    this.#restless = restless;
    const capacity = Math.max(4096, ledger.size);
    this.seen = new Uint8Array(capacity);
    this.lines = new Uint32Array(capacity);
    this.examined = new Uint8Array(capacity);
  }

  makeRoom(slot: number): void {
    if (slot < this.seen.length) return;
    const capacity = this.seen.length * 2;
    this.seen = grown(new Uint8Array(capacity), this.seen);
    this.lines = grown(new Uint32Array(capacity), this.lines);
    this.examined = grown(new Uint8Array(capacity), this.examined);
  }

  /** Whether an unchanged record needs no look: the fast path of law 15. */
  settled(slot: number): boolean {
    return (
      this.ledger.flags(slot) <= FLAG.active &&
      this.ledger.version(slot) <= this.#cursor &&
      this.#restless[slot] !== 1
    );
  }

  /** Whether somebody who left by absence was dealt with on every target of this run. */
  gone(slot: number): boolean {
    return (
      (this.ledger.flags(slot) & FLAG.gone) !== 0 &&
      this.ledger.version(slot) <= this.#cursor &&
      this.#restless[slot] !== 1
    );
  }
}

function grown<T extends Uint8Array | Uint32Array>(to: T, from: T): T {
  to.set(from);
  return to;
}
