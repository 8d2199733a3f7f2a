import type { Problem, SecretReference, Template } from '../../src/model/index.ts';

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
  /** What was told of people beside what the sources say, by the name of the source that is the authority for them. */
  readonly told?: (source: string) => Tellings | undefined;
  /** Hears of what can be read and is not as it should be. */
  readonly warn?: (problem: Problem) => void;
}

/** What was told of somebody. */
export interface ToldOf {
  readonly kind: 'hire' | 'change' | 'leave' | 'signIn';
  /** When it happened, in milliseconds since 1970. */
  readonly at: number;
  /** In the form that the records of the source have. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** What was told of a source's people up to a time counts for nothing any more. */
export interface EndedTelling {
  readonly key: string;
  readonly upTo: number;
}

/** What was told of the people of one source. */
export interface Tellings {
  /** By key, each in the order in which it happened. */
  readonly all: ReadonlyMap<string, readonly ToldOf[]>;
  /** Whether its records have all columns that there are. */
  readonly isTable: boolean;
  /** The fields of which a sign-in says nothing of somebody whom the source has. */
  readonly fixed: ReadonlySet<string>;
  readonly now: number;
  /** For so many milliseconds, somebody known by this alone cannot be missed. */
  readonly knownFor: number;
  /** The key that somebody had before, where a record names it. */
  readonly previousKey?: Template;
  /** When what is there to be read was written. */
  takenAt(): Promise<number>;
  end(ended: readonly EndedTelling[]): void;
}

/** What is kept of somebody's last record: nothing in it where a change or an absence took the record away. */
export interface KeptRecord {
  readonly key: string;
  readonly fields?: string;
  /** The name of the source whose record it is, where there are several. */
  readonly part?: string;
}

export interface Kept {
  of(key: string): KeptRecord | undefined;
  /** By the name of an entry, in its normal form. */
  at(place: string): KeptRecord | undefined;
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
