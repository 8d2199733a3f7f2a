import { userInfo } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { openSource } from '../../connectors/sources/index.ts';
import { presets } from '../../connectors/sources/presets/index.ts';
import { profiles } from '../../connectors/targets/profiles.ts';
import { loadConfiguration, withinOf } from '../configuration/index.ts';
import { resolveSecret } from '../configuration/secret.ts';
import { authorise } from '../scim/authorise.ts';
import { lazyTarget } from '../scim/lazy.ts';
import { openKeyedTexts } from '../store/keyed.ts';
import type { Engine } from '../engine/build.ts';
import type { Clock } from '../engine/run.ts';
import { formatLocus } from '../model/index.ts';
import type { Configuration, Problem } from '../model/index.ts';
import { tellWarning } from './execute.ts';
import type { GlobalOptions } from './terminal.ts';
import { version } from './version.ts';

/** How many requests each target was sent, and how many of them may write. */
export type Traffic = Map<string, { requests: number; writes: number }>;

export interface Wired {
  readonly configuration: Configuration;
  readonly engine: Engine;
  readonly traffic: Traffic;
}

/** A clock that knows how often it was asked: a record whose mapping asks it is mapped again at every run. */
export function countingClock(): Clock {
  let reads = 0;
  return {
    now: () => {
      reads++;
      return Date.now();
    },
    get reads() {
      return reads;
    },
  };
}

/** Puts the parts together: the one place that knows them all. A command that sends nothing needs no credentials. */
export async function wire(
  options: GlobalOptions,
  sends = true,
  warn: (problem: Problem) => void = (problem) => tellWarning(options, problem),
): Promise<Wired> {
  const clock = countingClock();
  const { env } = process;
  const configuration = await loadConfiguration(options.config, {
    env: sends ? env : undefined,
    profiles: profiles(),
    presets: presets(),
    clock: () => clock.now(),
  });
  const traffic: Traffic = new Map();
  const warnOnce = once(warn);
  const engine: Engine = {
    configuration,
    clock,
    openSource: () =>
      openSource(
        configuration.source,
        {
          clock: () => Date.now(),
          warn: warnOnce,
          keyed: openKeyedTexts,
          secretOf: (reference) => resolveSecret(reference, env),
        },
        { groups: configuration.mapping.groups, within: withinOf(configuration) },
      ),
    openTarget: (target) => {
      const counted = { requests: 0, writes: 0 };
      traffic.set(target.name, counted);
      return lazyTarget(target.name, async () => {
        const [{ openTarget }, { openLog }] = await Promise.all([
          import('../scim/client.ts'),
          import('./log.ts'),
        ]);
        return openTarget({
          name: target.name,
          baseUrl: target.baseUrl,
          profile: target.profile,
          authorisation: () => authorise(target.authentication, (reference) => resolveSecret(reference, env)),
          timeoutSeconds: target.timeoutSeconds,
          userAgent: `rollcall/${version}`,
          concurrency: target.pace.concurrency,
          log: openLog(options.logLevel),
          onExchange: ({ method }) => {
            counted.requests++;
            if (method !== 'GET') counted.writes++;
          },
        });
      });
    },
  };
  return { configuration, engine, traffic };
}

/** A file may be read twice, and is planned again where another run came first: its warnings are told once. */
function once(warn: (problem: Problem) => void): (problem: Problem) => void {
  const told = new Set<string>();
  return (problem) => {
    const text = `${formatLocus(problem.locus)} ${problem.message}`;
    if (told.has(text)) return;
    told.add(text);
    warn(problem);
  };
}

/** Who runs this, for the trail. */
export function actor(): string {
  try {
    return process.env['SUDO_USER'] ?? userInfo().username;
  } catch {
    return 'unknown';
  }
}

/** Sleeps, or wakes up when somebody asks us to stop. */
export async function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
