import { hash } from 'node:crypto';

/**
 * What is known of every person between two runs, 48 bytes each, in pages of typed arrays. A run that changes nothing
 * touches only this: a million people are 48 MB and one hash look-up each (constant memory, law 15).
 *
 * | words | holds                                                                    |
 * |-------|--------------------------------------------------------------------------|
 * | 0–3   | key hash: 128 bits of a quick hash, begun with the salt                     |
 * | 4–7   | digest of the last record that was accepted, keyed with the salt           |
 * | 8–9   | hash of the userName, to find a name that two people claim                 |
 * | 10    | version: the run at which the record was last seen to differ               |
 * | 11    | flags                                                                     |
 *
 * The salt keeps a copy of the state file from being searched for people by guessing.
 */
export const WORDS = 12;
export const PAGE_PEOPLE = 4096;
export const PAGE_BYTES = PAGE_PEOPLE * WORDS * 4;

export const FLAG = {
  active: 1,
  /** Examined at every run: a reference that is left out, a clock that is read, a change that cannot be followed. */
  examine: 2,
  /** The last record was rejected: its digest is not to be trusted. */
  rejected: 4,
  /** Left by absence, and every target has been told. */
  gone: 8,
  /** Known only as somebody's manager: no record had this key yet, and there is no person for it in the state. */
  named: 16,
  /**
   * Goes without the manager whom they refer to (rule 19). Without `examine`: no record names the manager, and that was told
   * on every target.
   */
  unbound: 32,
  /** Was in no record of the last complete read, and leaves if the next has none either. */
  missed: 64,
  /** Taken away by a change or an event as such, whatever their record has: nothing of it is kept. */
  removed: 128,
  /** By a change, none of those whom the source means: what their record has is kept, since the next one may tell otherwise. */
  outside: 256,
} as const;

/** Whether somebody is there, or how a change took them away: what stays so until something else is said of them. */
export const STANDING = FLAG.active | FLAG.removed | FLAG.outside;

/** How a change takes somebody away. */
export const TAKEN = FLAG.removed | FLAG.outside;

/** 128 bits as four words. Reused by the caller: no allocation for each record. */
export type Digest = Uint32Array;

/** The digest of no record: whatever is read next differs from it. */
export const noRecord: Digest = new Uint32Array(4);

export class Ledger {
  readonly #salt: string;
  readonly #seeds: Digest;
  readonly #pages: Uint32Array[] = [];
  readonly #dirty = new Set<number>();
  #table: Int32Array;
  /** Places of the table that are taken, also by entries that match nothing any more. */
  #taken = 0;
  #size = 0;

  constructor(salt: string, pages: Iterable<Uint8Array> = [], size = 0) {
    this.#salt = salt;
    this.#seeds = new Uint32Array(4);
    words(hash('sha256', salt, 'binary'), this.#seeds);
    for (const page of pages) {
      const words = new Uint32Array(PAGE_PEOPLE * WORDS);
      new Uint8Array(words.buffer).set(page.subarray(0, PAGE_BYTES));
      this.#pages.push(words);
    }
    this.#table = new Int32Array(tableSize(size)).fill(-1);
    for (let slot = 0; slot < size; slot++) this.#place(slot);
    this.#size = size;
  }

  /** People known, which is also the next slot. */
  get size(): number {
    return this.#size;
  }

  keyHash(key: string, into: Digest): void {
    quickHash(key, this.#seeds, into);
  }

  recordDigest(text: string, into: Digest): void {
    words(hash('sha256', `${this.#salt}r${text}`, 'binary'), into);
  }

  /** The slot of a key's hash, or -1. */
  find(key: Digest): number {
    const mask = this.#table.length - 1;
    for (let at = key[0]! & mask; ; at = (at + 1) & mask) {
      const slot = this.#table[at]!;
      if (slot < 0 || this.#same(slot, 0, key)) return slot;
    }
  }

  /**
   * Touches what `find` will read for these keys. One key after the other, each would wait for the memory twice, a tenth
   * of a run that changes nothing; here the processor fetches for several at the same time.
   */
  approach(keys: readonly Digest[], count: number): void {
    const mask = this.#table.length - 1;
    for (let index = 0; index < count; index++) near[index] = this.#table[keys[index]![0]! & mask]!;
    let touched = 0;
    for (let index = 0; index < count; index++) {
      const slot = near[index]!;
      if (slot < 0) continue;
      const page = this.#pages[slot >> 12]!;
      const at = this.#at(slot);
      touched ^= page[at]! ^ page[at + WORDS - 1]!;
    }
    // Written down, since a compiler leaves out what is read for nothing.
    near[0] = touched;
  }

  add(key: Digest): number {
    const slot = this.#size++;
    if (slot >> 12 >= this.#pages.length) this.#pages.push(new Uint32Array(PAGE_PEOPLE * WORDS));
    this.#write(slot, 0, key);
    this.#place(slot);
    return slot;
  }

  /** Gives a slot another key: the same person under a new number. */
  setKey(slot: number, key: string): void {
    this.keyHash(key, scratch);
    this.#write(slot, 0, scratch);
    // The old entry stays in the table and matches nothing any more.
    this.#place(slot);
  }

  sameRecord(slot: number, digest: Digest): boolean {
    return this.#same(slot, 4, digest);
  }

  setRecord(slot: number, digest: Digest): void {
    this.#write(slot, 4, digest);
  }

  setName(slot: number, name: string | undefined): void {
    const page = this.#page(slot);
    const at = this.#at(slot) + 8;
    if (name === undefined) page[at] = page[at + 1] = 0;
    else {
      quickHash(name, this.#seeds, scratch);
      page[at] = scratch[2]!;
      page[at + 1] = scratch[3]!;
    }
    this.#dirty.add(slot >> 12);
  }

  /** The name's hash as two words; both are 0 for nobody. */
  nameHigh(slot: number): number {
    return this.#pages[slot >> 12]![this.#at(slot) + 8]!;
  }

  nameLow(slot: number): number {
    return this.#pages[slot >> 12]![this.#at(slot) + 9]!;
  }

  version(slot: number): number {
    return this.#pages[slot >> 12]![this.#at(slot) + 10]!;
  }

  setVersion(slot: number, version: number): void {
    this.#page(slot)[this.#at(slot) + 10] = version;
    this.#dirty.add(slot >> 12);
  }

  flags(slot: number): number {
    return this.#pages[slot >> 12]![this.#at(slot) + 11]!;
  }

  setFlags(slot: number, flags: number): void {
    const page = this.#page(slot);
    const at = this.#at(slot) + 11;
    if (page[at] === flags) return;
    page[at] = flags;
    this.#dirty.add(slot >> 12);
  }

  /** The pages that differ from what was loaded. The last one ends with the last person: a small firm's is a small one. */
  *dirtyPages(): Generator<{ readonly page: number; readonly data: Uint8Array }> {
    for (const page of [...this.#dirty].sort((left, right) => left - right)) {
      const people = Math.min(PAGE_PEOPLE, this.#size - page * PAGE_PEOPLE);
      yield { page, data: new Uint8Array(this.#pages[page]!.buffer, 0, people * WORDS * 4) };
    }
  }

  #at(slot: number): number {
    return (slot & (PAGE_PEOPLE - 1)) * WORDS;
  }

  #page(slot: number): Uint32Array {
    return this.#pages[slot >> 12]!;
  }

  #same(slot: number, offset: number, digest: Digest): boolean {
    const page = this.#pages[slot >> 12]!;
    const at = this.#at(slot) + offset;
    return (
      page[at] === digest[0] &&
      page[at + 1] === digest[1] &&
      page[at + 2] === digest[2] &&
      page[at + 3] === digest[3]
    );
  }

  #write(slot: number, offset: number, digest: Digest): void {
    this.#page(slot).set(digest, this.#at(slot) + offset);
    this.#dirty.add(slot >> 12);
  }

  #place(slot: number): void {
    if ((this.#taken + 1) * 2 > this.#table.length) return this.#renew();
    this.#taken++;
    const mask = this.#table.length - 1;
    let at = this.#pages[slot >> 12]![this.#at(slot)]! & mask;
    while (this.#table[at]! >= 0) at = (at + 1) & mask;
    this.#table[at] = slot;
  }

  /** Half of the table at most is taken, so that a look-up ends soon; entries of former keys are dropped on the way. */
  #renew(): void {
    const { length } = this.#table;
    this.#table = new Int32Array(this.#size * 4 > length ? length * 2 : length).fill(-1);
    this.#taken = 0;
    for (let slot = 0; slot < this.#size; slot++) this.#place(slot);
  }
}

const scratch = new Uint32Array(4);
const near = [0];

/**
 * 128 bits of a short text in a tenth of the time that sha256 takes to begin: four lanes that feed each other, with the
 * multipliers and the finaliser of MurmurHash3 (Austin Appleby, public domain). Among a million keys two are the same
 * by chance once in 10^27 states; records, which may be crafted, are compared by sha256.
 */
function quickHash(text: string, seeds: Digest, into: Digest): void {
  let first = seeds[0]!;
  let second = seeds[1]!;
  let third = seeds[2]!;
  let fourth = seeds[3]!;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    first = Math.imul(second ^ first ^ code, 0xcc9e2d51);
    first = (first << 15) | (first >>> 17);
    second = Math.imul(third ^ second ^ code, 0x1b873593);
    second = (second << 16) | (second >>> 16);
    third = Math.imul(fourth ^ third ^ code, 0x239b961b);
    third = (third << 17) | (third >>> 15);
    fourth = Math.imul(first ^ fourth ^ code, 0xab0e9789);
    fourth = (fourth << 18) | (fourth >>> 14);
  }
  first = finish(first ^ text.length ^ third);
  second = finish(second ^ fourth ^ first);
  third = finish(third ^ second);
  fourth = finish(fourth ^ third ^ first);
  into[0] = first;
  into[1] = second;
  into[2] = third;
  into[3] = fourth;
}

function finish(lane: number): number {
  let mixed = Math.imul(lane ^ (lane >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

function words(binary: string, into: Digest): void {
  for (let word = 0, at = 0; word < 4; word++, at += 4)
    into[word] =
      binary.charCodeAt(at) |
      (binary.charCodeAt(at + 1) << 8) |
      (binary.charCodeAt(at + 2) << 16) |
      (binary.charCodeAt(at + 3) << 24);
}

/** A power of two, at least twice the people, so that a look-up ends soon. */
function tableSize(people: number): number {
  return 2 ** Math.max(12, Math.ceil(Math.log2((people + 1) * 2)));
}
