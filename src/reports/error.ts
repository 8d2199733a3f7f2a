import type { ErrorCode, Problem } from '../model/index.ts';
import { remedyOf } from './standing.ts';
import type { Style } from './style.ts';

/** What a script reads where nothing was sent anywhere, exit code 1. */
export interface ErrorDocument extends Problem {
  readonly code: string;
  /** All that is wrong; the message has their words, the locus and the hint are of the first. */
  readonly problems: readonly Problem[];
}

export function errorDocument(code: string, problems: readonly Problem[], style: Style): ErrorDocument {
  const told = problems.map(({ hint, ...problem }) => ({
    ...problem,
    ...(hint !== undefined && { hint: style.commands(hint) }),
  }));
  const message = told.map((problem) => problem.message).join('\n');
  return { code, ...told[0], message, problems: told };
}

interface Failed {
  readonly name: string;
  readonly error?: { readonly code: string; readonly message: string };
}

/** The error of a run that no target took part in; undefined where one did. */
export function targetsError(targets: readonly Failed[], style: Style): ErrorDocument | undefined {
  const problems = targets.flatMap(({ name, error }): readonly Problem[] => {
    if (error === undefined) return [];
    const hint = remedyOf({ name, error });
    const locus = { path: `targets.${name}` };
    return [{ message: error.message, locus, ...(hint !== undefined && { hint }) }];
  });
  if (problems.length < targets.length || problems.length === 0) return undefined;
  const codes = new Set(targets.map(({ error }) => error!.code as ErrorCode));
  return errorDocument(codes.size === 1 ? [...codes][0]! : 'unreachable', problems, style);
}
