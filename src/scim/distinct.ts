/**
 * Counts distinct ids without keeping them: 64 bits of hash each, in an open-addressing table, so that a million ids
 * take about 20 MB. Two different ids that fall on one hash (one list of a million in 40 million) count as a repeated
 * id, and a list with a repeated id proves nothing: the mistake is on the safe side.
 */
export class DistinctIds {
  #table = new Uint32Array(2 * 1024);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Whether the id is new. */
  add(id: string): boolean {
    if (this.#size * 2 >= this.#table.length / 2) this.#grow();
    if (!place(this.#table, wordsOf(id))) return false;
    this.#size += 1;
    return true;
  }

  has(id: string): boolean {
    return this.#table[slotOf(this.#table, wordsOf(id))] !== 0;
  }

  #grow(): void {
    const old = this.#table;
    this.#table = new Uint32Array(old.length * 2);
    for (let index = 0; index < old.length; index += 2)
      if (old[index] !== 0) place(this.#table, [old[index]!, old[index + 1]!]);
  }
}

/** Two words of hash; the first is never zero, which marks a free slot. */
type Words = readonly [high: number, low: number];

function wordsOf(id: string): Words {
  return [hash(id, 0x811c9dc5) || 1, hash(id, 0x9747b28c)];
}

function place(table: Uint32Array, words: Words): boolean {
  const index = slotOf(table, words);
  if (table[index] !== 0) return false;
  [table[index], table[index + 1]] = words;
  return true;
}

/** Where the words are, or the free slot where they would go. */
function slotOf(table: Uint32Array, [high, low]: Words): number {
  const mask = table.length - 1;
  let index = (low * 2) & mask;
  while (table[index] !== 0 && (table[index] !== high || table[index + 1] !== low))
    index = (index + 2) & mask;
  return index;
}

/** FNV-1a over UTF-16 code units, finished as MurmurHash3 does. */
function hash(text: string, seed: number): number {
  let value = seed;
  for (let index = 0; index < text.length; index += 1)
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  value ^= value >>> 16;
  value = Math.imul(value, 0x85ebca6b);
  value ^= value >>> 13;
  value = Math.imul(value, 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
