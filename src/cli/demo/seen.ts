import { ENTERPRISE, isObject } from '../../model/index.ts';
import type { Json, Resource } from '../../model/index.ts';
import type { Mock, Recorded, ShownMail, ShownSession, ShownUser } from '../../mock/index.ts';

/** What the mock itself holds and saw at one moment. */
export interface Seen {
  readonly users: readonly ShownUser[];
  readonly mails: readonly ShownMail[];
  readonly sessions: readonly ShownSession[];
  /** All SCIM requests so far, oldest first. */
  readonly requests: readonly Recorded[];
}

export function look(mock: Mock): Seen {
  return {
    users: mock.users(),
    mails: mock.mailbox(),
    sessions: mock.sessions(),
    requests: mock.journal().filter(({ path }) => !path.startsWith('/_mock')),
  };
}

/** The key of each account, by the id that the mock gave it. */
export type Keys = ReadonlyMap<string, string>;

export function keysOf(users: readonly ShownUser[]): Keys {
  return new Map(users.map((user) => [user.id, keyOf(user)]));
}

export function keyOf(user: ShownUser): string {
  return typeof user['externalId'] === 'string' ? user['externalId'] : `the account ${user.id} without a key`;
}

/** Somebody's SCIM attributes, without what the mock says of the account itself; the manager by key. */
export function attributesOf(user: ShownUser, keys: Keys): Resource {
  const { id: _, membership: _m, invitation: _i, passwordSet: _p, meta: _t, ...attributes } = user;
  const enterprise = attributes[ENTERPRISE];
  if (!isObject(enterprise) || !isObject(enterprise['manager'])) return attributes as Resource;
  const manager = enterprise['manager'];
  const value = keys.get(manager['value'] as string) ?? manager['value'];
  return { ...attributes, [ENTERPRISE]: { ...enterprise, manager: { ...manager, value } } } as Resource;
}

/** One request that may write: by which method, and about whom. */
export interface Write {
  readonly method: string;
  readonly key: string;
  readonly status: number | null;
  /** Attributes that a PATCH names, as the story names them: `title`, `enterprise.department`, `active`. */
  readonly attributes: readonly string[];
}

export function writesOf(requests: readonly Recorded[], keys: Keys): readonly Write[] {
  return requests
    .filter(({ method }) => method !== 'GET')
    .map(({ method, path, body, status }) => ({
      method,
      key: aboutWhom(method, path, body, keys),
      status,
      attributes: patched(body),
    }));
}

function aboutWhom(method: string, path: string, body: unknown, keys: Keys): string {
  const id = path.slice(path.lastIndexOf('/') + 1);
  if (method !== 'POST') return keys.get(id) ?? path;
  const key = isObject(body) ? body['externalId'] : undefined;
  return typeof key === 'string' ? key : path;
}

function patched(body: unknown): readonly string[] {
  const operations = isObject(body) ? (body['Operations'] as Json | undefined) : undefined;
  if (!Array.isArray(operations)) return [];
  return (operations as readonly Json[])
    .map((operation) => (isObject(operation) ? operation['path'] : undefined))
    .map((path) => (typeof path === 'string' ? path : '(no path)'))
    .map((path) =>
      path.startsWith(`${ENTERPRISE}:`) ? `enterprise.${path.slice(ENTERPRISE.length + 1)}` : path,
    );
}
