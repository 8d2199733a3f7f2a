import { ENTERPRISE, isObject } from '../model/index.ts';
import type { DriftRules, Profile } from '../model/index.ts';
import { didYouMean } from '../model/nearest.ts';
import { covers } from '../planning/diff.ts';
import { enterprise, userAttributes } from './attributes.ts';
import type { Path } from './path.ts';
import type { Reading } from './reading.ts';
import { targetSchema } from './target-schema.ts';

/** What of an account is compared with what was confirmed, and what becomes of a difference. */
export function readDrift(
  reading: Reading,
  path: Path,
  profile: Profile,
  said: readonly string[],
  createOnly: readonly string[] = [],
): DriftRules {
  const held = [...profile.users.writable, 'active'];
  const { attributes = {}, ...rest } = reading.part(path, targetSchema.shape.drift) ?? {};
  const set = [...new Set([...said, 'externalId', 'active'])];
  for (const name of Object.keys(attributes))
    checkName(reading, [...path, 'attributes', name], held, { profile, set });
  for (const [name, policy] of Object.entries(attributes))
    if (policy === 'fix' && createOnly.some((one) => covers(one, name)))
      reading.problem(
        [...path, 'attributes', name],
        `createOnly leaves ${name} as it is, so that nothing fixes it`,
      );
  // What is left to the target after a create is expected to differ.
  const left = Object.fromEntries(createOnly.map((name) => [name, 'ignore' as const]));
  const compared = set.filter((name) => held.some((one) => covers(one, name)));
  return {
    compared,
    attributes: { ...left, ...attributes },
    ...(rest.default !== undefined && { default: rest.default }),
  };
}

/** The attributes that identity and the target's own `map` set, as profiles name them. */
export function saidOf(
  reading: Reading,
  inherited: readonly string[],
  own: readonly string[],
): readonly string[] {
  const refers = ['enterprise', ENTERPRISE].some((name) => {
    const extension = reading.raw(['identity', name]);
    return isObject(extension) && extension['manager'] !== undefined;
  });
  return [...inherited, ...own, ...(refers ? ['enterprise.manager'] : [])].filter(
    (name) => name !== 'password',
  );
}

function checkName(
  reading: Reading,
  place: Path,
  held: readonly string[],
  { profile, set }: { readonly profile: Profile; readonly set: readonly string[] },
): void {
  const name = String(place.at(-1));
  const isAmong = (all: readonly string[]): boolean => all.some((one) => covers(one, name));
  if (!attributeNames.includes(name))
    reading.problem(
      place,
      `there is no attribute ${name} to compare`,
      didYouMean(name, attributeNames) ??
        'such as title, name, name.givenName, emails, enterprise.department, active',
    );
  else if (!isAmong(held))
    reading.problem(place, `${profile.name} cannot hold ${name}, so that it cannot drift there`);
  else if (!isAmong(set)) reading.warning(place, `nothing sets ${name}, so that it is never compared`);
}

/** A list is compared as a whole, a complex attribute part by part. */
export const attributeNames: readonly string[] = [
  'active',
  ...[...userAttributes, enterprise]
    .filter(({ name }) => name !== 'password')
    .flatMap(({ name, kind, parts }) => [
      name,
      ...(kind === 'complex' ? parts.map((part) => `${name}.${part.name}`) : []),
    ]),
];
