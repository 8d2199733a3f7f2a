import { RollcallError } from '../model/index.ts';
import type { Breach, Problem, TargetConfiguration } from '../model/index.ts';
import { profiles } from '../../connectors/targets/profiles.ts';
import { chosenTargets } from '../engine/build.ts';
import type { Engine } from '../engine/build.ts';
import { inspect } from '../engine/inspect.ts';
import type { Run } from '../engine/run.ts';
import { checkJson, configurationText, connectionText, readText, warningsText } from '../reports/check.ts';
import type { Connection } from '../reports/check.ts';
import { remedyOf } from '../reports/standing.ts';
import { betterProfile, disagreements } from '../scim/discovery.ts';
import { requireStatePlace } from '../store/state.ts';
import { lintText, trialText } from '../reports/trial.ts';
import { readAlone } from './alone.ts';
import { wire } from './engine.ts';
import { endOnSignal } from './signals.ts';
import { print, styleOf } from './terminal.ts';
import type { GlobalOptions } from './terminal.ts';

interface Options extends GlobalOptions {
  readonly offline?: boolean;
  readonly all?: boolean;
  readonly sample?: string;
}

/** How many a script is told of each oddity; it is counted to the end. */
const mostExamples = 1000;
const mostSampled = 10_000;

/** Configuration, source, pairing, connections: in this order, and as far as each lets the next be looked at. */
export async function run(options: Options, names: readonly string[]): Promise<number> {
  const style = styleOf(options);
  const sample = sampleOf(options);
  const warnings: Problem[] = [];
  const { configuration, engine } = await wire(options, !options.offline, (one) => void warnings.push(one));
  const targets = chosenTargets(configuration, names);
  requireStatePlace(configuration.state);
  const say = options.json ? async () => undefined : (lines: Iterable<string>) => print(lines);
  await say(configurationText(configuration, targets, style));
  return endOnSignal(() =>
    readAlone(engine, async (read) => {
      const told = warnings.length;
      const planned = { ...read, sourceBreaches: [...read.sourceBreaches, ...unfit(read)] };
      await say(readText(planned, warnings, style, mostShown(options)));
      const inspected = await inspect(planned, { sample, examples: mostExamples });
      await say(lintText(inspected.lints, style, options.all ? Infinity : 3));
      for (const tried of inspected.sample) await say(trialText(tried, style));
      const connections = options.offline
        ? []
        : await Promise.all(targets.map((target) => checkConnection(engine, target)));
      for (const connection of connections) await say(connectionText(connection, style));
      await say(warningsText(warnings.slice(told), style));
      if (options.json) await print(checkJson(planned, warnings, inspected, connections, style), '');
      return planned.sourceBreaches.length === 0 && connections.every(({ ok }) => ok) ? 0 : 1;
    }),
  );
}

/** A mapping is tried by looking at what it makes of people, and at everybody whom it rejects. */
function mostShown({ all, quiet, sample }: Options): number {
  return all || sample !== undefined ? Infinity : quiet ? 5 : 20;
}

function sampleOf({ sample = '0' }: Options): number {
  const number = /^\d{1,6}$/.test(sample) ? Number(sample) : Infinity;
  if (number <= mostSampled) return number;
  throw new RollcallError(
    'usage',
    `--sample ${sample}: so many of the first records are shown, at most ${mostSampled}, such as 5`,
  );
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
  const { name, profile, authentication } = target;
  try {
    const { milliseconds, credential } = await remote.probe();
    const discovery = await remote.discover();
    const better = betterProfile(discovery, profile, profiles().values());
    const named =
      better === undefined ? [] : [`this looks like ${better.title}: name it with connector: ${better.name}`];
    return {
      name,
      ok: better === undefined,
      milliseconds,
      ...(authentication.kind === 'oauth2' && credential !== undefined && { credential }),
      warnings: [...named, ...disagreements(discovery, profile)],
    };
  } catch (error) {
    if (!(error instanceof RollcallError)) throw error;
    const { code, message, problems } = error;
    const hint = problems[0]?.hint ?? remedyOf({ name, error });
    return { name, ok: false, error: { code, message, ...(hint !== undefined && { hint }) }, warnings: [] };
  } finally {
    remote.close();
  }
}
