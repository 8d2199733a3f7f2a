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
}

/**
 * Whether a target can hold what it is to hold: what it inherits is left out with a warning, what its own `map` asks
 * for is refused (rule 20), and so is what can never work.
 */
export function checkPairing(reading: Reading, place: Path, profile: Profile, demand: Demand): void {
  const { users, title } = profile;
  for (const { path, place: own } of demand.own)
    if (!holds(users.writable, path))
      reading.problem(
        own,
        `${title} cannot hold ${path}`,
        'take it out of map: what identity sets is left out by itself',
      );
  if (demand.hasGroups && !profile.groups.supported)
    reading.warning(place, `${title} takes no groups: they decide who is assigned, and are not sent`);
  const { inherited } = demand;
  if (!inherited) return;
  const leftOut = inherited.filter((path) =>
    path === 'password' ? users.password !== 'accepted' : !holds(users.writable, path),
  );
  if (leftOut.length > 0)
    reading.warning(place, `${title} cannot hold ${leftOut.join(', ')}: left out for this target`);
  const given = [...inherited, ...demand.own.map(({ path }) => path), 'active', 'externalId'];
  const missing = users.required.filter(
    (path) => !given.some((one) => one === path || isPart(path, one) || isPart(one, path)),
  );
  if (missing.length > 0)
    reading.problem(
      place,
      `${title} takes nobody without ${missing.join(', ')}`,
      'set it under identity, or under map here',
    );
}

/** `name.givenName` is held where the profile names it or all of `name`; `name` as one where it names any part of it. */
function holds(writable: readonly string[], path: string): boolean {
  return writable.some((one) => one === path || isPart(path, one) || isPart(one, path));
}

function isPart(path: string, whole: string): boolean {
  return path.startsWith(`${whole}.`);
}
