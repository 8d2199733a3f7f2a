import { RollcallError, isObject } from '../../model/index.ts';
import type { OrganisationOptions } from '../directory/organisation.ts';
import type { Key } from '../keys.ts';

/**
 * Organisations and keys as somebody gives them: JSON, or the text of an option such as `acme,limit=25`, whose first
 * part may be the name or the token alone. Throws `RollcallError('usage')` with a sentence for anything else.
 */
export function readOrganisation(given: unknown): OrganisationOptions {
  const words = wordsOf(withoutCounts(given), 'organisation', 'name', ['name', 'scim', 'limit']);
  const { name, scim } = words;
  const text = textOf(name, 'An organisation needs a "name", such as acme.');
  const isOn = scim === undefined ? undefined : SWITCH.get(scim);
  if (scim !== undefined && isOn === undefined)
    throw new RollcallError('usage', `The organisation "${text}" has "scim" on or off, and nothing else.`);
  const limit =
    words['limit'] === null
      ? null
      : wholeOf(words['limit'], `The organisation "${text}" has a whole number as its "limit", or null.`);
  return {
    name: text,
    ...(isOn === undefined ? {} : { scim: isOn }),
    ...(limit === undefined ? {} : { limit }),
  };
}

/** What the door tells of an organisation can be given back to it: what is counted there is nobody's to set. */
function withoutCounts(given: unknown): unknown {
  if (!isObject(given) || !COUNTS.every((name) => Object.hasOwn(given, name))) return given;
  return Object.fromEntries(Object.entries(given).filter(([name]) => !COUNTS.includes(name)));
}
const COUNTS: readonly string[] = ['users', 'members', 'pendingInvitations', 'openSessions'];

const SWITCH: ReadonlyMap<unknown, boolean> = new Map<unknown, boolean>([
  [true, true],
  [false, false],
  ['on', true],
  ['off', false],
  ['true', true],
  ['false', false],
]);

/** `permissions` is a list, and in a text `scim+read` or `none`. What is not said is the caller's. */
export function readKey(given: unknown): Partial<Key> {
  const words = wordsOf(given, 'key', 'token', [
    'token',
    'permissions',
    'organisation',
    'name',
    'expires',
    'user',
  ]);
  const { token, permissions, organisation, name, user } = words;
  const isText = typeof given === 'string' && typeof permissions === 'string';
  const list = isText ? permissionsOf(permissions) : permissions;
  if (list !== undefined && !(Array.isArray(list) && list.every((one) => typeof one === 'string')))
    throw new RollcallError('usage', '"permissions" has to be a list of texts, such as ["scim"].');
  const expires = wholeOf(words['expires'], '"expires" has to be a whole number of seconds.');
  return {
    ...(token === undefined ? {} : { token: textOf(token, '"token" has to be a text.') }),
    ...(list === undefined ? {} : { permissions: list }),
    ...(organisation === undefined
      ? {}
      : { organisation: textOf(organisation, '"organisation" has to be the name of one.') }),
    ...(name === undefined ? {} : { name: textOf(name, '"name" has to be a text.') }),
    ...(user === undefined
      ? {}
      : { user: textOf(user, '"user" has to be the id or the userName of a person.') }),
    ...(expires === undefined ? {} : { expires }),
  };
}

function permissionsOf(text: string): readonly string[] {
  return text === 'none' ? [] : text.split('+').filter((one) => one !== '');
}

/** The words of a text or an object, all of them known. */
function wordsOf(
  given: unknown,
  what: string,
  first: string,
  known: readonly string[],
): Readonly<Record<string, unknown>> {
  const words = typeof given === 'string' ? wordsOfText(given, first) : given;
  if (!isObject(words)) throw new RollcallError('usage', `This is no ${what}; it takes ${known.join(', ')}.`);
  const stranger = Object.keys(words).find((word) => !known.includes(word));
  if (stranger === undefined) return words;
  throw new RollcallError('usage', {
    message: `A ${what} knows no word "${stranger.slice(0, 80)}".`.replace('A o', 'An o'),
    hint: `It knows ${known.join(', ')}.`,
  });
}

function wordsOfText(text: string, first: string): Readonly<Record<string, string>> {
  const words = new Map<string, string>();
  text.split(',').forEach((part, at) => {
    const cut = part.indexOf('=');
    const name = cut < 0 ? (at === 0 ? first : part.trim()) : part.slice(0, cut).trim();
    const value = cut < 0 && at > 0 ? '' : part.slice(cut + 1).trim();
    if (name === '') return;
    if (words.has(name)) throw new RollcallError('usage', `"${text.slice(0, 80)}" says "${name}" twice.`);
    words.set(name, value);
  });
  return Object.fromEntries(words);
}

function textOf(value: unknown, sentence: string): string {
  if (typeof value === 'string' && value !== '' && value.length <= 1000) return value;
  throw new RollcallError('usage', sentence);
}

function wholeOf(value: unknown, sentence: string): number | undefined {
  if (value === undefined) return undefined;
  const number = typeof value === 'string' && /^\d{1,12}$/.test(value) ? Number(value) : value;
  if (typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 && number <= 1e12)
    return number;
  throw new RollcallError('usage', sentence);
}
