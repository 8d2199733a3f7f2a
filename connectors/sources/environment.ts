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
  /** Hears of what can be read and is not as it should be. */
  readonly warn?: (problem: Problem) => void;
}

/** Texts by their keys: first all are put in, and then they are asked for. */
export interface Keyed {
  put(key: string, text: string): void;
  get(key: string): readonly string[];
  close(): void;
}
