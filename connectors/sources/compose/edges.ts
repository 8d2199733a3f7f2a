import { hash } from 'node:crypto';

/**
 * Who is named by which group, as numbers: 24 bytes for each time that somebody is named, however long the names are.
 * References are kept as 96 bits of their sha256: of a hundred million, two are the same with a chance of one in ten
 * million million.
 */
export class Edges {
  /** Four words for each edge: three of the reference, one with the group. */
  #words = new Uint32Array(4 * 1024);
  /** The edge before it with the same reference, and one; 0 where there is none. */
  #before = new Uint32Array(1024);
  /** The last edge of a reference, and one, in open addressing. */
  #table = new Uint32Array(4096);
  #met = new Uint8Array(1024);
  #size = 0;
  #references = 0;
  readonly #digest = new Uint32Array(3);

  get size(): number {
    return this.#size;
  }

  add(reference: string, group: number): void {
    this.#read(reference);
    if ((this.#references + 1) * 2 > this.#table.length) this.#rehash();
    if (this.#size === this.#before.length) this.#grow();
    const place = this.#place();
    const edge = this.#size++;
    this.#words.set(this.#digest, edge * 4);
    this.#words[edge * 4 + 3] = group;
    this.#before[edge] = this.#table[place]!;
    if (this.#table[place] === 0) this.#references++;
    this.#table[place] = edge + 1;
  }

  /** The groups that name this reference, each once. It counts as met from now on. */
  of(reference: string): ReadonlySet<number> {
    this.#read(reference);
    const groups = new Set<number>();
    for (let edge = this.#table[this.#place()]!; edge > 0; edge = this.#before[edge - 1]!) {
      groups.add(this.#words[(edge - 1) * 4 + 3]!);
      this.#met[edge - 1] = 1;
    }
    return groups;
  }

  /** By group: how many references of it nobody has. */
  unmet(): ReadonlyMap<number, number> {
    const counts = new Map<number, number>();
    for (let edge = 0; edge < this.#size; edge++) {
      if (this.#met[edge] === 1) continue;
      const group = this.#words[edge * 4 + 3]!;
      counts.set(group, (counts.get(group) ?? 0) + 1);
    }
    return counts;
  }

  #read(reference: string): void {
    const bytes = hash('sha256', reference, 'buffer');
    for (let word = 0; word < 3; word++) this.#digest[word] = bytes.readUInt32LE(word * 4);
  }

  /** Where the reference of `#digest` stands in the table, or would. */
  #place(): number {
    const mask = this.#table.length - 1;
    let place = this.#digest[0]! & mask;
    for (; this.#table[place] !== 0; place = (place + 1) & mask) {
      const edge = (this.#table[place]! - 1) * 4;
      if (
        this.#words[edge] === this.#digest[0] &&
        this.#words[edge + 1] === this.#digest[1] &&
        this.#words[edge + 2] === this.#digest[2]
      )
        break;
    }
    return place;
  }

  #grow(): void {
    const capacity = this.#before.length * 2;
    const words = new Uint32Array(capacity * 4);
    words.set(this.#words);
    this.#words = words;
    const before = new Uint32Array(capacity);
    before.set(this.#before);
    this.#before = before;
    const met = new Uint8Array(capacity);
    met.set(this.#met);
    this.#met = met;
  }

  #rehash(): void {
    const old = this.#table;
    this.#table = new Uint32Array(old.length * 2);
    const mask = this.#table.length - 1;
    for (const edge of old) {
      if (edge === 0) continue;
      let place = this.#words[(edge - 1) * 4]! & mask;
      while (this.#table[place] !== 0) place = (place + 1) & mask;
      this.#table[place] = edge;
    }
  }
}
