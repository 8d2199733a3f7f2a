import { FLAG } from '../store/ledger.ts';
import type { Digest } from '../store/ledger.ts';
import type { People } from './people.ts';
import type { Place } from './place.ts';

/** A record that names the key which its person had before. */
export interface Heir {
  readonly slot: number;
  readonly key: string;
  /** The slot of the former key. */
  readonly former: number;
  readonly place: Place;
}

const words = 7;

/** Records that name a former key, seven words each: slot, line, file and the hash of that key, which a later row may have. */
export class Heirs {
  #words = new Uint32Array(64 * words);
  #size = 0;

  add(slot: number, { line, page }: Place, former: Digest): void {
    const at = this.#size * words;
    if (at === this.#words.length) {
      const larger = new Uint32Array(at * 2);
      larger.set(this.#words);
      this.#words = larger;
    }
    this.#words.set([slot, line, page, ...former], at);
    this.#size++;
  }

  /** Those whose former key is a person's, once all rows were read. */
  *known({ ledger }: People): Generator<Omit<Heir, 'key'>> {
    for (let at = 0; at < this.#size * words; at += words) {
      const [slot = 0, line = 0, page = 0] = this.#words.subarray(at, at + 3);
      const former = ledger.find(this.#words.subarray(at + 3, at + words));
      if (former >= 0 && former !== slot && (ledger.flags(former) & FLAG.named) === 0)
        yield { slot, place: { line, page }, former };
    }
  }
}
