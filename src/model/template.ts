import type { Locus } from './errors.ts';

/** What an expression can see. `record` first; `identity` and `groups` once they are known. */
export interface Scope {
  readonly record: Readonly<Record<string, unknown>>;
  readonly identity?: { readonly key: string; readonly active: boolean; readonly [name: string]: unknown };
  readonly groups?: readonly string[];
}

/**
 * A value of the configuration with its `${ … }` compiled. `evaluate` gives plain JSON, with `undefined` for what
 * is absent, and throws `EvaluationError` where the expression fails on this record.
 */
export interface Template {
  /** The text as it stands in the configuration. */
  readonly text: string;
  readonly locus: Locus;
  /** Names after `record.` that it reads. */
  readonly columns: readonly string[];
  /** Names that it looks for in a record, with `has` or `get`, and that need not be there. */
  readonly asked?: readonly string[];
  /** Names after `record.NAME.`, each with that name before it: what it reads of a source that is joined. */
  readonly within?: readonly (readonly [string, string])[];
  /** It reads the record otherwise than by names that are written out: any of its fields may matter. */
  readonly readsAll?: boolean;
  /** It calls `today()` or `now()`: such a record is evaluated at every run. */
  readonly readsClock: boolean;
  /**
   * Set where the value is exactly one column's text, so that it can be read without building the record; `evaluate`
   * gives it without the white space around it and in Unicode's composed form, or `undefined` where nothing is left.
   */
  readonly column?: string;
  /** With `column`: the value is not the column's text, but one of the list that the column is. */
  readonly element?: Element;
  /** Names of the other variables that it reads. */
  readonly variables: readonly ('record' | 'identity' | 'groups')[];
  /** The templates that it is made of, where it is an object or a list. */
  readonly parts?: readonly Template[];
  evaluate(scope: Scope): unknown;
}

/** Which text of a list is meant: the first, whatever it is, or the first that is more than white space. */
export type Element = 'first' | 'first filled';
