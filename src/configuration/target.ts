import { differing, isObject } from '../model/index.ts';
import type { Profile, TargetConfiguration, TargetMapping } from '../model/index.ts';
import { attributeParts, resourceTemplate } from './attributes-template.ts';
import { defaultsTemplate, readAttributeRules, readPasswordRule } from './attribute-rules.ts';
import type { Default } from './attribute-rules.ts';
import { userAttributes } from './attributes.ts';
import { readAuthentication } from './authentication.ts';
import { readBaseUrl } from './base-url.ts';
import { configurationDigest } from './digest.ts';
import { readDrift, saidOf } from './drift.ts';
import { durationSeconds } from './durations.ts';
import { hasGroups, keepsNested, readCondition } from './mapping.ts';
import { readNetwork } from './network.ts';
import { didYouMean } from '../model/nearest.ts';
import { isOwnConnector } from './own-connector.ts';
import { codeFile, dataFile } from './own-data.ts';
import { checkPairing, checkTypes } from './pairing.ts';
import type { Path } from './path.ts';
import { paceOf } from './rate.ts';
import type { Reading } from './reading.ts';
import type { Variable } from './reads.ts';
import { readSchedule } from './schedule.ts';
import type { ParseSchedule } from './schedule.ts';
import { targetSchema } from './target-schema.ts';
import type { Environment } from './secret.ts';
import { readCanary, readGroupPolicy, readLimits, readPolicies } from './target-policies.ts';

const everything: readonly Variable[] = ['record', 'identity', 'groups'];
const usualTimeout = 30;
const ownAttributes = userAttributes.filter(({ name }) => name !== 'password');

export interface TargetSurroundings {
  readonly folder: string;
  readonly env: Environment | undefined;
  readonly profiles: ReadonlyMap<string, Profile>;
  /** Connectors of the user's own, by their paths; what is wrong with the others was reported before. */
  readonly own: ReadonlyMap<string, Profile>;
  readonly timeZone: string;
  readonly schedules: ParseSchedule;
  /** Attributes that identity sets, as profiles name them; `undefined` where identity could not be read. */
  readonly inherited: readonly string[] | undefined;
}

export function readTarget(
  reading: Reading,
  name: string,
  surroundings: TargetSurroundings,
): TargetConfiguration | undefined {
  const path = ['targets', name];
  const { shape } = targetSchema;
  const at = (key: string): Path => [...path, key];
  const connector = readProfile(reading, at('connector'), surroundings);
  const profile = readDialect(reading, at('dialect'), connector);
  const url = readUrl(reading, at('baseUrl'));
  const authentication = readAuthentication(reading, at('auth'), surroundings.folder, surroundings.env);
  const network = readNetwork(reading, path, surroundings.folder, surroundings.env);
  const { inherited } = surroundings;
  const rules = readAttributeRules(reading, path, profile);
  const { mapping, own } = readTargetMapping(reading, path, profile, inherited, rules.defaults);
  const password = readPasswordRule(reading, at('password'), profile, inherited);
  const policies = readPolicies(reading, path, profile);
  const groups = readGroupPolicy(reading, at('groups'), profile);
  const drift =
    profile &&
    readDrift(
      reading,
      at('drift'),
      profile,
      saidOf(reading, inherited ?? [], own),
      rules.attributes?.createOnly,
    );
  const times = readTimes(reading, path, surroundings.schedules);
  if (!profile || !drift || url === undefined || !authentication) return undefined;

  const renamedFrom = reading.part(at('renamedFrom'), shape.renamedFrom);
  return {
    name,
    connector: profile.name,
    profile,
    baseUrl: url,
    authentication,
    network,
    mode: reading.part(at('mode'), shape.mode) ?? 'full',
    mapping,
    ...policies,
    ...(rules.attributes && { attributes: rules.attributes }),
    ...(password !== undefined && { password }),
    ...(groups && { groups }),
    ...readCanary(reading, at('canary')),
    limits: readLimits(reading, at('limits')),
    drift,
    pace: paceOf(profile.pace, {
      concurrency: reading.part(at('concurrency'), shape.concurrency),
      rate: reading.part(at('rate'), shape.rate),
    }),
    timeoutSeconds: durationSeconds(reading.part(at('timeout'), shape.timeout) ?? usualTimeout),
    ...times,
    ...(renamedFrom !== undefined && { renamedFrom }),
    digest: configurationDigest({
      timeZone: surroundings.timeZone,
      key: reading.raw(['source', 'key']) ?? keysOf(reading),
      previousKey: reading.raw(['source', 'previousKey']),
      identity: reading.raw(['identity']),
      groups: reading.raw(['groups']),
      map: reading.raw(at('map')),
      onEmpty: reading.raw(at('onEmpty')),
      createOnly: reading.raw(at('createOnly')),
      password: reading.raw(at('password')),
      assign: reading.raw(at('assign')),
      protect: reading.raw(at('protect')),
      policies: { ...policies, allow: [...policies.allow].sort() },
      sent: reading.raw(at('groups')),
      profile,
    }),
  };
}

/** When the daemon turns to this target. What is wrong with a schedule is told wherever else something is wrong. */
function readTimes(
  reading: Reading,
  path: Path,
  parse: ParseSchedule,
): Pick<TargetConfiguration, 'schedule' | 'jitterSeconds' | 'reconcile'> {
  const { shape } = targetSchema;
  const schedule = readSchedule(reading, [...path, 'schedule'], parse);
  const jitter = reading.part([...path, 'jitter'], shape.jitter);
  const given = reading.part([...path, 'reconcile'], shape.reconcile);
  const place = [...path, 'reconcile', ...(typeof given === 'object' ? ['schedule'] : [])];
  const compared = given === undefined ? undefined : readSchedule(reading, place, parse);
  return {
    ...(schedule && { schedule }),
    ...(jitter !== undefined && { jitterSeconds: durationSeconds(jitter) }),
    ...(compared && {
      reconcile: { schedule: compared, repair: typeof given === 'object' && given.repair === true },
    }),
  };
}

function readProfile(
  reading: Reading,
  path: Path,
  { profiles, own }: Pick<TargetSurroundings, 'profiles' | 'own'>,
): Profile | undefined {
  const connector = reading.part(path, targetSchema.shape.connector);
  if (connector === undefined) return undefined;
  if (isOwnConnector(connector)) return own.get(connector);
  const profile = profiles.get(connector);
  if (profile) return profile;
  const known = [...profiles.keys()];
  const isFile = /[/\\]/.test(connector) || codeFile.test(connector) || dataFile.test(connector);
  reading.problem(
    path,
    'there is no connector of this name',
    isFile
      ? 'a path to one of your own begins with ./ or ../ or /'
      : (didYouMean(connector, known) ?? `known connectors: ${known.join(', ')}`),
  );
  return undefined;
}

/** The profile in the dialect that is asked for; the others are no part of what the target is. */
function readDialect(reading: Reading, path: Path, profile: Profile | undefined): Profile | undefined {
  const name = reading.part(path, targetSchema.shape.dialect);
  if (profile === undefined) return undefined;
  const { dialects = {}, ...plain } = profile;
  if (name === undefined) return plain;
  const dialect = Object.hasOwn(dialects, name) ? dialects[name] : undefined;
  if (dialect) return differing(plain, dialect);
  const known = Object.keys(dialects);
  if (known.length === 0)
    reading.problem(
      path,
      `${profile.name} is spoken to in one way alone`,
      'take it out, or connector: generic',
    );
  else
    reading.problem(
      path,
      'there is no dialect of this name',
      didYouMean(name, known) ?? `known dialects: ${known.join(', ')}`,
    );
  return undefined;
}

function readUrl(reading: Reading, path: Path): string | undefined {
  const text = reading.part(path, targetSchema.shape.baseUrl);
  if (text === undefined) return undefined;
  const result = readBaseUrl(text);
  if ('url' in result) return result.url;
  reading.problem(path, result.message, result.hint);
  return undefined;
}

function readTargetMapping(
  reading: Reading,
  path: Path,
  profile: Profile | undefined,
  inherited: readonly string[] | undefined,
  defaults: readonly Default[],
): { readonly mapping: TargetMapping; readonly own: readonly string[] } {
  const mapPath = [...path, 'map'];
  const parts = attributeParts(reading, mapPath, ownAttributes, everything);
  const own = [
    ...parts.flatMap((part) =>
      part.paths.map((name) => ({ path: name, place: [...mapPath, ...name.split('.')] })),
    ),
    ...defaults.map(({ path: name, place }) => ({ path: name, place })),
  ];
  if (profile) {
    checkPairing(reading, path, profile, {
      inherited,
      own,
      hasGroups: hasGroups(reading),
      keepsNested: keepsNested(reading),
    });
    checkTypes(reading, path, String(path.at(-1)), profile);
  }
  const assign = readCondition(reading, [...path, 'assign'], everything);
  const protect = readCondition(reading, [...path, 'protect'], everything);
  const mapping = {
    ...(assign && { assign }),
    ...(isObject(reading.raw(mapPath)) && { map: resourceTemplate(reading, mapPath, parts, true) }),
    ...(defaults.length > 0 && { defaults: defaultsTemplate(reading, [...path, 'onEmpty'], defaults) }),
    ...(protect && { protect }),
  };
  return { mapping, own: own.map((one) => one.path) };
}

/** What gives the keys where several sources have them. */
function keysOf(reading: Reading): unknown {
  const sources = reading.raw(['sources']);
  const keys = isObject(sources)
    ? Object.entries(sources).map(([name, source]) => [name, isObject(source) ? source['key'] : null])
    : [];
  return { keys: Object.fromEntries(keys) as unknown, population: reading.raw(['population']) };
}
