import { EvaluationError as CelError, ParseError, TypeError as CelTypeError } from '@marcbachmann/cel-js';
import type { ASTNode, ErrorLocation } from '@marcbachmann/cel-js';
import { FunctionFault } from './functions/index.ts';
import type { Language } from './language.ts';
import { didYouMean } from '../model/nearest.ts';
import type { Fault } from './pieces.ts';
import type { Variable } from './reads.ts';

const tokens: Readonly<Record<string, string>> = {
  EOF: 'the end of the expression',
  NUMBER: 'a number',
  STRING: 'text in quotes',
  BYTES: 'bytes',
  BOOLEAN: 'true or false',
  NULL: 'null',
  IDENTIFIER: 'a name',
  PLUS: '+',
  MINUS: '-',
  MULTIPLY: '*',
  DIVIDE: '/',
  MODULO: '%',
  EQ: '==',
  NE: '!=',
  LT: '<',
  LE: '<=',
  GT: '>',
  GE: '>=',
  AND: '&&',
  OR: '||',
  NOT: '!',
  IN: 'in',
  LPAREN: '(',
  RPAREN: ')',
  LBRACKET: '[',
  RBRACKET: ']',
  LBRACE: '{',
  RBRACE: '}',
  DOT: '.',
  COMMA: ',',
  COLON: ':',
  QUESTION: '?',
};

/** What is wrong with an expression as it is written, for the person who wrote it. */
export function compileFault(error: unknown, language: Language, variables: readonly Variable[]): Fault {
  if (error instanceof ParseError) return { start: error.range?.start ?? 0, ...syntaxFault(error) };
  if (error instanceof CelTypeError)
    return { start: operatorOf(error) ?? error.range?.start ?? 0, ...typeFault(error, language, variables) };
  if (error instanceof RangeError) return { start: 0, message: 'this expression is too deep' };
  return { start: 0, message: error instanceof Error ? error.message : 'this expression cannot be read' };
}

function syntaxFault({ code, summary }: ParseError): Pick<Fault, 'message' | 'hint'> {
  const named = summary.replaceAll(/\b[A-Z]{2,}\b/g, (name) => tokens[name] ?? name);
  const message = lowerFirst(named);
  if (code === 'unexpected_character' && summary.includes("'='"))
    return { message, hint: 'equality is written ==' };
  if (code === 'unexpected_character' && /: =$/.test(summary))
    return { message, hint: 'equality is written ==' };
  const [strange] = code === 'unexpected_character' ? (/[^\0-\x7f]/.exec(summary) ?? []) : [];
  if (strange !== undefined)
    return {
      message,
      hint: /[“”„«»‘’‚]/.test(strange)
        ? `text stands between straight quotes, ' or "`
        : 'a column whose name has other letters is written record["…"]',
    };
  if (/^exceeded max/.test(message))
    return { message, hint: 'make it shorter, or a column of the source of it' };
  return { message };
}

function typeFault(
  { code, summary, node }: CelTypeError,
  language: Language,
  variables: readonly Variable[],
): Pick<Fault, 'message' | 'hint'> {
  switch (code) {
    case 'unknown_variable':
      return unknownVariable(nameIn(node?.args), variables);
    case 'no_matching_overload':
      return unknownFunction(node, summary, language);
    case 'no_such_overload':
      return {
        message: summary.replace('no such overload:', 'there is no'),
        hint: 'string(…), int(…) and double(…) turn one type into another',
      };
    case 'incompatible_ternary_branches':
      return { message: lowerFirst(summary), hint: 'none() stands for what is absent' };
    default:
      return { message: lowerFirst(summary) };
  }
}

/** The library points at the left side of `a + b`; what does not fit is the operator. */
function operatorOf({ code, node }: CelTypeError): number | undefined {
  if (code !== 'no_such_overload' || !Array.isArray(node?.args)) return undefined;
  const [left] = node.args as readonly { readonly end?: number }[];
  if (left?.end === undefined || node.input === undefined) return undefined;
  return left.end + /^[\s)]*/.exec(node.input.slice(left.end))![0].length;
}

function unknownVariable(name: string, variables: readonly Variable[]): Pick<Fault, 'message' | 'hint'> {
  const seen = `an expression here sees ${variables.join(', ')}`;
  if (name === 'identity' || name === 'groups') return { message: `${name} is not known here`, hint: seen };
  const hint = didYouMean(name, variables) ?? `a column is written record.${name}; ${seen}`;
  return { message: `${name} is not known`, hint };
}

const FUNCTIONS = 'docs/configuration.md has all of them, under Expressions';

function unknownFunction(
  node: ErrorLocation | undefined,
  summary: string,
  language: Language,
): Pick<Fault, 'message' | 'hint'> {
  const name = nameIn(node?.args);
  const isMethod = node?.op === 'rcall';
  const same = language.functions.filter((one) => one.name === name);
  const fitting = same.filter((one) => one.method === isMethod);
  if (same.length === 0) {
    const hint = didYouMean(
      name,
      language.functions.map((one) => one.name),
    );
    return { message: `there is no function ${name}`, hint: hint ?? FUNCTIONS };
  }
  if (fitting.length === 0)
    return {
      message: `${name} is not called this way`,
      hint: isMethod ? `write ${name}(…) with the value inside` : `write value.${name}(…)`,
    };
  const signatures = fitting.map((one) => one.signature).filter((signature) => !signature.includes('(null'));
  return {
    message: summary.replace('found no matching overload for', 'there is no'),
    hint: `there is ${signatures.join(' and ')}`,
  };
}

/**
 * What went wrong when an expression met a record. CEL's own words are passed on only where they hold types alone:
 * several of its messages quote the value.
 */
export function evaluationFault(error: unknown): string {
  if (error instanceof FunctionFault) return error.message;
  if (!(error instanceof CelError))
    return error instanceof RangeError ? 'it is too deep' : 'it cannot be evaluated';
  switch (error.code) {
    case 'no_such_overload':
      return error.summary.replace('no such overload:', 'there is no').replaceAll(/dyn<([^>]*)>/g, '$1');
    case 'no_matching_overload':
      return error.summary.replace('found no matching overload for', 'there is no');
    case 'invalid_condition_type':
    case 'invalid_logical_operand':
    case 'invalid_list_element_type':
    case 'invalid_comprehension_range':
    case 'variable_type_mismatch':
    case 'unsupported_type':
      return lowerFirst(error.summary);
    case 'field_type_mismatch':
    case 'list_item_type_mismatch':
      return `a field is not of the type that is expected here, but ${typeAtEnd(error.summary)}`;
    case 'no_such_key':
      return missingKey(error.node);
    case 'index_out_of_bounds':
    case 'index_out_of_range':
      return 'the index is beyond the end';
    case 'division_by_zero':
    case 'modulo_by_zero':
      return 'it divides by zero';
    default:
      return (
        conversions[error.code] ??
        `it met a value that it cannot work with (${error.code.replaceAll('_', ' ')})`
      );
  }
}

/** Only text can fail to become a number or a truth; a number that is too large has a code of its own. */
const conversions: Readonly<Record<string, string>> = {
  int_conversion_error: 'the value is a string, and cannot be turned into an int',
  uint_conversion_error: 'the value cannot be turned into a uint',
  double_conversion_error: 'the value is a string, and cannot be turned into a double',
  bool_conversion_error: 'the value is a string, and cannot be turned into a bool',
  invalid_timestamp: 'the value is no time of the form 2026-03-01T08:00:00Z',
  invalid_duration: 'the value is a string, and no span of time such as 36h',
  numeric_overflow: 'a whole number is beyond 2^63',
};

function missingKey(node: ASTNode | undefined): string {
  if (node?.op !== '.') return 'there is no field of the name that it looks for';
  const [object, name] = node.args;
  return `${object.op === 'id' ? object.args : 'a value'} has no field ${name}; get(record, "…") gives what may be absent`;
}

/** The name of a variable, or of the function of a call. */
function nameIn(args: unknown): string {
  const name: unknown = Array.isArray(args) ? args[0] : args;
  return typeof name === 'string' ? name : '';
}

function typeAtEnd(summary: string): string {
  return /got '([^']*)'$/.exec(summary)?.[1] ?? 'another';
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}
