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

/** The last requests: a ring, so that a long run does not fill the memory. */
export class Journal {
  readonly #ring: Entry[] = [];
  readonly #size: number;
  readonly #bodies: boolean;
  readonly #mask: Mask;
  #total = 0;

  /** @param size how many requests are kept. @param bodies whether their bodies are kept. */
  constructor(size: number, bodies: boolean, mask: Mask) {
    this.#size = size;
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
    if (this.#size > 0) this.#ring[(entry.number - 1) % this.#size] = entry;
    return entry;
  }

  /** Notes the body of a request. `json` is what it was parsed to, if it could be. */
  note(entry: Entry, text: string, json: unknown): void {
    if (this.#bodies && this.#size > 0) entry.body = this.#mask.body(text, json);
  }

  /** The kept requests after the given number, oldest first. */
  *since(number: number): Generator<Recorded> {
    const oldest = Math.max(0, this.#total - this.#size);
    for (let at = Math.max(oldest, number); at < this.#total; at++) {
      const entry = this.#ring[at % this.#size];
      if (entry) yield recorded(entry);
    }
  }

  clear(): void {
    this.#ring.length = 0;
    this.#total = 0;
  }
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
