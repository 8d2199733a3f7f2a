import { basename, dirname, extname, isAbsolute, join } from 'node:path';
import { RollcallError, differing, isObject } from '../model/index.ts';
import type { Problem, Profile, ProfilePart } from '../model/index.ts';
import { didYouMean } from '../model/nearest.ts';
import { faultsOf } from '../scim/profile.ts';
import type { ConfigurationDocument } from './document.ts';
import { codeFile, dataFile, readOwnData } from './own-data.ts';
import type { Path } from './path.ts';
import { profileZod } from './profile-schema.ts';
import { inOrder, shapeProblems } from './shape.ts';

type Profiles = ReadonlyMap<string, Profile>;

/** Whether a connector is a file of the user's own, and no name. */
export function isOwnConnector(connector: string): boolean {
  return /^(\.{0,2}\/)/.test(connector);
}

/** The connectors of the user's own that targets name, by the path that stands there; those that are wrong are left out. */
export async function readOwnConnectors(
  document: ConfigurationDocument,
  profiles: Profiles,
): Promise<{ readonly own: Profiles; readonly problems: readonly Problem[] }> {
  const { targets } = document.value as { readonly targets?: unknown };
  const own = new Map<string, Profile>();
  const problems: Problem[] = [];
  const read = new Set<string>();
  for (const [name, target] of Object.entries(isObject(targets) ? targets : {})) {
    const connector = isObject(target) ? target['connector'] : undefined;
    if (typeof connector !== 'string' || !isOwnConnector(connector) || read.has(connector)) continue;
    read.add(connector);
    const file = isAbsolute(connector) ? connector : join(dirname(document.file), connector);
    const result = await readOne(file, document, ['targets', name, 'connector'], profiles);
    if ('problems' in result) problems.push(...inOrder(result.problems));
    else own.set(connector, result);
  }
  return { own, problems };
}

async function readOne(
  file: string,
  configuration: ConfigurationDocument,
  place: Path,
  profiles: Profiles,
): Promise<Profile | { readonly problems: readonly Problem[] }> {
  const locus = configuration.locate(place);
  if (!codeFile.test(file) && !dataFile.test(file))
    return {
      problems: [
        {
          message: 'a connector of your own ends in .yaml, .yml, .json, .js, .mjs, .cjs, .ts, .mts or .cts',
          locus,
        },
      ],
    };
  try {
    const { document, problems } = await readOwnData(file);
    if (document === undefined) return { problems };
    return profileOf(document, profiles);
  } catch (error) {
    if (!(error instanceof RollcallError)) throw error;
    // There is no place in a file that cannot be read.
    return { problems: error.problems.map((problem) => ({ ...problem, locus })) };
  }
}

/** A profile as its file says it, laid over the one that it extends. */
function profileOf(
  document: ConfigurationDocument,
  profiles: Profiles,
): Profile | { readonly problems: readonly Problem[] } {
  const problem = (path: Path, message: string, hint?: string): Problem => ({
    message,
    locus: document.locate(path),
    ...(hint !== undefined && { hint }),
  });
  if (!isObject(document.value)) return { problems: [problem([], 'the connector is no map of keys')] };
  const misshapen = shapeProblems(document, profileZod);
  if (misshapen.length > 0) return { problems: misshapen };
  const { $schema: _, extends: extended = 'generic', ...part } = profileZod.parse(document.value);
  const base = profiles.get(extended);
  if (base === undefined) {
    const known = [...profiles.keys()];
    const hint = didYouMean(extended, known) ?? `known connectors: ${known.join(', ')}`;
    return { problems: [problem(['extends'], 'there is no connector of this name', hint)] };
  }
  const name = part.name ?? basename(document.file, extname(document.file));
  if (profiles.has(name))
    return { problems: [problem(['name'], `${name} is the name of a connector that Rollcall brings along`)] };
  // Where a service is described otherwise, the pages of the other one prove nothing.
  const { sources: _s, variant: _v, ...plain } = base;
  const profile = differing(plain, taken({ title: name, ...part, name }) as ProfilePart);
  const problems = [
    ...faultsOf(profile).map(({ path, message }) => problem(path, message)),
    ...missingOf(profile.groups).map((key) =>
      problem(['groups'], `${key} is missing: ${extended} has no groups, so that all of them is said here`),
    ),
  ];
  return problems.length > 0 ? { problems } : profile;
}

/** `null` takes away what the other profile has. */
function taken(part: unknown): unknown {
  if (part === null) return undefined;
  if (!isObject(part)) return part;
  return Object.fromEntries(Object.entries(part).map(([name, value]) => [name, taken(value)]));
}

/** What has to be said of groups, and is not. */
function missingOf(groups: Profile['groups']): readonly string[] {
  if (!groups.supported) return Object.keys(groups).length > 1 ? ['supported: true'] : [];
  const given = groups as unknown as Readonly<Record<string, unknown>>;
  const members = isObject(given['members']) ? given['members'] : {};
  return [
    ...['create', 'rename', 'delete', 'externalId', 'match', 'members'].filter(
      (key) => given[key] === undefined,
    ),
    ...['perRequest', 'remove'].filter((key) => members[key] === undefined).map((key) => `members.${key}`),
  ];
}
