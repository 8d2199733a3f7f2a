import type * as z from 'zod';
import type { Problem } from '../model/index.ts';
import { readOnlyAttributes } from './attributes.ts';
import type { ConfigurationDocument } from './document.ts';
import { laterKey, laterValue } from './later.ts';
import { didYouMean, nearest } from '../model/nearest.ts';
import { valueAt } from './path.ts';
import type { Path } from './path.ts';
import { configurationZod } from './schema.ts';
import { typeName } from './value.ts';

type Issue = z.core.$ZodIssue;

/** Everything in the configuration that has the wrong shape. A value never comes back in a problem. */
export function shapeProblems(
  document: ConfigurationDocument,
  schema: z.ZodType = configurationZod,
): Problem[] {
  const result = schema.safeParse(document.value, { error: knownKeys });
  return result.success ? [] : result.error.issues.flatMap((issue) => problemsOf(issue, [], document));
}

/** Hands the keys that an object knows through to the issue, which would not say them. */
function knownKeys(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code !== 'unrecognized_keys') return undefined;
  const definition = issue.inst?._zod.def as { readonly shape?: object } | undefined;
  return Object.keys(definition?.shape ?? {}).join('\n');
}

function problemsOf(issue: Issue, parent: Path, document: ConfigurationDocument): Problem[] {
  const path = [...parent, ...(issue.path as (string | number)[])];
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => unknownKey(key, issue.message, path, document));
  if (issue.code === 'invalid_union') return unionProblems(issue, path, document);
  const value = valueAt(document.value, path);
  if (issue.code === 'invalid_key') {
    const name = String(path.at(-1));
    return [
      {
        message: `the name ${issue.issues[0]?.message ?? 'is not allowed'}`,
        locus: document.locateKey(path.slice(0, -1), name),
      },
    ];
  }
  if (value === undefined && issue.code !== 'custom') {
    return [
      { message: `${String(path.at(-1) ?? 'the configuration')} is missing`, locus: document.locate(path) },
    ];
  }
  const later = laterValue(path, value);
  if (later !== undefined) return [{ message: later, locus: document.locate(path) }];
  const hint =
    issue.code === 'invalid_value' && typeof value === 'string'
      ? didYouMean(value, issue.values.map(String))
      : undefined;
  return [
    {
      message: `${subject(path)} ${complaint(issue, value)}`,
      locus: document.locate(path),
      ...(hint !== undefined && { hint }),
    },
  ];
}

function complaint(issue: Issue, value: unknown): string {
  if (issue.code === 'invalid_type') {
    if (value === null) return `is empty, and ${expected(issue.expected)} belongs there`;
    if (issue.expected === 'int' && typeof value === 'number') return 'has to be a whole number';
    const help = issue.expected === 'string' && typeof value !== 'object' ? '; put it in quotes' : '';
    return `has to be ${expected(issue.expected)}, and is ${typeName(value)}${help}`;
  }
  if (issue.code === 'invalid_value') return `has to be ${oneOf(issue.values.map(String))}`;
  if (issue.code === 'too_small') {
    if (issue.origin === 'string') return issue.exact ? 'has to be one character' : 'is empty';
    return `has to be ${issue.inclusive === false ? 'more than' : 'at least'} ${String(issue.minimum)}`;
  }
  if (issue.code === 'too_big')
    return issue.origin === 'string'
      ? 'has to be one character'
      : `has to be at most ${String(issue.maximum)}`;
  return issue.message;
}

/** Of a union, only what is wrong with the form that somebody meant is of use. */
function unionProblems(
  issue: Issue & { code: 'invalid_union' },
  path: Path,
  document: ConfigurationDocument,
): Problem[] {
  const value = valueAt(document.value, path);
  const locus = document.locate(path);
  const say = (message: string, hint?: string): Problem[] => [
    { message, locus, ...(hint !== undefined && { hint }) },
  ];
  const options = 'options' in issue ? issue.options?.map(String) : undefined;
  if (value === undefined)
    return say(`${String(path.at(-1))} is missing`, options && `it is ${oneOf(options)}`);
  if (options) {
    const later = laterValue(path, value);
    if (later !== undefined) return say(later);
    return say(
      `${subject(path)} has to be ${oneOf(options)}`,
      typeof value === 'string' ? didYouMean(value, options) : undefined,
    );
  }
  // A word is not what somebody meant who wrote a list or a map.
  const isWrongType = (error: Issue): boolean =>
    error.path.length === 0 &&
    (error.code === 'invalid_type' || (error.code === 'invalid_value' && typeof value === 'object'));
  const meant = issue.errors.filter((errors) => !errors.some(isWrongType));
  if (meant.length === 1) return meant[0]!.flatMap((error) => problemsOf(error, path, document));
  const choices = issue.errors.flat().flatMap((error) => {
    if (error.code === 'invalid_type') return [expected(error.expected)];
    if (error.code === 'too_big' || error.code === 'too_small') return ['one character'];
    return error.code === 'invalid_value' ? error.values.map(String) : [];
  });
  const what = oneOf([...new Set(choices)]);
  if (value === null) return say(`${subject(path)} is empty, and ${what} belongs there`);
  return say(`${subject(path)} has to be ${what}${meant.length === 0 ? `, and is ${typeName(value)}` : ''}`);
}

function unknownKey(key: string, known: string, path: Path, document: ConfigurationDocument): Problem {
  const locus = document.locateKey(path, key);
  const later = laterKey(path, key);
  if (later !== undefined) return { message: later, locus };
  if (key === '<<') return { message: 'merge keys (<<) are not read', locus, hint: 'write the keys out' };
  // Beside a credential, a key that nobody knows may be the credential, written in the wrong place.
  const isPrivate = path.includes('auth') || path[2] === 'proxy';
  const names = known.split('\n').filter((name) => !name.startsWith('$'));
  if (path[0] === 'identity' || path[2] === 'map') {
    const reason = Object.hasOwn(readOnlyAttributes, key) ? readOnlyAttributes[key] : undefined;
    if (reason !== undefined) return { message: `${key} is not set here: ${reason}`, locus };
  }
  const match = nearest(key, names);
  const hint = match === undefined ? `known here: ${names.join(', ')}` : `did you mean ${match}?`;
  return {
    message: isPrivate ? 'there is a key here that is not known' : `the key ${shortened(key)} is not known`,
    locus,
    hint,
  };
}

function subject(path: Path): string {
  const last = path.at(-1);
  if (last === undefined) return 'the configuration';
  return typeof last === 'number' ? `entry ${last + 1} of ${String(path.at(-2))}` : last;
}

function expected(type: string): string {
  const words: Readonly<Record<string, string>> = {
    string: 'text',
    number: 'a number',
    int: 'a whole number',
    boolean: 'true or false',
    array: 'a list',
    object: 'a map of keys',
    record: 'a map of keys',
  };
  return words[type] ?? type;
}

function oneOf(choices: readonly string[]): string {
  return choices.length < 2 ? (choices[0] ?? '') : `${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}`;
}

function shortened(key: string): string {
  const line = key.replaceAll(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 60)}…` : line;
}

/** As they stand in one file. */
export function inOrder(problems: readonly Problem[]): readonly Problem[] {
  return [...problems].sort(
    (left, right) =>
      (left.locus?.line ?? 0) - (right.locus?.line ?? 0) ||
      (left.locus?.column ?? 0) - (right.locus?.column ?? 0),
  );
}
