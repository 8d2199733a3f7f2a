/** What stands behind a word of a fault. */
export type Value = string | number | boolean;

/** What a fault is made of: flat, the same as JSON and as the text of `--fault` (`status=500,method=POST,count=3`). */
export interface FaultSpec {
  readonly [word: string]: Value;
}
