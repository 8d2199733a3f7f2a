import type { News } from '../notify/index.ts';

/** Milliseconds that what is known of one target waits for what will be known of others. */
const usualWait = 30_000;

/**
 * Gathers what there is to say of targets whose deliveries end one after the other, the newest of each: what several have
 * in common is one message and no flood, and none waits for one that takes hours.
 */
export class Bulletin {
  readonly #tell: (news: News) => Promise<void>;
  readonly #wait: number;
  #news: News | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** One after the other, since what is told depends on what was. */
  #told: Promise<void> = Promise.resolve();

  /** `tell` never rejects. */
  constructor(tell: (news: News) => Promise<void>, wait = usualWait) {
    this.#tell = tell;
    this.#wait = wait;
  }

  add(news: News): void {
    const fresh = new Set(news.targets.map(({ target }) => target));
    const before = this.#news?.targets.filter(({ target }) => !fresh.has(target)) ?? [];
    this.#news = { ...news, targets: [...before, ...news.targets] };
    this.#timer ??= setTimeout(() => void this.flush(), this.#wait);
    this.#timer.unref();
  }

  /** Tells what is there, and resolves when all of it was told. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const news = this.#news;
    this.#news = undefined;
    if (news !== undefined) this.#told = this.#told.then(() => this.#tell(news));
    return this.#told;
  }
}
