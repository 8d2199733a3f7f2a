import type { Digest, Ledger } from '../store/ledger.ts';
import { offboardings } from '../store/offboardings.ts';
import type { Offboarding } from '../store/offboardings.ts';
import type { State } from '../store/state.ts';

/** Who is offboarded, as a run finds it when it begins; few, and looked for at each person who is looked at. */
export class Offboarded {
  readonly #bySlot = new Map<number, Offboarding>();
  readonly #byKey = new Map<string, Offboarding>();

  constructor(state: State, ledger: Ledger) {
    const digest: Digest = new Uint32Array(4);
    for (const offboarding of offboardings(state)) {
      this.#byKey.set(offboarding.key, offboarding);
      ledger.keyHash(offboarding.key, digest);
      const slot = ledger.find(digest);
      if (slot >= 0) this.#bySlot.set(slot, offboarding);
    }
  }

  /** Somebody whom no read had met before is known by the key alone. */
  of(slot: number, key: string): Offboarding | undefined {
    return this.#byKey.size === 0 ? undefined : (this.#bySlot.get(slot) ?? this.#byKey.get(key));
  }

  atSlot(slot: number): Offboarding | undefined {
    return this.#bySlot.get(slot);
  }

  /** All of whom this run knows a slot, each with it. */
  get atSlots(): Iterable<readonly [slot: number, offboarding: Offboarding]> {
    return this.#bySlot;
  }
}
