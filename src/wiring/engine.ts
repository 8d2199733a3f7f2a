import { userInfo } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { openSource, openTold } from '../../connectors/sources/index.ts';
import type { SourceEnvironment, ToldOf } from '../../connectors/sources/index.ts';
import { presets } from '../../connectors/sources/presets/index.ts';
import { profiles } from '../../connectors/targets/profiles.ts';
import { keepingOf, loadConfiguration, withTelling, withinOf } from '../configuration/index.ts';
import { openWay } from '../configuration/network.ts';
import type { Environment } from '../configuration/secret.ts';
import type { Engine } from '../engine/build.ts';
import type { Whom } from '../engine/whom.ts';
import type { Clock } from '../engine/run.ts';
import { formatLocus } from '../model/index.ts';
import type { Configuration, Problem, Source, SourcePart } from '../model/index.ts';
import { openAuthorisation } from '../scim/authorise.ts';
import { lazyTarget } from '../scim/lazy.ts';
import { keptAt, keptOf, openDrafts } from '../store/kept.ts';
import { openKeyedTexts } from '../store/keyed.ts';
import type { State } from '../store/state.ts';
import { openSecrets, warningsOf, warnOfEndings } from './credentials.ts';
import { openTellings } from './tellings.ts';
import { version } from './version.ts';

/** How many requests each target was sent, and how many of them may write. */
export type Traffic = Map<string, { requests: number; writes: number }>;

export interface Wired {
  readonly configuration: Configuration;
  readonly engine: Engine;
  readonly traffic: Traffic;
  /** The engine for what was told of people, in the place of the source. */
  engineFor(telling: Telling): Engine;
}

/** What was told of people for whom one source is the authority. */
export interface Telling {
  readonly part: SourcePart;
  readonly told: readonly (ToldOf & { readonly key: string })[];
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

/** A configuration with the clock that its expressions ask. */
export interface Loaded {
  readonly configuration: Configuration;
  readonly clock: Clock;
}

/** Reads a configuration; without an environment where nothing will be sent: then it does not matter whether credentials are set. */
export async function loadWith(file: string, env: Environment | undefined): Promise<Loaded> {
  const clock = countingClock();
  const configuration = await loadConfiguration(file, {
    env,
    profiles: profiles(),
    presets: presets(),
    clock: () => clock.now(),
  });
  return { configuration, clock };
}

/** What an engine is put into: nothing of it is taken from the process. */
export interface Around {
  readonly env: Environment;
  /** Whether anything is sent; whoever sends nothing needs no credentials. */
  readonly sends: boolean;
  readonly whom?: Whom;
  /** Told of what works and is not as it should be; of each thing once. */
  readonly warn: (problem: Problem) => void;
  /** Opens the log of what is exchanged with targets, when there is something to log. */
  readonly openLog?: () => Promise<{ debug(details: object, message: string): void }>;
  readonly logsPersonalData?: boolean;
  /** The source as people know it. */
  readonly through?: (source: Source) => Source;
}

/** Puts the parts together: the one place that knows them all. */
export async function openEngine({ configuration, clock }: Loaded, around: Around): Promise<Wired> {
  const { env, sends, whom, openLog, logsPersonalData = false, through } = around;
  const warn = once(around.warn);
  const traffic: Traffic = new Map();
  const secrets = openSecrets(env);
  if (sends) await warnOfEndings(configuration.targets, secrets, () => Date.now(), warn);
  const environmentOf = (state: State): SourceEnvironment => ({
    clock: () => Date.now(),
    warn,
    keyed: openKeyedTexts,
    kept: { of: (key) => keptOf(state, key), at: (place) => keptAt(state, place) },
    drafts: openDrafts,
    secretOf: (reference) => secrets.read(reference),
  });
  const engine: Engine = {
    configuration,
    clock,
    ...(whom && { whom }),
    openSource: (state, mark) => {
      const { told, ended } = openTellings(state, configuration, Date.now());
      // Changes that somebody gives by hand are newer than whatever was told.
      const environment = { ...environmentOf(state), mark, ...(through === undefined && { told }) };
      const opened = openSource(configuration.source, environment, readsOf(configuration));
      return through === undefined ? { ...opened, ended } : through(opened);
    },
    openTarget: (target, watch) => {
      const counted = { requests: 0, writes: 0 };
      traffic.set(target.name, counted);
      return lazyTarget(target.name, async () => {
        const [{ openTarget }, log] = await Promise.all([import('../scim/client.ts'), openLog?.()]);
        const { name, timeoutSeconds } = target;
        const common = {
          name,
          timeoutSeconds,
          userAgent: `rollcall/${version}`,
          ...(log && { log }),
          logsPersonalData,
          now: () => Date.now(),
          ...(Object.keys(target.network).length > 0 && { way: () => openWay(target.network, env) }),
        };
        return openTarget({
          ...common,
          baseUrl: target.baseUrl,
          profile: target.profile,
          authorisation: openAuthorisation(target.authentication, { ...common, secrets }),
          concurrency: target.pace.concurrency,
          onCredential: (candidate) => {
            for (const warning of warningsOf(target, candidate, Date.now())) warn(warning);
          },
          onExchange: (exchanged) => {
            const { method } = exchanged;
            watch?.(exchanged);
            counted.requests++;
            if (method !== 'GET') counted.writes++;
          },
        });
      });
    },
  };
  const engineFor = ({ part, told }: Telling): Engine => {
    const narrowed = withTelling(configuration, part);
    // What waits for an approval of others stays as it is. Where nothing was told, whoever was not dealt with is looked at.
    const only = [...new Set(told.map(({ key }) => key))];
    return {
      ...engine,
      ...(only.length > 0 && { whom: { only, mayBeUnknown: true } }),
      configuration: narrowed,
      openSource: (state) => openTold(narrowed.source, told, environmentOf(state), readsOf(narrowed)),
    };
  };
  return { configuration, engine, traffic, engineFor };
}

/** What is made of the records of a configuration's source. */
function readsOf(configuration: Configuration): Parameters<typeof openTold>[3] {
  const { mapping } = configuration;
  return {
    groups: mapping.groups,
    within: withinOf(configuration),
    key: mapping.key,
    keeping: keepingOf(configuration),
  };
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
export function actorIn(env: Environment): string {
  try {
    return env['SUDO_USER'] ?? userInfo().username;
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
