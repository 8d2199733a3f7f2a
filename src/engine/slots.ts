/** A number for each slot, 0 where nothing was said; it grows as people are met. */
export class Slots {
  #values: Uint8Array | Uint32Array;

  constructor(kind: 'byte' | 'word', size: number) {
    const capacity = Math.max(4096, size);
    this.#values = kind === 'byte' ? new Uint8Array(capacity) : new Uint32Array(capacity);
  }

  get(slot: number): number {
    return slot < this.#values.length ? this.#values[slot]! : 0;
  }

  set(slot: number, value: number): void {
    if (slot >= this.#values.length) this.#grow(slot);
    this.#values[slot] = value;
  }

  #grow(slot: number): void {
    const capacity = Math.max(this.#values.length * 2, slot + 1);
    const larger = this.#values instanceof Uint8Array ? new Uint8Array(capacity) : new Uint32Array(capacity);
    larger.set(this.#values);
    this.#values = larger;
  }
}
