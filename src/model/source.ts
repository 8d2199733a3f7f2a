import type { Locus } from './errors.ts';
import type { SourceGroup } from './group.ts';
import type { Template } from './template.ts';
import type { Element } from './template.ts';

/**
 * One raw row or entry. Nothing in it is validated.
 * `fields()` is what expressions see as `record`; it is built when it is asked for, because most records of
 * most runs are recognised by their digest and never looked into.
 */
export interface SourceRecord {
  readonly line: number;
  /** The file in which that line stands, where the source has several. */
  readonly file?: string | undefined;
  /**
   * All of the content as one text, different for different records and the same for equal ones. A source may let what
   * means nothing (the order of names in JSON, white space) make a difference: such a record is mapped once more.
   */
  text(): string;
  /**
   * One field as text: a CSV cell, an entry's dn, a single value of JSON; or, with `element`, of the list that the field
   * is. `undefined` where the record has no such field, and where it is nothing of the kind.
   */
  field(name: string, element?: Element): string | undefined;
  fields(): Readonly<Record<string, unknown>>;
  /** The name of the source that has it, where each of several is the authority for its own people. */
  readonly part?: string | undefined;
  /** What gives its key, where records of several sources have theirs in several ways. */
  readonly keyedBy?: Template | undefined;
  /** Set where the record cannot be read as one (a ragged row); `fields()` then holds what could be read. */
  readonly defect?: string | undefined;
  /** Set where it can be read, and it cannot be said whether it is one of those that are meant: why not. */
  readonly unjudged?: string | undefined;
  /** Set where not all that makes the password is known: it is what is kept, and no change has told it. */
  readonly isBare?: boolean | undefined;
  /** Set where it says that its person is gone, and why: in a delta, nobody is by being absent. */
  readonly gone?: string | undefined;
  /** Set beside that where it is gone since it is none of those that are meant: what it has may be, after the next change. */
  readonly isOutside?: boolean | undefined;
}

/** Proof of a read. Shrinkage is measured against the last *accepted* one. */
export interface Receipt {
  readonly source: string;
  readonly file: string;
  /** Records read, whether or not they could be mapped. */
  readonly count: number;
  /** Of the bytes as they lay in the file, in hexadecimal. */
  readonly sha256: string;
  /** False where a part of the source may be missing: then nobody leaves by absence (law 6). */
  readonly complete: boolean;
  /** Whether the last line ended as lines do, and in LDIF the last entry with a blank line; absent where there are no lines. */
  readonly endsLine?: boolean;
  /** When the file was last written, in milliseconds since 1970, where the source is one. */
  readonly writtenAt?: number;
  /** How many of the records belong to each part, where parts are told apart: each is measured by itself. */
  readonly counts?: Readonly<Record<string, number>>;
  /** Why the read is not complete, one sentence each. */
  readonly reasons: readonly string[];
  /** Whether it has only what changed: whoever it does not mention is as they were. */
  readonly isDelta?: boolean;
  /** The groups that stand in the source, with those that have nobody in them. */
  readonly groups?: readonly SourceGroup[];
  /** Where the source can go on next time, in words of its own. */
  readonly mark?: string;
}

/** What was told of somebody up to a time, in milliseconds since 1970. */
export interface Ended {
  readonly source: string;
  readonly key: string;
  readonly upTo: number;
}

/** A source is read once per run. Reading throws `RollcallError('source', …)` where nothing can be made of it. */
export interface Source {
  readonly name: string;
  readonly file: string;
  /** Whether it may give something else a moment later, so that two reads of it need not be the same. */
  readonly isLive?: boolean;
  /** After a read: what was told of its people, and counts for nothing any more where the read is accepted. */
  readonly ended?: () => readonly Ended[];
  /**
   * Yields the records in batches, in the order of the file, and returns the receipt when the last was read.
   * `columns` are the names that expressions read: one that no header names is an error before the first record; where
   * there is no header, one that no record of a complete read has is an error after the last. `asked` are those that
   * expressions look for, with `has` or `get`, and can do without.
   */
  read(
    columns: ReadonlyMap<string, readonly Locus[]>,
    asked?: ReadonlySet<string>,
  ): AsyncGenerator<readonly SourceRecord[], Receipt>;
}

/** No record has this name. A password that reads the record as a whole stands under it: nothing tells all of that. */
export const WHOLE_RECORD = '\0record';

/** What of a record counts for changes of it, and what of that is a secret, so that it is not kept. */
export interface Keeping {
  /** All where an expression reads the record as a whole. */
  readonly names: ReadonlySet<string> | 'all';
  /** By name of a field. */
  readonly secrets: ReadonlyMap<string, SecretField>;
}

/** What the password alone reads of a field. */
export interface SecretField {
  /** The names of what it reads within the field; none where it reads the field as it stands. */
  readonly within: ReadonlySet<string>;
  /** Whether the field is kept without these, for other expressions that read it as well. */
  readonly isShared: boolean;
}

/** A record that could not be mapped. It is left as it is: never a leaver, never a change. */
export interface Rejection {
  readonly line: number;
  /** Which file of the source has that line, from 1 in the order of reading; 0 where there is one file alone. */
  readonly page: number;
  /** Absent where the key itself is what could not be read: then it could be anybody. */
  readonly key?: string | undefined;
  /** The rule that decided, in a stable word: `status`, `key`, `duplicateKey`, `duplicateUserName`, `expression`, `ragged` … */
  readonly rule: string;
  readonly reason: string;
}
