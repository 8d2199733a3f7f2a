import { connect } from 'node:net';
import { onTestFinished } from 'vitest';
import { loadService } from '../../connectors/targets/services.ts';
import { startMock } from '../../src/mock/index.ts';
import type { Mock, MockOptions } from '../../src/mock/index.ts';

export const TOKEN = 'the-token';
export const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
export const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
export const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
export const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error';

/** JSON as a test reads it: every member may be there. */
export interface Body {
  readonly [name: string]: Body;
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Body;
}

/** A mock that ends with its test. */
export async function mockOf(name: string, options: Partial<MockOptions> = {}): Promise<Mock> {
  const mock = await startMock({ service: await loadService(name), token: TOKEN, ...options });
  onTestFinished(() => mock.close());
  return mock;
}

interface Ask {
  readonly token?: string | null;
  readonly type?: string | null;
  readonly headers?: Record<string, string>;
}

/** One request. A path that begins with `/_mock` goes to the door, any other one below the base URL. */
export async function ask(
  mock: Mock,
  method: string,
  path: string,
  body?: unknown,
  how: Ask = {},
): Promise<Reply> {
  const url = (path.startsWith('/_mock') ? mock.origin : mock.url) + path;
  const headers: Record<string, string> = { ...how.headers };
  if (how.token !== null) headers['authorization'] = `Bearer ${how.token ?? TOKEN}`;
  if (body !== undefined && how.type !== null) headers['content-type'] = how.type ?? 'application/scim+json';
  const sent =
    body === undefined
      ? undefined
      : typeof body === 'string' || body instanceof Uint8Array
        ? body
        : JSON.stringify(body);
  const answer = await fetch(url, {
    method,
    headers,
    ...(sent === undefined ? {} : { body: sent as string }),
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, text, body: parsed(text) };
}

export function filtered(filter: string): string {
  return `/Users?filter=${encodeURIComponent(filter)}`;
}

export function patchOf(...operations: readonly object[]): object {
  return { schemas: [PATCH_OP], Operations: operations };
}

export function person(userName: string, more: object = {}): object {
  return { schemas: [USER], userName, ...more };
}

export function withMail(userName: string, more: object = {}): object {
  return person(userName, { emails: [{ value: userName, type: 'work', primary: true }], ...more });
}

/** Creates somebody, and gives the id. */
export async function created(mock: Mock, body: object): Promise<string> {
  const answer = await ask(mock, 'POST', '/Users', body);
  if (answer.status !== 201) throw new Error(`not created: ${answer.status} ${answer.text}`);
  return wordOf(answer.body['id']);
}

/** Bytes to the port, and what comes back until the connection ends. */
export function raw(mock: Mock, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(mock.port, '127.0.0.1');
    let text = '';
    socket.setEncoding('latin1');
    socket.on('data', (chunk) => (text += String(chunk)));
    socket.on('error', () => resolve(text));
    socket.on('close', () => resolve(text));
    socket.end(bytes);
  });
}

/** A member that is a text. */
export function wordOf(value: unknown): string {
  return value as string;
}

function parsed(text: string): Body {
  try {
    return JSON.parse(text) as Body;
  } catch {
    return {};
  }
}
