import type { Mask } from './masking.ts';

/** One request as it is kept. `status` is 0 until an answer goes out, and stays 0 where the connection was cut. */
export interface Entry {
  readonly number: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** As it came, without the question mark; what is secret masked. */
  readonly query: string;
  /** As it came; what is secret masked. */
  body: string | undefined;
  status: number;
  /** The fault that was played on it. */
  fault: string | undefined;
}

/** One request as it is shown. */
export interface Recorded {
  /** Counts from 1 without a gap. */
  readonly number: number;
  readonly at: string;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string | readonly string[]>>;
  /** The JSON that was sent, or its text where it was none. */
  readonly body?: unknown;
  /** `null` where no answer was sent. */
  readonly status: number | null;
  readonly fault?: string;
}

export interface JournalOptions {
  /** How many requests are kept. */
  readonly size: number;
  /** How many characters of them; whichever is reached first. */
  readonly most: number;
  /** Whether their bodies are kept. */
  readonly bodies: boolean;
  readonly mask: Mask;
}

/** The last requests: a ring, so that a long run does not fill the memory. */
export class Journal {
  readonly #ring: (Entry | undefined)[] = [];
  readonly #size: number;
  readonly #most: number;
  readonly #bodies: boolean;
  readonly #mask: Mask;
  #total = 0;
  /** How many have been dropped. */
  #gone = 0;
  #characters = 0;

  constructor({ size, most, bodies, mask }: JournalOptions) {
    this.#size = size;
    this.#most = most;
    this.#bodies = bodies;
    this.#mask = mask;
  }

  get total(): number {
    return this.#total;
  }

  open(at: number, method: string, path: string, query: string): Entry {
    const entry: Entry = {
      number: ++this.#total,
      at,
      method,
      path,
      query: this.#mask.query(query),
      body: undefined,
      status: 0,
      fault: undefined,
    };
    if (this.#size === 0) return entry;
    if (this.#total - this.#gone > this.#size) this.#dropOldest();
    this.#ring[this.#place(entry.number - 1)] = entry;
    this.#weigh(lengthOf(entry));
    return entry;
  }

  /** Notes the body of a request. `json` is what it was parsed to, if it could be. */
  note(entry: Entry, text: string, json: unknown): void {
    // One that was dropped, or that belongs to the time before a reset, weighs nothing here.
    if (!this.#bodies || this.#size === 0 || this.#ring[this.#place(entry.number - 1)] !== entry) return;
    entry.body = this.#mask.body(text, json);
    this.#weigh(entry.body.length);
  }

  /** The kept requests after the given number, oldest first: those of now, whatever comes while somebody reads on. */
  since(number: number): Iterable<Recorded> {
    const entries: Entry[] = [];
    for (let at = Math.max(this.#gone, number); at < this.#total; at++) {
      const entry = this.#ring[this.#place(at)];
      if (entry) entries.push(entry);
    }
    return eachRecorded(entries);
  }

  clear(): void {
    this.#ring.length = 0;
    this.#total = 0;
    this.#gone = 0;
    this.#characters = 0;
  }

  #place(at: number): number {
    return at % this.#size;
  }

  #weigh(more: number): void {
    this.#characters += more;
    while (this.#characters > this.#most && this.#gone < this.#total) this.#dropOldest();
  }

  #dropOldest(): void {
    const place = this.#place(this.#gone++);
    const oldest = this.#ring[place];
    if (!oldest) return;
    this.#characters -= lengthOf(oldest);
    this.#ring[place] = undefined;
  }
}

/** What an entry takes beside its texts, about. */
const FRAME = 200;

function lengthOf({ path, query, body }: Entry): number {
  return FRAME + path.length + query.length + (body?.length ?? 0);
}

function* eachRecorded(entries: readonly Entry[]): Generator<Recorded> {
  for (const entry of entries) yield recorded(entry);
}

function recorded(entry: Entry): Recorded {
  return {
    number: entry.number,
    at: new Date(entry.at).toISOString(),
    method: entry.method,
    path: entry.path,
    query: parameters(entry.query),
    ...(entry.body === undefined ? {} : { body: parsed(entry.body) }),
    status: entry.status || null,
    ...(entry.fault === undefined ? {} : { fault: entry.fault }),
  };
}

/** The query as name and value; a name that is given several times has a list. */
export function parameters(query: string): Record<string, string | string[]> {
  const found = new Map<string, string | string[]>();
  for (const [name, value] of new URLSearchParams(query)) {
    const before = found.get(name);
    found.set(
      name,
      before === undefined ? value : Array.isArray(before) ? [...before, value] : [before, value],
    );
  }
  return Object.fromEntries(found);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
