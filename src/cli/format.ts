import { RollcallError } from '../model/index.ts';

/** How something is to be shown; `--json` is `--format json`, and the first of the forms is the usual one. */
export function formatOf<T extends string>(
  { format, json }: { readonly format?: string; readonly json?: boolean },
  forms: readonly T[],
): T | 'json' {
  if (json && format !== undefined && format !== 'json') throw twoForms('--json', `--format ${format}`);
  if (json) return 'json';
  if (format === undefined) return forms[0]!;
  if (format === 'json' || (forms as readonly string[]).includes(format)) return format as T | 'json';
  throw new RollcallError('usage', {
    message: `--format ${format}: there is no such form`,
    hint: `the forms are ${[...new Set([...forms, 'json'])].join(', ')}`,
  });
}

/** Where a command has the two as options of their own. */
export function refuseBoth({
  csv,
  json,
}: {
  readonly csv?: boolean | undefined;
  readonly json?: boolean | undefined;
}): void {
  if (csv && json) throw twoForms('--csv', '--json');
}

function twoForms(one: string, other: string): RollcallError {
  return new RollcallError('usage', {
    message: `${one} and ${other} are two forms of one thing`,
    hint: 'one of them',
  });
}
