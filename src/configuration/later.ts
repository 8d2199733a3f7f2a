/**
 * What the configuration will take and this version does not: somebody who writes it reads "not yet" instead of
 * "unknown key". Paths are written with `*` for any name and any index.
 */
const keys: Readonly<Record<string, string>> = {
  'source.sheet': 'spreadsheets are not read yet',
  'targets.*.map.active': '`active` decides who has left and is set once, under identity',
  'targets.*.map.password': '`password` is set once, under identity',
  'targets.*.map.enterprise.manager': '`manager` is set once, under identity',
  'groups.*.onGone': 'what becomes of a group that is gone is said for each target, under groups.onGone',
};

const otherExtension = 'extensions other than the enterprise one are not written yet';
const ownConnector = 'a source of your own, by the path of its connector, is not read yet';

/** Why a key is not taken yet; `undefined` where it never will be. */
export function laterKey(path: readonly (string | number)[], key: string): string | undefined {
  if (key.startsWith('urn:')) return otherExtension;
  return lookUp(keys, [...path, key]);
}

export function laterValue(path: readonly (string | number)[], value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const isConnector = path.at(-1) === 'connector';
  return isConnector && /[/\\]|\.[cm]?[jt]s$/.test(value) ? ownConnector : undefined;
}

/** Parts of the configuration whose members have names of their own, or an index. */
const NAMED: ReadonlySet<unknown> = new Set(['targets', 'groups', 'sources']);

function lookUp<T>(table: Readonly<Record<string, T>>, path: readonly (string | number)[]): T | undefined {
  const text = path.join('.');
  const starred = path.map((part, index) => (index === 1 && NAMED.has(path[0]) ? '*' : part)).join('.');
  if (Object.hasOwn(table, text)) return table[text];
  return Object.hasOwn(table, starred) ? table[starred] : undefined;
}
