import type { Problem, SecretReference } from '../../src/model/index.ts';

/** What a source needs of the world around it. */
export interface SourceEnvironment {
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** How many bytes are read at a time; tests cut a file into small pieces with it. */
  readonly chunkBytes?: number;
  /** What a secret is, by its reference; for sources that have one. */
  readonly secretOf?: (reference: SecretReference) => Promise<string>;
  /** A place for what has to be found by its key, on the disk; for sources that are joined. */
  readonly keyed?: () => Keyed;
  /** What the last read that was taken into the state said of where to go on. */
  readonly mark?: string | undefined;
  /** What is kept of people's records; for changes, which are applied to it. */
  readonly kept?: Kept;
  /** A place for what changes make of records, on the disk. */
  readonly drafts?: () => Drafts;
  /** Hears of what can be read and is not as it should be. */
  readonly warn?: (problem: Problem) => void;
}

/** What is kept of somebody's last record: nothing in it where a change or an absence took the record away. */
export interface Kept {
  of(key: string): { readonly key: string; readonly fields?: string } | undefined;
  /** By the name of an entry, in its normal form. */
  at(place: string): { readonly key: string; readonly fields?: string } | undefined;
}

/** What changes make of somebody's record; `place` is the name of the entry, in its normal form. */
export interface Draft {
  readonly key: string;
  readonly place?: string | undefined;
  readonly text: string;
}

export interface Drafts {
  of(key: string): Draft | undefined;
  at(place: string): Draft | undefined;
  put(draft: Draft): void;
  /** In the order in which they were put first. */
  all(): Iterable<Draft>;
  close(): void;
}

/** Texts by their keys: first all are put in, and then they are asked for. */
export interface Keyed {
  put(key: string, text: string): void;
  get(key: string): readonly string[];
  close(): void;
}
