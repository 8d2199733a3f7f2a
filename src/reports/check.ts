import { formatLocus } from '../model/index.ts';
import type { Configuration, Problem, SourceConfiguration, TargetConfiguration } from '../model/index.ts';
import type { Lint } from '../engine/inspect.ts';
import type { Run } from '../engine/run.ts';
import type { Tried } from '../engine/trial.ts';
import { errorDocument } from './error.ts';
import { sourceText } from './plan.ts';
import { plain, shownPath } from './style.ts';
import type { Style } from './style.ts';
import { lintView, trialView } from './trial.ts';
import { joined, rejectionViews, rejectionsByRule, sourceView } from './views.ts';

/** How a target answered, and what about it is not as the configuration says. */
export interface Connection {
  readonly name: string;
  readonly ok: boolean;
  readonly milliseconds?: number;
  /** How the token that it took was come by. */
  readonly credential?: string;
  readonly error?: { readonly code: string; readonly message: string; readonly hint?: string };
  readonly warnings: readonly string[];
}

export function* configurationText(
  { file, source, warnings }: Configuration,
  targets: readonly TargetConfiguration[],
  style: Style,
): Generator<string> {
  const named = targets.map(({ name, connector }) => `${name} (${connector})`).join(', ');
  const presets = presetsOf(source);
  const laid =
    source.preset === undefined
      ? presets.map(([name, preset]) => `preset ${preset} (${name}); `).join('')
      : `preset ${source.preset}; `;
  yield `${mark(true, style)} ${shownPath(file)}: ${laid}${named}`;
  for (const warning of warnings) yield warningText(warning, style);
}

/** The presets of several sources, each behind the name of its own. */
function presetsOf(source: SourceConfiguration): readonly (readonly [string, string])[] {
  const parts =
    source.connector === 'union'
      ? source.parts
      : source.connector === 'join'
        ? [source.authority, ...source.with]
        : [];
  return parts.flatMap(({ source: { name, preset } }) => (preset === undefined ? [] : [[name, preset]]));
}

/** The source, and how much of it can be mapped. */
export function* readText(
  run: Run,
  warnings: readonly Problem[],
  style: Style,
  most: number,
): Generator<string> {
  let head = `${mark(run.sourceBreaches.length === 0, style)} `;
  for (const line of sourceText(run, { style, most })) {
    yield head + line;
    head = '';
  }
  for (const warning of warnings) yield warningText(warning, style);
}

export function* connectionText(connection: Connection, style: Style): Generator<string> {
  const { name, ok, milliseconds, credential, error, warnings } = connection;
  const answers = `answers in ${milliseconds} ms${credential === undefined ? '' : ` to ${credential}`}`;
  yield `${mark(ok, style)} ${name}: ${error === undefined ? answers : plain(error.message)}`;
  if (error?.hint !== undefined) yield `       ${style('dim', plain(style.commands(error.hint)))}`;
  for (const warning of warnings) yield `  ${style('yellow', 'warning')} ${plain(warning)}`;
}

export function* warningsText(warnings: readonly Problem[], style: Style): Generator<string> {
  for (const warning of warnings) yield warningText(warning, style);
}

/** The same as one JSON document, in pieces: there may be as many rejections as there are records. */
export function* checkJson(
  run: Run,
  found: readonly Problem[],
  { lints, sample }: { readonly lints: readonly Lint[]; readonly sample: readonly Tried[] },
  connections: readonly Connection[],
  style: Style,
): Generator<string> {
  const { file: configuration } = run.configuration;
  // What is known of a target's credential, and what of the source, is found on the way.
  const isOfTarget = ({ locus }: Problem): boolean => locus?.path?.startsWith('targets.') === true;
  const warnings = [...run.configuration.warnings, ...found.filter(isOfTarget)];
  const sourceWarnings = found.filter((one) => !isOfTarget(one));
  const problems = [...sourceProblems(run), ...connections.flatMap(connectionProblems)];
  const code =
    run.sourceBreaches.length > 0
      ? 'source'
      : (connections.find(({ ok }) => !ok)?.error?.code ?? 'configuration');
  const error = problems.length === 0 ? undefined : errorDocument(code, problems, style);
  const { preset } = run.configuration.source;
  const presets = presetsOf(run.configuration.source);
  const source = {
    ...(preset !== undefined && { preset }),
    ...(presets.length > 0 && { presets: Object.fromEntries(presets) }),
    ...sourceView(run.receipt!),
    breaches: run.sourceBreaches,
    rejected: run.rejected,
    rules: rejectionsByRule(run),
    warnings: sourceWarnings,
  };
  yield JSON.stringify({ ...(error && { error }), configuration, warnings, source }).slice(0, -2);
  yield ',"rejections":[';
  yield* joined(rejectionViews(run));
  yield `]},"lints":${JSON.stringify(lints.map(lintView))},"sample":[`;
  yield* joined(sample.map(trialView));
  yield `],"connections":${JSON.stringify(connections)}}\n`;
}

function sourceProblems({ sourceBreaches, source }: Run): readonly Problem[] {
  return sourceBreaches.map(({ message }) => ({ message, locus: { file: source.file } }));
}

function connectionProblems({ name, ok, error, warnings }: Connection): readonly Problem[] {
  if (ok) return [];
  const { message = warnings[0] ?? '', hint } = error ?? {};
  return [{ message, locus: { path: `targets.${name}` }, ...(hint !== undefined && { hint }) }];
}

function mark(ok: boolean, style: Style): string {
  return ok ? style('green', 'ok') : style('red', 'not ok');
}

function warningText({ message, locus, hint }: Problem, style: Style): string {
  const place = formatLocus(locus);
  const head = `${style('yellow', 'warning')} ${place ? `${plain(place)}: ` : ''}${plain(message)}`;
  return hint === undefined ? head : `${head}\n        ${style('dim', plain(style.commands(hint)))}`;
}
