import { EvaluationError } from '../model/index.ts';
import type { Locus, Problem, Scope, Template } from '../model/index.ts';
import { compileExpression, isFault } from './expression.ts';
import type { Expression } from './expression.ts';
import { evaluationFault } from './faults.ts';
import type { Language } from './language.ts';
import { splitText } from './pieces.ts';
import type { Fault, Piece } from './pieces.ts';
import type { Variable } from './reads.ts';
import {
  cleanText,
  MisfitError,
  misfitOfType,
  toBoolean,
  toCondition,
  toJson,
  toMap,
  toText,
  toTextPart,
  toTexts,
  toValues,
} from './value.ts';
import type { Wanted } from './value.ts';

/** Where a text stands: its path for people, and the place in the file of each of its characters. */
export interface TextPlace {
  readonly path: string;
  readonly locus: Locus;
  at(offset: number): Locus;
}

export interface TemplateOptions {
  readonly language: Language;
  readonly variables: readonly Variable[];
  readonly wants: Wanted;
  /** A password: neither trimmed nor recomposed, and its text is in no message. */
  readonly secret?: boolean;
  /** `ref(…)` may stand here, and has to. */
  readonly reference?: boolean;
}

type Evaluate = (scope: Scope) => unknown;

/** A text of the configuration with its expressions compiled; problems go to `report`, and there is then no template. */
export function compileTemplate(
  text: string,
  place: TextPlace,
  options: TemplateOptions,
  report: (problem: Problem) => void,
): Template | undefined {
  const say = (fault: Fault): undefined => void report(problemOf(fault, text, place, options));
  const { pieces, fault } = splitText(text);
  if (fault) return say(fault);
  const compiled: (string | { readonly expression: Expression; readonly source: string })[] = [];
  const whole = wholeExpression(pieces);
  for (const piece of whole ? [whole] : pieces) {
    if (piece.kind === 'text') {
      compiled.push(piece.text);
      continue;
    }
    const result = compileExpression(piece.source, options.language, {
      variables: options.variables,
      raw: options.secret ?? false,
    });
    const wrong = isFault(result) ? result : misuse(result, options, whole ? options.wants : 'part');
    if (wrong) return say({ ...wrong, start: piece.start + wrong.start });
    compiled.push({ expression: result as Expression, source: piece.source });
  }
  const expressions = compiled.filter((part) => typeof part !== 'string').map((part) => part.expression);
  const misplaced = literalMisfit(expressions, options);
  if (misplaced) return say(misplaced);
  const evaluate = whole
    ? exactly(expressions[0]!, options)
    : interpolated(
        compiled.map((part) => (typeof part === 'string' ? part : part.expression)),
        options,
      );
  const { column, element } = (options.wants === 'text' && whole && expressions[0]) || {};
  return {
    text,
    locus: place.locus,
    columns: unique(expressions.flatMap((expression) => [...expression.reads.columns])),
    variables: unique(expressions.flatMap((expression) => [...expression.reads.variables])),
    ...(expressions.some((expression) => expression.reads.wholeRecord) && { readsAll: true }),
    readsClock: expressions.some((expression) => expression.reads.readsClock),
    ...asked(expressions),
    ...within(expressions),
    ...(column !== undefined && { column }),
    ...(element !== undefined && { column: element.column, element: element.which }),
    evaluate: guarded(evaluate, text, place, options),
  };
}

function asked(expressions: readonly Expression[]): Pick<Template, 'asked'> {
  const names = expressions.flatMap(({ reads }) =>
    [...reads.fields].filter((name) => !reads.columns.has(name)),
  );
  return names.length === 0 ? {} : { asked: unique(names) };
}

function within(expressions: readonly Expression[]): Pick<Template, 'within'> {
  const names = expressions.flatMap(({ reads }) => reads.within);
  return names.length === 0 ? {} : { within: names };
}

/** A value that is the same for every record. */
export function constantTemplate(value: unknown, text: string, locus: Locus): Template {
  return { text, locus, columns: [], variables: [], readsClock: false, evaluate: () => value };
}

export interface Part {
  readonly name: string;
  readonly template: Template;
}

/** One template over several; what they read is what it reads. */
export function composed(
  text: string,
  locus: Locus,
  parts: readonly Template[],
  evaluate: Evaluate,
): Template {
  return {
    text,
    locus,
    columns: unique(parts.flatMap((part) => part.columns)),
    variables: unique(parts.flatMap((part) => part.variables)),
    readsClock: parts.some((part) => part.readsClock),
    parts,
    evaluate,
  };
}

/** The expression that a text is nothing but; white space around it, as a block of YAML leaves it, does not count. */
function wholeExpression(pieces: readonly Piece[]): (Piece & { kind: 'expression' }) | undefined {
  const rest = pieces.filter((piece) => piece.kind === 'expression' || piece.text.trim() !== '');
  const [only] = rest;
  return rest.length === 1 && only?.kind === 'expression' ? only : undefined;
}

function misuse(expression: Expression, options: TemplateOptions, wants: Wanted | 'part'): Fault | undefined {
  if (expression.reads.callsReference && !options.reference)
    return {
      start: 0,
      message: 'ref(…) names another person, and only enterprise.manager holds one',
      hint: "without ref the column's text is taken as it stands",
    };
  const { column } = expression;
  if (column !== undefined && isList(column, options.language) && !takesList.has(wants))
    return {
      start: 0,
      message: `record.${column} is a list of values, and one belongs here`,
      hint: `write first(record.${column}), or record.${column}[0]`,
    };
  const misfit = misfitOfType(expression.type, wants);
  return misfit === undefined ? undefined : { start: 0, message: `this expression ${misfit}` };
}

const takesList: ReadonlySet<Wanted | 'part'> = new Set(['list', 'values', 'json']);

/** Every attribute of a directory's entry has a list of values; its name has one. */
function isList(column: string, { record }: Language): boolean {
  return record === 'lists' && column.toLowerCase() !== 'dn';
}

function literalMisfit(expressions: readonly Expression[], options: TemplateOptions): Fault | undefined {
  if (options.reference && !expressions.some((expression) => expression.reads.callsReference))
    return {
      start: 0,
      message: "the manager is named by another person's key",
      hint: 'write ${ref(record.manager_id)}',
    };
  if (expressions.length > 0 || options.wants === 'text' || options.wants === 'json') return undefined;
  const truth = 'true or false';
  const what = { boolean: truth, condition: truth, list: 'a list', values: 'a list', map: 'a map' }[
    options.wants
  ];
  return {
    start: 0,
    message: `this is plain text, and ${what} belongs here`,
    hint: 'an expression is written ${ … }',
  };
}

function exactly(expression: Expression, { wants, secret }: TemplateOptions): Evaluate {
  const run = expression.run.bind(expression);
  if (secret) return (scope) => secretText(run(scope));
  switch (wants) {
    case 'text':
      if (expression.element !== undefined) return elementText(expression.element, run);
      return expression.column === undefined
        ? (scope) => toText(run(scope))
        : columnText(expression.column, run);
    case 'boolean':
      return (scope) => toBoolean(run(scope));
    case 'condition':
      return (scope) => toCondition(run(scope));
    case 'list':
      return (scope) => toTexts(run(scope));
    case 'values':
      return (scope) => toValues(run(scope));
    case 'map':
      return (scope) => toMap(run(scope));
    case 'json':
      return (scope) => toJson(run(scope));
  }
}

/** The way that most of a mapping goes; whatever is not plain text takes the long one. */
function columnText(column: string, run: Evaluate): Evaluate {
  return (scope) => {
    const value = scope.record[column];
    return typeof value === 'string' ? cleanText(value) : toText(run(scope));
  };
}

/** The same for an element of a list. */
function elementText({ column, which }: NonNullable<Expression['element']>, run: Evaluate): Evaluate {
  return (scope) => {
    const list = scope.record[column];
    const value: unknown = Array.isArray(list) ? list[0] : undefined;
    if (typeof value !== 'string') return toText(run(scope));
    return cleanText(value) ?? (which === 'first' ? undefined : toText(run(scope)));
  };
}

function interpolated(parts: readonly (string | Expression)[], { secret }: TemplateOptions): Evaluate {
  const runs = parts.map((part): ((scope: Scope) => string) =>
    typeof part === 'string' ? () => part : (scope) => toTextPart(part.run(scope)),
  );
  if (parts.every((part) => typeof part === 'string')) {
    const text = parts.join('');
    const value = secret ? secretText(text) : cleanText(text);
    return () => value;
  }
  return (scope) => {
    let text = '';
    for (const run of runs) text += run(scope);
    return secret ? secretText(text) : cleanText(text);
  };
}

function secretText(value: unknown): string | undefined {
  if (value === null || value === undefined || value === '') return undefined;
  if (typeof value !== 'string') throw new MisfitError('gives something other than text');
  return value;
}

function guarded(evaluate: Evaluate, text: string, place: TextPlace, { secret }: TemplateOptions): Evaluate {
  return (scope) => {
    try {
      return evaluate(scope);
    } catch (error) {
      const name = secret ? `the expression of ${place.path}` : `${place.path} ${shortened(text)}`;
      throw new EvaluationError(
        error instanceof MisfitError
          ? `${name} ${error.message}`
          : `${name} failed: ${toldBy(error) ?? evaluationFault(error)}`,
      );
    }
  };
}

/** What a record itself says of why something in it cannot be read. */
function toldBy(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if (cause instanceof EvaluationError) return cause.message;
  return undefined;
}

function problemOf(fault: Fault, text: string, place: TextPlace, { secret }: TemplateOptions): Problem {
  const shown = secret ? '' : `\n${caret(text, fault.start)}`;
  return {
    message: `${fault.message}${shown}`,
    locus: place.at(fault.start),
    ...(fault.hint !== undefined && { hint: fault.hint }),
  };
}

/** The line in question, with a mark under the place. */
function caret(text: string, offset: number): string {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const lineEnd = text.indexOf('\n', offset);
  const line = text.slice(lineStart, lineEnd < 0 ? undefined : lineEnd);
  // A long line is shown around the mark.
  const from = Math.max(0, offset - lineStart - 60);
  const before = line.slice(from, offset - lineStart).replaceAll(/[^\t]/g, ' ');
  return `    ${line.slice(from, from + 100)}\n    ${before}^`;
}

function shortened(text: string): string {
  const line = text.trim().replaceAll(/\s+/g, ' ');
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
}

function unique<T>(items: readonly T[]): readonly T[] {
  return [...new Set(items)];
}
