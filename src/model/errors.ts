/** Where something stands: a file, a line in it, a column, or a path inside the configuration. */
export interface Locus {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  /** A path inside the configuration, such as `targets.cosmo.baseUrl`. */
  readonly path?: string;
}

/** What kind of thing went wrong; scripts branch on it, so a code is never renamed. */
export type ErrorCode =
  | 'usage'
  | 'configuration'
  | 'source'
  | 'state'
  | 'locked'
  | 'paused'
  | 'unauthorised'
  | 'forbidden'
  | 'unreachable'
  | 'certificate'
  | 'address'
  | 'protocol'
  | 'rate'
  | 'licence'
  | 'conflict'
  | 'notFound'
  | 'invalid'
  | 'stale'
  | 'unsupported'
  | 'changed'
  | 'server'
  | 'internal';

/** One thing that is wrong, where, and what to do about it. `message` never holds a secret. */
export interface Problem {
  readonly message: string;
  readonly locus?: Locus;
  readonly hint?: string;
}

/** Every error that a person is meant to read. Anything else that is thrown is a bug in Rollcall. */
export class RollcallError extends Error {
  readonly code: ErrorCode;
  readonly problems: readonly Problem[];

  constructor(
    code: ErrorCode,
    problem: string | Problem | readonly Problem[],
    options?: { cause?: unknown },
  ) {
    const problems: readonly Problem[] =
      typeof problem === 'string' ? [{ message: problem }] : isList(problem) ? problem : [problem];
    super(problems.map((one) => one.message).join('\n'), options);
    this.name = 'RollcallError';
    this.code = code;
    this.problems = problems;
  }

  get locus(): Locus | undefined {
    return this.problems[0]?.locus;
  }
}

/** `people.csv:12:3`, `rollcall.yaml:4:3 (targets.cosmo)`; the empty string where nothing is known. */
export function formatLocus(locus: Locus | undefined): string {
  if (!locus) return '';
  const place = [locus.file, locus.line, locus.column].filter((part) => part !== undefined).join(':');
  return locus.path === undefined ? place : place ? `${place} (${locus.path})` : locus.path;
}

function isList<T>(value: T | readonly T[]): value is readonly T[] {
  return Array.isArray(value);
}
