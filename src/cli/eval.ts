import { askedOf, columnsOf, compileTrial } from '../configuration/index.ts';
import { tryAll } from '../engine/trial.ts';
import type { Tried } from '../engine/trial.ts';
import { EvaluationError, RollcallError } from '../model/index.ts';
import type { Configuration, Locus, Problem, Template } from '../model/index.ts';
import { errorDocument } from '../reports/error.ts';
import { withState } from '../store/state.ts';
import type { State } from '../store/state.ts';
import { plain } from '../reports/style.ts';
import type { Style } from '../reports/style.ts';
import { placeText } from '../reports/trial.ts';
import { wire } from './engine.ts';
import { unknownKey } from './record.ts';
import { endOnSignal } from './signals.ts';
import { print, styleOf } from './terminal.ts';
import type { GlobalOptions } from './terminal.ts';

interface Options extends GlobalOptions {
  readonly record: string;
}

/** What the expression gives on one record, or why it gives nothing there. */
type Result = { readonly locus: Locus } & ({ readonly value: unknown } | { readonly error: string });

/** One expression on each record of a key, which is one unless something is wrong. */
export async function run(options: Options, expression: string): Promise<number> {
  const { configuration, engine } = await wire(options, false);
  const template = await compileTrial(expression, configuration, () => engine.clock.now());
  const style = styleOf(options);
  const evaluateAll = async (state: State): Promise<number> => {
    const source = engine.openSource(state);
    const results: Result[] = [];
    const { mapping } = configuration;
    const reading = tryAll(
      {
        source,
        columns: columnsWith(configuration, template),
        asked: new Set([...askedOf(configuration), ...(template.asked ?? [])]),
        mapping,
      },
      options.record,
    );
    for await (const tried of reading) results.push({ locus: tried.locus, ...evaluate(template, tried) });
    if (results.length === 0) throw unknownKey(options.record, source);
    const problems = results.flatMap((result): readonly Problem[] =>
      'error' in result ? [{ message: result.error, locus: result.locus }] : [],
    );
    if (options.json) await print([json(options, expression, results, problems, style)]);
    else if (problems.length > 0) throw new RollcallError('source', problems);
    else await print(text(results));
    return problems.length === 0 ? 0 : 1;
  };
  return endOnSignal(() => withState(configuration.state, false, evaluateAll));
}

/** The columns that the expression reads have to be there as well, and what nobody reads may be left out of a record. */
function columnsWith(
  configuration: Configuration,
  { columns, locus }: Template,
): ReadonlyMap<string, readonly Locus[]> {
  const known = columnsOf(configuration);
  const own = columns.filter((name) => !known.has(name));
  return new Map([...known, ...own.map((name) => [name, [locus]] as const)]);
}

function evaluate(
  template: Template,
  { scope, refusal }: Tried,
): { readonly value: unknown } | { readonly error: string } {
  // In a row that is out of step, a cell may be another one's.
  if (refusal?.rule === 'ragged') return { error: refusal.reason };
  if (refusal !== undefined && template.variables.some((name) => name !== 'record'))
    return { error: `the record is rejected, and makes no identity: ${refusal.rule}: ${refusal.reason}` };
  try {
    return { value: template.evaluate(scope) };
  } catch (error) {
    if (error instanceof EvaluationError) return { error: error.message };
    throw error;
  }
}

function* text(results: readonly Result[]): Generator<string> {
  for (const result of results) {
    if (results.length > 1) yield `${placeText(result.locus)}:`;
    const value = 'value' in result ? result.value : undefined;
    const shown = value === undefined ? '(absent)' : JSON.stringify(value, undefined, 2);
    yield* shown.split('\n').map(plain);
  }
}

/** What is absent is `null` here: a name without a value would not be there at all. */
function json(
  { record: key }: Options,
  expression: string,
  results: readonly Result[],
  problems: readonly Problem[],
  style: Style,
): string {
  const error = problems.length === 0 ? undefined : errorDocument('source', problems, style);
  const told = results.map(({ locus: { file, line }, ...result }) => ({
    file,
    line,
    ...('value' in result ? { value: result.value ?? null } : result),
  }));
  return JSON.stringify({ ...(error && { error }), expression, key, results: told });
}
