import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Ending } from './folder.ts';

/** One request to a wild server. */
export interface Asked {
  readonly method: string;
  /** Below the base URL, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
  readonly authorization: string | undefined;
}

export type WildUser = { id: string; userName: string; active: boolean } & Record<string, unknown>;

export interface Wild {
  readonly baseUrl: string;
  readonly asked: readonly Asked[];
  readonly users: Map<string, WildUser>;
}

/** Answers a request in its own way and says so, or leaves it to the server. */
export type Habit = (asked: Asked, response: ServerResponse, server: Wild) => boolean;

/**
 * A small SCIM server with nothing between it and the wire, so that it can answer what no library would let through.
 * It keeps users, filters by equality, and changes `active` alone.
 */
export async function playWild(ending: Ending, habit: Habit = () => false): Promise<Wild> {
  const asked: Asked[] = [];
  const users = new Map<string, WildUser>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://wild');
      const text = Buffer.concat(chunks).toString('utf8');
      const one: Asked = {
        method: request.method ?? '',
        path: url.pathname.replace('/scim/v2', ''),
        query: url.searchParams,
        body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
        authorization: request.headers.authorization,
      };
      asked.push(one);
      if (!habit(one, response, wild)) answer(one, response, users);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ending.onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const wild: Wild = { baseUrl: `http://127.0.0.1:${port}/scim/v2`, asked, users };
  return wild;
}

/** Answers with JSON. */
export function scim(response: ServerResponse, status: number, body?: object, headers = {}): true {
  response.writeHead(status, { 'content-type': 'application/scim+json', ...headers });
  response.end(body === undefined ? undefined : JSON.stringify(body));
  return true;
}

/** Answers with so much of a body that the rest of it never comes. */
export function cut(response: ServerResponse, status: number, text: string): true {
  response.writeHead(status, {
    'content-type': 'application/scim+json',
    'content-length': text.length + 1000,
  });
  response.write(text, () => response.destroy());
  return true;
}

/** Answers without end, as fast as it is read. */
export function endless(response: ServerResponse, status: number, begin: string, piece: string): true {
  response.writeHead(status, { 'content-type': 'application/scim+json' });
  response.write(begin);
  const more = (): void => {
    while (!response.destroyed && response.write(piece.repeat(1000)));
  };
  response.on('drain', more);
  more();
  return true;
}

export function listOf(users: readonly object[], totalResults = users.length): object {
  return {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
    totalResults,
    startIndex: 1,
    itemsPerPage: users.length,
    Resources: users,
  };
}

/** Keeps a new user, or the changes of one, without answering. */
export function keep({ method, path, body }: Asked, users: Map<string, WildUser>): WildUser | undefined {
  if (method === 'POST') {
    const user = { ...body, id: `id-${users.size + 1}` } as WildUser;
    users.set(user.id, user);
    return user;
  }
  const user = users.get(path.replace('/Users/', ''));
  if (user === undefined) return undefined;
  const { Operations = [] } = body as { Operations?: { path?: string; value?: unknown }[] };
  for (const { path: name, value } of Operations) if (name !== undefined) user[name] = value;
  return user;
}

function answer(asked: Asked, response: ServerResponse, users: Map<string, WildUser>): void {
  const { method, path, query } = asked;
  if (method === 'POST' && path === '/Users') {
    const taken = [...users.values()].some(({ userName }) => userName === asked.body['userName']);
    if (taken) scim(response, 409, { status: '409', scimType: 'uniqueness', detail: 'taken' });
    else scim(response, 201, keep(asked, users));
  } else if (method === 'GET' && path === '/Users')
    scim(response, 200, listOf(matching(users, query.get('filter'))));
  else {
    const user = method === 'GET' ? users.get(path.replace('/Users/', '')) : keep(asked, users);
    if (user === undefined) scim(response, 404, { status: '404', detail: 'not here' });
    else scim(response, 200, user);
  }
}

function matching(users: ReadonlyMap<string, WildUser>, filter: string | null): readonly WildUser[] {
  const [, name, value] = /^(\S+) eq "(.*)"$/.exec(filter ?? '') ?? [];
  if (name === undefined) return [...users.values()];
  return [...users.values()].filter((user) => user[name] === value);
}
