import { formatLocus, RollcallError, TargetError } from '../model/index.ts';
import type { Problem, TargetConfiguration } from '../model/index.ts';
import { profiles } from '../../connectors/targets/profiles.ts';
import { build, chosenTargets } from '../engine/build.ts';
import type { Engine } from '../engine/build.ts';
import { sourceText } from '../reports/plan.ts';
import { plain, shownPath } from '../reports/style.ts';
import type { Style } from '../reports/style.ts';
import { rejectionViews, sourceView } from '../reports/views.ts';
import { betterProfile, disagreements } from '../scim/discovery.ts';
import { openState } from '../store/state.ts';
import { wire } from './engine.ts';
import { endOnSignal } from './signals.ts';
import { print, styleOf } from './terminal.ts';
import type { GlobalOptions } from './terminal.ts';

interface Options extends GlobalOptions {
  readonly offline?: boolean;
}

interface Connection {
  readonly name: string;
  readonly ok: boolean;
  readonly milliseconds?: number;
  readonly error?: { readonly code: string; readonly message: string };
  readonly warnings: readonly string[];
}

/** Configuration, source, pairing, connections: in this order, and as far as each lets the next be looked at. */
export async function run(options: Options, names: readonly string[]): Promise<number> {
  const style = styleOf(options);
  const { configuration, engine } = await wire(options, !options.offline);
  const targets = chosenTargets(configuration, names);
  const say = options.json ? async () => undefined : (lines: Iterable<string>) => print(lines);
  await say([
    `${style('green', 'ok')} ${shownPath(configuration.file)}: ${targets.map(({ name, connector }) => `${name} (${connector})`).join(', ')}`,
  ]);
  await say(configuration.warnings.map((warning) => warningText(warning, style)));

  const { source, isComplete } = await endOnSignal(() =>
    checkSource(engine, async (lines) => say(lines), style, options.quiet ? 5 : 20),
  );
  const connections = options.offline
    ? []
    : await Promise.all(targets.map((target) => checkConnection(engine, target)));
  for (const connection of connections) await say(connectionText(connection, style));

  if (options.json)
    await print([
      JSON.stringify({
        configuration: configuration.file,
        warnings: configuration.warnings,
        source,
        connections,
      }),
    ]);
  return isComplete && connections.every(({ ok }) => ok) ? 0 : 1;
}

async function checkSource(
  engine: Engine,
  say: (lines: Iterable<string>) => Promise<void>,
  style: Style,
  most: number,
): Promise<{ source: object; isComplete: boolean }> {
  // Without targets, the plan that is built is the source and its mapping alone.
  const state = openState(':memory:', false);
  try {
    const run = await build(engine, state, [], 1, new Map());
    try {
      const isComplete = run.receipt!.complete;
      await say(
        [...sourceText(run, { style, most })].map((line, index) =>
          index === 0 ? `${isComplete ? style('green', 'ok') : style('red', 'not ok')} ${line}` : line,
        ),
      );
      return { source: { ...sourceView(run.receipt!), rejections: [...rejectionViews(run)] }, isComplete };
    } finally {
      run.stage.close();
    }
  } finally {
    state.close();
  }
}

async function checkConnection(engine: Engine, target: TargetConfiguration): Promise<Connection> {
  const remote = engine.openTarget(target);
  const { name, profile } = target;
  try {
    const { milliseconds } = await remote.probe();
    const discovery = await remote.discover();
    const better = betterProfile(discovery, profile, profiles().values());
    const named =
      better === undefined ? [] : [`this looks like ${better.title}: name it with connector: ${better.name}`];
    return {
      name,
      ok: better === undefined,
      milliseconds,
      warnings: [...named, ...disagreements(discovery, profile)],
    };
  } catch (error) {
    if (!(error instanceof TargetError) && !(error instanceof RollcallError)) throw error;
    return { name, ok: false, error: { code: error.code, message: error.message }, warnings: [] };
  } finally {
    remote.close();
  }
}

function* connectionText(connection: Connection, style: Style): Generator<string> {
  const { name, ok, milliseconds, error, warnings } = connection;
  yield error === undefined
    ? `${ok ? style('green', 'ok') : style('red', 'not ok')} ${name}: answers in ${milliseconds} ms`
    : `${style('red', 'not ok')} ${name}: ${plain(error.message)}`;
  for (const warning of warnings) yield `  ${style('yellow', 'warning')} ${plain(warning)}`;
}

function warningText({ message, locus, hint }: Problem, style: Style): string {
  const place = formatLocus(locus);
  return `${style('yellow', 'warning')} ${place ? `${place}: ` : ''}${plain(message)}${hint === undefined ? '' : `\n        ${style('dim', plain(hint))}`}`;
}
