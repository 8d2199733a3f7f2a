import type { Problem, SecretReference } from '../../src/model/index.ts';

/** What a source needs of the world around it. */
export interface SourceEnvironment {
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** How many bytes are read at a time; tests cut a file into small pieces with it. */
  readonly chunkBytes?: number;
  /** What a secret is, by its reference; for sources that have one. */
  readonly secretOf?: (reference: SecretReference) => Promise<string>;
  /** Hears of what can be read and is not as it should be. */
  readonly warn?: (problem: Problem) => void;
}
