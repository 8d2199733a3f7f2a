/** So many are remembered: whoever comes from everywhere does not fill the memory. */
const most = 10_000;
const minute = 60_000;

interface Bucket {
  left: number;
  at: number;
}

/** So many a minute of each name, and as many at once after a minute of rest. */
export class Rate {
  readonly #buckets = new Map<string, Bucket>();

  /** 0 where there is room; otherwise in how many seconds there is some. */
  take(name: string, perMinute: number, now: number): number {
    const bucket = this.#buckets.get(name) ?? { left: perMinute, at: now };
    const gained = (Math.max(0, now - bucket.at) / minute) * perMinute;
    const left = Math.min(perMinute, bucket.left + gained);
    const isFree = left >= 1;
    // Whoever asked last stands last, so that whoever is forgotten has not asked for long.
    this.#buckets.delete(name);
    this.#buckets.set(name, { left: isFree ? left - 1 : left, at: now });
    if (this.#buckets.size > most) this.#buckets.delete(this.#buckets.keys().next().value!);
    return isFree ? 0 : Math.ceil(((1 - left) * 60) / perMinute);
  }
}
