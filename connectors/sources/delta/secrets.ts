import { isObject } from '../../../src/model/index.ts';
import type { Keeping, SecretField } from '../../../src/model/index.ts';
import type { Change } from '../ldif/entry.ts';
import type { Names } from '../ldif/names.ts';
import type { Fields } from './record.ts';

export type Secrets = Keeping['secrets'];
type Entry = readonly [string, SecretField];

/**
 * Whether not all that makes the password is known of a record after a part of it was told. What is `null` was taken away, or
 * was told and is not kept.
 */
export function isBareAfter(before: boolean | undefined, part: Fields, secrets: Secrets): boolean {
  if ([...secrets].some((secret) => takesAway(part, secret))) return true;
  return before === true && ![...secrets].every((secret) => tells(part, secret));
}

function takesAway(part: Fields, [name, { within }]: Entry): boolean {
  const value = Object.hasOwn(part, name) ? part[name] : undefined;
  if (!isObject(value)) return value === null;
  return [...within].some((inner) => Object.hasOwn(value, inner) && value[inner] === null);
}

/** Of an object, a part may tell a part. */
function tells(part: Fields, [name, { within }]: Entry): boolean {
  if (!Object.hasOwn(part, name)) return false;
  const value = part[name];
  if (!isObject(value)) return true;
  return (
    within.size > 0 && [...within].every((inner) => Object.hasOwn(value, inner) && !isObject(value[inner]))
  );
}

/** Whether the change of an entry does: what is added to values, or taken out of them, says nothing of the others. */
export function setsSecrets(change: Change, secrets: Secrets, names: Names): boolean {
  if (change.kind !== 'modify') return false;
  const set = change.blocks.filter(
    ({ operation, values }) => operation === 'replace' || (operation === 'delete' && values.length === 0),
  );
  const known = new Set(set.flatMap(({ name }) => names.of(name)));
  return [...secrets.keys()].every((name) => known.has(name));
}
