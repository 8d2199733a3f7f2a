import { FLAG, STANDING, TAKEN, noRecord } from '../store/ledger.ts';
import type { Ledger } from '../store/ledger.ts';
import { Slots } from './slots.ts';

/** Whether somebody is in the source, as far as this run knows. */
export const SEEN = {
  no: 0,
  once: 1,
  /** In several records. */
  several: 2,
  /** Not mentioned by a delta: there, as before. */
  before: 3,
} as const;

/** What one run has seen of the population so far, beside the ledger: a few bytes a person, by slot. */
export class People {
  readonly ledger: Ledger;
  /** The run's own number, which becomes the version of everybody who differs. */
  readonly version: number;
  /** Whether what this run notes of people may be released, for the next one to compare with. */
  readonly isKept: boolean;
  /** The slots below this one were given by former runs. */
  readonly known: number;
  /** Of each, one of `SEEN`. */
  readonly seen: Slots;
  readonly lines: Slots;
  /** Which file of the source that line is in, where there are several. */
  readonly pages: Slots;
  /** 1 where the person was mapped in this run, so that older open operations are settled by it (rule 24). */
  readonly examined: Slots;
  /** 1 where an unchanged record was looked at because the person was set apart by their flags. */
  readonly apart: Slots;
  /** 1 where an unchanged record was passed over although it names a manager who is nobody. */
  readonly passedOver: Slots;
  /** On how many targets such a manager was left out by this run. */
  readonly unboundOn: Slots;
  /** Of whoever is in no record of this read, how they stood before it. */
  readonly before: Slots;
  /** The manager's slot and one; 0 where there is none. */
  readonly managers: Slots;
  readonly #restless: Uint8Array;
  /** The oldest cursor among the targets of this run; -1 where a target's configuration differs from its last run's. */
  readonly #cursor: number;
  /** The same of those that are told something; -1 where there are none. */
  readonly #toldCursor: number;

  constructor(
    ledger: Ledger,
    run: {
      readonly version: number;
      readonly isKept: boolean;
      readonly cursor: number;
      readonly toldCursor: number;
    },
    restless: Uint8Array,
  ) {
    this.ledger = ledger;
    this.version = run.version;
    this.isKept = run.isKept;
    this.known = ledger.size;
    this.#cursor = run.cursor;
    this.#toldCursor = run.toldCursor;
    this.#restless = restless;
    this.seen = new Slots('byte', ledger.size);
    this.lines = new Slots('word', ledger.size);
    this.pages = new Slots('word', 0);
    this.examined = new Slots('byte', ledger.size);
    this.apart = new Slots('byte', 0);
    this.passedOver = new Slots('byte', 0);
    this.unboundOn = new Slots('byte', 0);
    this.before = new Slots('word', 0);
    this.managers = new Slots('word', 0);
  }

  /** Whether an unchanged record needs no look: the fast path of law 15. */
  settled(slot: number): boolean {
    return !this.isApart(slot) && this.#isQuiet(slot);
  }

  /** Whether there is more to be said of somebody than how they stand. */
  isApart(slot: number): boolean {
    return (this.ledger.flags(slot) & ~STANDING) !== 0;
  }

  /** Whether a target has not yet dealt with what was said of this person, by a run with the same configuration. */
  isPending(slot: number): boolean {
    return this.isConfigured && (this.ledger.version(slot) > this.#toldCursor || this.#restless[slot] === 1);
  }

  /** Whether every target of this run that is told something has the configuration by which it was told of everybody before. */
  get isConfigured(): boolean {
    return this.#toldCursor >= 0;
  }

  /** Whether every target of this run has planned for everybody with its configuration before. */
  get hasPlanned(): boolean {
    return this.#cursor > 0;
  }

  /** The same for somebody who is set apart by nothing but a manager whom no record names. */
  isUnbound(slot: number): boolean {
    return this.ledger.flags(slot) === (FLAG.active | FLAG.unbound) && this.#isQuiet(slot);
  }

  /**
   * Whoever was set apart when this run began, and may be passed over after it, gets its version once all is settled: a
   * target that is not part of the run, or is out of reach, has to look, too.
   */
  letIn(): void {
    const { ledger } = this;
    for (let slot = 0; slot < ledger.size; slot++)
      if (this.apart.get(slot) === 1 && (ledger.flags(slot) & ~(STANDING | FLAG.unbound)) === 0)
        ledger.setVersion(slot, this.version);
  }

  /**
   * What this read says of somebody, no target is told: the next read of everybody has to look at it, also where a delta has
   * been carried out in between, which knows nothing but the record from before.
   */
  putOff(slot: number): void {
    const { ledger } = this;
    if (ledger.version(slot) !== this.version) return;
    if (this.seen.get(slot) === SEEN.no) this.takeBack(slot);
    ledger.setRecord(slot, noRecord);
  }

  /** That somebody was in no record counts for nothing, and they are to be looked at again; if no target is told, they stand as before. */
  takeBack(slot: number, isTold = false): void {
    const stays = isTold ? TAKEN : STANDING;
    this.ledger.setFlags(slot, (this.before.get(slot) & stays) | FLAG.examine);
  }

  /** Whether a read has said something of somebody that nobody was told, so that what is kept of them is out of date. */
  isPutOff(slot: number): boolean {
    return this.ledger.sameRecord(slot, noRecord);
  }

  /** Whether somebody who left by absence was dealt with on every target of this run. */
  gone(slot: number): boolean {
    return (this.ledger.flags(slot) & (FLAG.gone | FLAG.examine)) === FLAG.gone && this.#isQuiet(slot);
  }

  /** Whether every target has dealt with this person, and nothing is left to do for them. */
  #isQuiet(slot: number): boolean {
    return this.ledger.version(slot) <= this.#cursor && this.#restless[slot] !== 1;
  }
}
