import { KINDS, differing, isObject } from '../model/index.ts';
import type {
  DeleteAfter,
  DeparturePolicy,
  GroupPolicy,
  Kind,
  Limit,
  Limits,
  Profile,
  TargetConfiguration,
  TargetMapping,
} from '../model/index.ts';
import { attributeParts, resourceTemplate } from './attributes-template.ts';
import { defaultsTemplate, readAttributeRules, readPasswordRule } from './attribute-rules.ts';
import type { Default } from './attribute-rules.ts';
import { userAttributes } from './attributes.ts';
import { readAuthentication } from './authentication.ts';
import { readBaseUrl } from './base-url.ts';
import { configurationDigest } from './digest.ts';
import { readDrift, saidOf } from './drift.ts';
import { durationSeconds } from './durations.ts';
import { hasGroups, readCondition } from './mapping.ts';
import { readNetwork } from './network.ts';
import { didYouMean } from '../model/nearest.ts';
import { isOwnConnector } from './own-connector.ts';
import { codeFile, dataFile } from './own-data.ts';
import { checkPairing, checkTypes, sourceOf } from './pairing.ts';
import type { Path } from './path.ts';
import type { Reading } from './reading.ts';
import type { Variable } from './reads.ts';
import { targetSchema } from './schema.ts';
import type { Environment } from './secret.ts';
import { withoutUndefined } from './source.ts';

/** Rule 21. A first load is creates alone, and trips over none of these. */
export const usualLimits: Limits = {
  update: { percent: 50, floor: 50 },
  deactivate: { percent: 10, floor: 5 },
  reactivate: { count: 100, floor: 0 },
  delete: { percent: 2, floor: 0 },
  link: { count: 0, floor: 0 },
  deleteGroup: { count: 0, floor: 0 },
  linkGroup: { count: 0, floor: 0 },
  memberRemove: { percent: 10, floor: 20 },
};

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
  const policies = {
    allow: reading.part(at('allow'), shape.allow) ?? KINDS.filter((kind) => kind !== 'delete'),
    ...readDepartures(reading, path),
    deleteAdopted: reading.part(at('deleteAdopted'), shape.deleteAdopted) ?? false,
    createInactive: reading.part(at('createInactive'), shape.createInactive) ?? false,
  } as const;
  checkPolicies(reading, path, policies, profile);
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
  if (!profile || !drift || url === undefined || !authentication) return undefined;

  const schedule = reading.part(at('schedule'), shape.schedule);
  const renamedFrom = reading.part(at('renamedFrom'), shape.renamedFrom);
  const perSecond = reading.part(at('rate'), shape.rate) ?? profile.pace.perSecond;
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
    pace: {
      concurrency: reading.part(at('concurrency'), shape.concurrency) ?? profile.pace.concurrency,
      ...(perSecond !== undefined && { perSecond }),
    },
    timeoutSeconds: durationSeconds(reading.part(at('timeout'), shape.timeout) ?? usualTimeout),
    ...(schedule !== undefined && { schedule }),
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

type Departures = Pick<TargetConfiguration, 'onLeave' | 'onOutOfScope' | 'deleteAfter'>;

/** What becomes of somebody's account, for each of the two reasons. */
function readDepartures(reading: Reading, path: Path): Departures {
  const { shape } = targetSchema;
  const after: { left?: number; outOfScope?: number } = {};
  const read = (name: 'onLeave' | 'onOutOfScope', standing: keyof typeof after): DeparturePolicy => {
    const given = reading.part([...path, name], shape[name]) ?? 'deactivate';
    if (typeof given === 'string') return given;
    after[standing] = durationSeconds(given.deleteAfter) * 1000;
    return 'deactivate';
  };
  const onLeave = read('onLeave', 'left');
  const onOutOfScope = read('onOutOfScope', 'outOfScope');
  const has = Object.keys(after).length > 0;
  return { onLeave, onOutOfScope, ...(has && { deleteAfter: after }) };
}

function readCanary(reading: Reading, path: Path): Pick<TargetConfiguration, 'canary'> {
  const given = reading.part(path, targetSchema.shape.canary);
  if (given === undefined) return {};
  return { canary: typeof given === 'number' ? { count: given } : given };
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
    checkPairing(reading, path, profile, { inherited, own, hasGroups: hasGroups(reading) });
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

interface Policies {
  readonly allow: readonly Kind[];
  readonly onLeave: string;
  readonly onOutOfScope: string;
  readonly deleteAfter?: DeleteAfter;
  readonly createInactive: boolean;
}

function checkPolicies(reading: Reading, path: Path, policies: Policies, profile: Profile | undefined): void {
  for (const name of ['onLeave', 'onOutOfScope'] as const) {
    const isLater = policies.deleteAfter?.[name === 'onLeave' ? 'left' : 'outOfScope'] !== undefined;
    const policy = isLater ? 'delete' : policies[name];
    const place = [...path, name];
    if (isLater && profile && !profile.deactivate.idSurvives)
      reading.problem(
        place,
        `${profile.name} knows nobody any more who was switched off, so that nobody can be deleted later`,
      );
    if (policy === 'delete' && profile && !profile.delete)
      reading.problem(
        place,
        `${profile.name} deletes no accounts by SCIM${sourceOf(profile, 'delete')}`,
        'deactivate or keep',
      );
    else if (policy === 'delete' && !policies.allow.includes('delete'))
      reading.problem(
        place,
        'accounts are deleted only where `allow` says so, and it does not name delete',
        `allow: [${[...policies.allow, 'delete'].join(', ')}]`,
      );
    if (policy === 'deactivate' && !policies.allow.includes('deactivate'))
      reading.warning(
        place,
        'accounts are to be switched off, and `allow` does not name deactivate: they stay on',
      );
  }
  if (policies.createInactive && profile && !profile.create.inactive)
    reading.problem(
      [...path, 'createInactive'],
      `${profile.name} cannot create somebody who is switched off${sourceOf(profile, 'createInactive')}`,
    );
  if (policies.createInactive && policies.onLeave === 'delete')
    reading.problem(
      [...path, 'createInactive'],
      'an account would be made for everybody who is not active, and deleted because they left, in turn',
      'onLeave: deactivate, or no createInactive',
    );
}

/** Which groups are sent; nothing where there are none, or the service takes none. */
function readGroupPolicy(
  reading: Reading,
  path: Path,
  profile: Profile | undefined,
): GroupPolicy | undefined {
  const given = reading.part(path, targetSchema.shape.groups);
  if (given !== undefined && given !== 'none' && profile?.groups.supported === false) {
    reading.problem(
      path,
      `${profile.name} takes no groups by SCIM${sourceOf(profile, 'groups')}`,
      'take it out: they still decide who is assigned',
    );
    return undefined;
  }
  if (given === 'none' || profile?.groups.supported !== true || !hasGroups(reading)) return undefined;
  const {
    names,
    onGone = 'empty',
    onLeave = 'remove',
    members,
  } = Array.isArray(given) ? { names: given } : (given ?? {});
  if (onGone === 'delete' && !profile.groups.delete)
    reading.problem(
      [...path, 'onGone'],
      `${profile.name} deletes no groups by SCIM${sourceOf(profile, 'groups')}`,
      'empty or keep',
    );
  return { onGone, onLeave, ...(names && { names }), ...(members && { members }) };
}

function readLimits(reading: Reading, path: Path): Limits {
  const given = reading.part(path, targetSchema.shape.limits);
  const limits: Partial<Record<Kind, Limit>> = { ...usualLimits };
  for (const kind of KINDS) {
    const limit = given?.[kind];
    if (limit) limits[kind] = { floor: 0, ...withoutUndefined(limit) };
  }
  return limits;
}

/** What gives the keys where several sources have them. */
function keysOf(reading: Reading): unknown {
  const sources = reading.raw(['sources']);
  const keys = isObject(sources)
    ? Object.entries(sources).map(([name, source]) => [name, isObject(source) ? source['key'] : null])
    : [];
  return { keys: Object.fromEntries(keys) as unknown, population: reading.raw(['population']) };
}
