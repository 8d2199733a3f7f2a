import { RollcallError } from '../model/index.ts';
import type { Breach, Problem, TargetConfiguration } from '../model/index.ts';
import { profiles } from '../../connectors/targets/profiles.ts';
import { build, chosenTargets } from '../engine/build.ts';
import type { Engine } from '../engine/build.ts';
import type { Run } from '../engine/run.ts';
import { checkJson, configurationText, connectionText, readText } from '../reports/check.ts';
import type { Connection } from '../reports/check.ts';
import { betterProfile, disagreements } from '../scim/discovery.ts';
import { openState } from '../store/state.ts';
import { wire } from './engine.ts';
import { endOnSignal } from './signals.ts';
import { print, styleOf } from './terminal.ts';
import type { GlobalOptions } from './terminal.ts';

interface Options extends GlobalOptions {
  readonly offline?: boolean;
  readonly all?: boolean;
}

/** Configuration, source, pairing, connections: in this order, and as far as each lets the next be looked at. */
export async function run(options: Options, names: readonly string[]): Promise<number> {
  const style = styleOf(options);
  const warnings: Problem[] = [];
  const { configuration, engine } = await wire(options, !options.offline, (one) => void warnings.push(one));
  const targets = chosenTargets(configuration, names);
  const say = options.json ? async () => undefined : (lines: Iterable<string>) => print(lines);
  await say(configurationText(configuration, targets, style));
  return endOnSignal(() =>
    read(engine, async (planned) => {
      await say(readText(planned, warnings, style, mostShown(options)));
      const connections = options.offline
        ? []
        : await Promise.all(targets.map((target) => checkConnection(engine, target)));
      for (const connection of connections) await say(connectionText(connection, style));
      if (options.json) await print(checkJson(planned, warnings, connections, style), '');
      return planned.sourceBreaches.length === 0 && connections.every(({ ok }) => ok) ? 0 : 1;
    }),
  );
}

function mostShown({ all, quiet }: Options): number {
  return all ? Infinity : quiet ? 5 : 20;
}

/** Reads and maps everybody. Without targets, the plan that is built is the source and its mapping alone. */
async function read<T>(engine: Engine, use: (planned: Run) => Promise<T>): Promise<T> {
  const state = openState(':memory:', false);
  try {
    const planned = await build(engine, state, [], { version: 1, isKept: false }, new Map());
    try {
      return await use({ ...planned, sourceBreaches: [...planned.sourceBreaches, ...unfit(planned)] });
    } finally {
      planned.stage.close();
    }
  } finally {
    state.close();
  }
}

/**
 * The limit of a source is for a file that goes bad one day, and leaves a few rejections alone. A mapping that fits less
 * than half of a file was never right, however small the file is.
 */
function unfit({ sourceBreaches, rejected, receipt }: Run): readonly Breach[] {
  const { count } = receipt!;
  if (rejected * 2 <= count || sourceBreaches.some(({ rule }) => rule === 'source.rejected')) return [];
  const message = `${rejected} of ${count} records were rejected: the configuration does not fit this file`;
  return [{ rule: 'source.rejected', number: Math.round((rejected / count) * 1000) / 10, message }];
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
    if (!(error instanceof RollcallError)) throw error;
    const { code, message, problems } = error;
    const hint = problems[0]?.hint;
    return { name, ok: false, error: { code, message, ...(hint !== undefined && { hint }) }, warnings: [] };
  } finally {
    remote.close();
  }
}
