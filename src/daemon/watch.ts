/**
 * Whether something has changed and is still again. It is told again and again how the thing looks (sizes, times and numbers
 * of its files), and says once that it is another than before, as soon as it has looked the same for long enough: a file
 * that is being written does not. What is not there, as between the two halves of a replacement, is not looked at yet.
 */
export class Watch {
  readonly #still: number;
  #known: string | undefined;
  #seen: string | undefined;
  #since = 0;

  /** `still` is in milliseconds. */
  constructor(still: number) {
    this.#still = still;
  }

  /** `look` is empty where it is not there. The first look is what others are compared with. */
  observe(look: string, now: number): boolean {
    this.#known ??= look;
    if (look !== this.#seen) {
      this.#seen = look;
      this.#since = now;
    }
    if (look === '' || look === this.#known || now - this.#since < this.#still) return false;
    this.#known = look;
    return true;
  }
}
