import { createHash } from 'node:crypto';

/**
 * A digest of what a directory gave, whatever the order: the sum of the sha256 of each entry, modulo 2^256. It tells two
 * reads apart; nobody who could choose the entries is kept out by it.
 */
export class Sum {
  readonly #words = new BigUint64Array(4);

  add(text: string): void {
    const digest = createHash('sha256').update(text).digest();
    let carry = 0n;
    for (let at = 3; at >= 0; at--) {
      const sum = this.#words[at]! + digest.readBigUInt64BE(at * 8) + carry;
      this.#words[at] = sum;
      carry = sum >> 64n;
    }
  }

  /** In hexadecimal, 64 digits as a sha256 has. */
  digest(): string {
    return Array.from(this.#words, (word) => word.toString(16).padStart(16, '0')).join('');
  }
}
