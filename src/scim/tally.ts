import { DistinctIds } from './distinct.ts';
import { remoteOf } from './remote.ts';
import type { Listing, Remote } from '../model/index.ts';
import type { Page } from './page.ts';

/** Why a list proves nothing although nothing is wrong with it. */
export const NO_TOTAL = 'it does not say how many there are';

/** Counts what the pages of a list brought, and says in the end whether that proves to be all. */
export class Tally {
  readonly #seen: DistinctIds;
  /** Of a way through the list that was cut short: those are not given again. */
  readonly #given: DistinctIds;
  #rows = 0;
  #total: number | undefined;
  #isTotalSteady = true;
  #repeated = 0;
  #unusable = 0;

  constructor(given = new DistinctIds(), seen = given) {
    this.#given = given;
    this.#seen = seen;
  }

  /** Entries read, of whatever kind: the next start index follows from them. */
  get rows(): number {
    return this.#rows;
  }

  /** Whether as many entries were read as the server says that there are. */
  get isFull(): boolean {
    return this.#total !== undefined && this.#rows >= this.#total;
  }

  /** Counts a page; gives those who were not seen before, and how many of them count as progress. */
  take(page: Page): { readonly fresh: readonly Remote[]; readonly progress: number } {
    const fresh: Remote[] = [];
    let progress = 0;
    this.#rows += page.resources.length;
    if (page.total !== undefined) {
      this.#isTotalSteady &&= this.#total === undefined || this.#total === page.total;
      this.#total = page.total;
    }
    for (const resource of page.resources) {
      const remote = remoteOf(resource);
      if (remote === undefined) this.#unusable += 1;
      else if (this.#seen.add(remote.id)) {
        progress += 1;
        if (this.#seen === this.#given || this.#given.add(remote.id)) fresh.push(remote);
      } else this.#repeated += 1;
    }
    return { fresh, progress };
  }

  /** Whether a page holds only what was read before. */
  knowsAll(page: Page): boolean {
    return page.resources.every((resource) => {
      const remote = remoteOf(resource);
      return remote !== undefined && this.#seen.has(remote.id);
    });
  }

  /** The end of the list. `needsTotal` where nothing but the server's own number can prove that it is the end. */
  listing(needsTotal: boolean, stopped?: string): Listing {
    const isUnsaid = needsTotal && this.#total === undefined;
    const reason = this.#doubt() ?? stopped ?? (isUnsaid ? NO_TOTAL : undefined);
    const count = this.#given.size;
    return reason === undefined ? { complete: true, count } : { complete: false, count, reason };
  }

  #doubt(): string | undefined {
    const distinct = this.#seen.size;
    if (this.#unusable > 0) return `${this.#unusable} entries have no id that can be used`;
    if (this.#repeated > 0) return `${this.#repeated} entries came more than once`;
    if (!this.#isTotalSteady) return 'the number of accounts changed while it was read';
    if (this.#total !== undefined && this.#total !== distinct)
      return `it says that there are ${this.#total}, and gave ${distinct}`;
    return distinct === this.#given.size ? undefined : 'somebody was gone when it was read anew';
  }
}
