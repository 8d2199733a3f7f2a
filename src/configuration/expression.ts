import type { ASTNode } from '@marcbachmann/cel-js';
import type { Element, Scope } from '../model/index.ts';
import { compileFault } from './faults.ts';
import type { Language } from './language.ts';
import type { Fault } from './pieces.ts';
import { readsOf } from './reads.ts';
import type { Reads, Variable } from './reads.ts';
import { identityView, recordView } from './view.ts';

/** A CEL expression that was read and whose types were checked. */
export interface Expression {
  /** What it gives, as CEL names it: `string`, `bool`, `list<string>`, `dyn` where that is not known. */
  readonly type: string;
  readonly reads: Reads;
  /** Set where it is nothing but one column. */
  readonly column?: string;
  /** Set where it is nothing but one element of a column that is a list. */
  readonly element?: { readonly column: string; readonly which: Element };
  /** Set where it is nothing but a value that is written out. */
  readonly constant?: unknown;
  /** Throws whatever CEL throws; the result is CEL's, not yet JSON. */
  run(scope: Scope): unknown;
}

/** Compiles the text between `${` and `}`; a fault's `start` counts in that text. `raw`: fields are seen as they stand. */
export function compileExpression(
  source: string,
  language: Language,
  options: { readonly variables: readonly Variable[]; readonly raw?: boolean },
): Expression | Fault {
  if (source.trim() === '') return { message: 'there is no expression between ${ and }', start: 0 };
  try {
    const program = language.environment(options.variables).parse(source);
    const reads = readsOf(program.ast);
    const fault = reads.faults[0];
    if (fault) return fault;
    const checked = program.check();
    if (!checked.valid) return compileFault(checked.error, language, options.variables);
    const column = columnOf(program.ast);
    const element = language.record === 'text' ? undefined : elementOf(program.ast);
    return {
      type: checked.type ?? 'dyn',
      reads,
      ...(column !== undefined && { column }),
      ...(element !== undefined && { element }),
      ...(program.ast.op === 'value' && { constant: program.ast.args }),
      run: viewed(program as (scope: object) => unknown, reads, {
        raw: options.raw ?? false,
        lists: language.record === 'lists',
      }),
    };
  } catch (error) {
    return compileFault(error, language, options.variables);
  }
}

export function isFault(result: Expression | Fault): result is Fault {
  return 'message' in result;
}

function viewed(
  run: (scope: object) => unknown,
  reads: Reads,
  as: { readonly raw: boolean; readonly lists: boolean },
): (scope: Scope) => unknown {
  const record = recordView(reads, as);
  if (!reads.variables.has('identity')) {
    if (!reads.variables.has('groups')) return (scope) => run({ record: record(scope.record) });
    return (scope) => run({ record: record(scope.record), groups: scope.groups });
  }
  const identity = identityView(reads);
  // Groups of which one is unknown are not to be touched by an expression that does not ask for them.
  if (!reads.variables.has('groups'))
    return (scope) => run({ record: record(scope.record), identity: identity(scope.identity) });
  return (scope) =>
    run({ record: record(scope.record), identity: identity(scope.identity), groups: scope.groups });
}

/** `record.uid[0]` and `first(record.uid)`. */
function elementOf(ast: ASTNode): Expression['element'] {
  if (ast.op === '[]') {
    const [list, index] = ast.args;
    const column = index.op === 'value' && index.args === 0n ? columnOf(list) : undefined;
    return column === undefined ? undefined : { column, which: 'first' };
  }
  if (ast.op !== 'call' || ast.args[0] !== 'first' || ast.args[1].length !== 1) return undefined;
  const column = columnOf(ast.args[1][0]!);
  return column === undefined ? undefined : { column, which: 'first filled' };
}

function columnOf(ast: { readonly op: string; readonly args: unknown }): string | undefined {
  if (ast.op !== '.' && ast.op !== '[]') return undefined;
  const [object, name] = ast.args as [{ op: string; args: unknown }, string | { op: string; args: unknown }];
  if (object.op !== 'id' || object.args !== 'record') return undefined;
  if (typeof name === 'string') return name;
  return name.op === 'value' && typeof name.args === 'string' ? name.args : undefined;
}
