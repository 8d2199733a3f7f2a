import { isObject } from '../model/index.ts';
import type { Profile } from '../model/index.ts';
import type { Path } from './path.ts';
import type { Reading } from './reading.ts';

/** What is to be sent to a target, as its profile names it. */
export interface Demand {
  /** Attributes that identity sets; `undefined` where identity could not be read. */
  readonly inherited: readonly string[] | undefined;
  /** Attributes that the target's own `map` sets, with the place of each. */
  readonly own: readonly { readonly path: string; readonly place: Path }[];
  readonly hasGroups: boolean;
  /** Whether some groups are kept in others. */
  readonly keepsNested: boolean;
}

/**
 * Whether a target can hold what it is to hold: what it inherits is left out with a warning, what its own `map` asks
 * for is refused (rule 20), and so is what can never work.
 */
export function checkPairing(reading: Reading, place: Path, profile: Profile, demand: Demand): void {
  const { users, name } = profile;
  for (const { path, place: own } of demand.own)
    if (!holds(users.writable, path))
      reading.problem(
        own,
        `${name} cannot hold ${path}${sourceOf(profile, path)}`,
        'take it out of map: what identity sets is left out by itself',
      );
  const isGiven = demand.hasGroups && reading.raw([...place, 'groups']) !== 'none';
  if (isGiven && !profile.groups.supported)
    reading.warning(place, `${name} takes no groups: they decide who is assigned, and are not sent`);
  if (isGiven && demand.keepsNested && profile.groups.supported && profile.groups.members.nested !== true)
    reading.warning(place, `${name} holds no groups in groups: who is in one within is put into both`);
  const { inherited } = demand;
  if (!inherited) return;
  const leftOut = inherited.filter((path) =>
    path === 'password' ? users.password !== 'accepted' : !holds(users.writable, path),
  );
  if (leftOut.length > 0)
    reading.warning(place, `${name} cannot hold ${leftOut.join(', ')}: left out for this target`);
  if (users.login?.kept === true && inherited.includes('userName') && !isOwn(demand, 'userName'))
    reading.warning(
      place,
      `${name} makes a name of its own out of userName and holds that alone: it is what is sent${sourceOf(profile, 'userName')}`,
    );
  const given = [...inherited, ...demand.own.map(({ path }) => path), 'active', 'externalId'];
  const missing = users.required.filter(
    (path) => !given.some((one) => one === path || isPart(path, one) || isPart(one, path)),
  );
  if (missing.length > 0)
    reading.problem(
      place,
      `${name} takes nobody without ${missing.join(', ')}${sourceOf(profile, missing[0]!)}`,
      'set it under identity, or under map here',
    );
}

const isOwn = ({ own }: Demand, path: string): boolean => own.some((one) => one.path === path);

/** Where a fact about a service stands, in brackets after it; nothing where the profile names no page. */
export function sourceOf({ sources = {} }: Profile, about: string): string {
  const [head = ''] = about.split('.');
  const page = sources[about] ?? sources[head] ?? sources['*'];
  return page === undefined ? '' : ` (${page})`;
}

/** A `type` that is written out and that the target does not know: its own `map` must not, what it inherits is named. */
export function checkTypes(reading: Reading, place: Path, target: string, profile: Profile): void {
  const types = profile.users.types ?? {};
  for (const root of [['identity'], [...place, 'map']])
    for (const [attribute, words] of Object.entries(types))
      for (const { path, word } of literalTypes(reading, [...root, attribute])) {
        if (words.includes(word)) continue;
        const known = `${profile.name} knows ${words.join(', ')} as a type of ${attribute}`;
        if (root[0] === 'identity')
          reading.warning(path, `${known}: the target ${target} may not take this one`);
        else reading.problem(path, known);
      }
}

function literalTypes(reading: Reading, path: Path): { readonly path: Path; readonly word: string }[] {
  const list = reading.raw(path);
  if (!Array.isArray(list)) return [];
  return list.flatMap((item: unknown, index) => {
    const word = isObject(item) ? item['type'] : undefined;
    return typeof word === 'string' && !word.includes('${') ? [{ path: [...path, index, 'type'], word }] : [];
  });
}

/** `name.givenName` is held where the profile names it or all of `name`; `name` as one where it names any part of it. */
function holds(writable: readonly string[], path: string): boolean {
  return writable.some((one) => one === path || isPart(path, one) || isPart(one, path));
}

function isPart(path: string, whole: string): boolean {
  return path.startsWith(`${whole}.`);
}
