import { CAUSES, actOf, causeOf, rankOf, remedyFor } from '../model/index.ts';
import type { Cause, Kind } from '../model/index.ts';
import type { Unfinished } from '../store/failures.ts';
import type { Halt } from '../store/halts.ts';
import { csvLine } from './csv.ts';
import { markdownTable } from './markdown.ts';
import { haltText } from './standing.ts';
import { count, plain, when } from './style.ts';
import type { Style } from './style.ts';
import { joined } from './views.ts';

/** What is not done on one target, by the code of its cause. */
export interface FailuresView {
  readonly name: string;
  readonly halted?: Halt;
  readonly counts: ReadonlyMap<string, number>;
  /** Those of one code, read row by row. */
  readonly of: (code: string, most?: number) => Iterable<Unfinished>;
}

/** The causes that there are, in the order in which they are told. */
function causesOf({ counts }: FailuresView): readonly (Cause & { readonly count: number })[] {
  return [...counts]
    .map(([code, number]) => ({ ...causeOf(code), count: number }))
    .sort((one, other) => rankOf(one.code) - rankOf(other.code) || (one.code < other.code ? -1 : 1));
}

/** Cause by cause: what it is, what became of it, what to do; and whom it concerns. */
export function* failuresText(
  targets: readonly FailuresView[],
  { style, most }: { readonly style: Style; readonly most: number },
): Generator<string> {
  for (const [index, target] of targets.entries()) {
    const { name, halted } = target;
    const causes = causesOf(target);
    if (index > 0) yield '';
    if (causes.length === 0) {
      yield `${style('bold', name)}  nothing failed, nothing waits`;
      yield* haltText(name, halted, style);
      continue;
    }
    yield style('bold', name);
    yield* haltText(name, halted, style);
    for (const cause of causes) {
      yield `  ${style('yellow', cause.code)} ${cause.count.toLocaleString('en-GB')}: ${cause.cause}`;
      yield `      the operation  ${cause.operation}`;
      yield `      the target     ${cause.target}`;
      yield `      what to do     ${style.commands(remedyFor(cause, name))}`;
      for (const one of target.of(cause.code, most)) yield `    ${oneText(one, style)}`;
      if (cause.count > most)
        yield `    … and ${(cause.count - most).toLocaleString('en-GB')} more (--all names them)`;
    }
  }
}

function oneText(one: Unfinished, style: Style): string {
  const { key, group, kind, state, reason, attempts, again } = one;
  const what = kind === undefined ? '' : ` ${kind}`;
  const where = group === undefined ? '' : ` (${plain(group)})`;
  const tried = attempts > 1 ? `, tried ${count(attempts, 'time')}` : '';
  const next = again === undefined ? '' : `, sent again by the first run after ${when(again)}`;
  return `${style(state === 'failed' ? 'red' : 'yellow', state)}${what}  ${plain(key)}${where}  ${plain(reason)}${tried}${next}`;
}

/** As one document, in pieces: there may be as many as there are people. */
export function* failuresJson(targets: readonly FailuresView[]): Generator<string> {
  yield '{"targets":{';
  for (const [index, target] of targets.entries()) {
    const { name, halted } = target;
    const causes = causesOf(target).map((cause) => ({ ...cause, remedy: remedyFor(cause, name) }));
    const head = { ...(halted !== undefined && { halted }), causes };
    yield `${index > 0 ? ',' : ''}${JSON.stringify(name)}:${JSON.stringify(head).slice(0, -1)},"items":[`;
    yield* joined(items(target));
    yield ']}';
  }
  yield '}}\n';
}

function* items(target: FailuresView): Generator<object> {
  for (const { code } of causesOf(target))
    for (const { type, kind, ...one } of target.of(code))
      yield { type, ...(kind !== undefined && { kind: actOf(kind as Kind) }), ...one };
}

const COLUMNS = [
  'target',
  'key',
  'type',
  'kind',
  'group',
  'state',
  'code',
  'cause',
  'reason',
  'attempts',
  'since',
  'again',
  'remedy',
] as const;

export function* failuresCsv(targets: readonly FailuresView[]): Generator<string> {
  yield csvLine(COLUMNS);
  const at = (time: number | undefined): string => (time === undefined ? '' : new Date(time).toISOString());
  for (const target of targets)
    for (const cause of causesOf(target))
      for (const { key, type, kind = '', group = '', state, code, reason, ...one } of target.of(cause.code))
        yield csvLine([
          target.name,
          key,
          type,
          kind,
          group,
          state,
          code,
          cause.cause,
          reason,
          String(one.attempts),
          at(one.since),
          at(one.again),
          remedyFor(cause, target.name),
        ]);
}

/** The causes for the README. */
export function causeTable(): string {
  const rows = CAUSES.map(({ code, cause, operation, target, remedy }) => [
    `\`${code}\``,
    cause,
    operation,
    target,
    marked(remedy),
  ]);
  return markdownTable([['`code`', 'cause', 'the operation', 'the target', 'what you do'], ...rows]);
}

/** Commands stand in code, whether they were written so or not. */
function marked(text: string): string {
  return text.replace(
    /(?<!`)\brollcall \w+(?: (?:TARGET|OLD|NEW|--[\w-]+))*/g,
    (command) => `\`${command}\``,
  );
}
