import { connect } from 'node:net';
import type { Mock } from '../../../src/mock/index.ts';
import { GROUP, ask, patchOf, wordOf } from '../calling.ts';
import type { Body, Reply } from '../calling.ts';

/** What comes over a connection that the client leaves open, and how the connection ends. */
export interface Wire {
  readonly text: string;
  /** A code such as `ECONNRESET`; `end` where it ended in good order. */
  readonly end: string;
}

/** Sends one request over a connection that it keeps open, until the other side ends it. */
export function wire(mock: Mock, method: string, path: string, body?: object): Promise<Wire> {
  const json = body === undefined ? '' : JSON.stringify(body);
  return new Promise((resolve) => {
    const socket = connect(mock.port, '127.0.0.1');
    let text = '';
    let end = 'end';
    socket.setEncoding('latin1');
    socket.on('data', (chunk) => (text += String(chunk)));
    socket.on('error', (error: NodeJS.ErrnoException) => (end = error.code ?? error.message));
    socket.on('close', () => resolve({ text, end }));
    socket.write(
      `${method} ${new URL(mock.url).pathname}${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer the-token\r\n` +
        `Content-Type: application/scim+json\r\nContent-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`,
    );
  });
}

export function bodyOfWire({ text }: Wire): string {
  return text.slice(text.indexOf('\r\n\r\n') + 4);
}

export const three = [
  { id: '1', userName: 'Ada' },
  { id: '2', userName: 'Bob' },
  { id: '3', userName: 'Cyd' },
];

/** The userNames of a list. */
export async function names(mock: Mock, query = ''): Promise<readonly string[]> {
  const { body } = await ask(mock, 'GET', `/Users${query}`);
  return namesIn(body);
}

export function namesIn(body: Body): readonly string[] {
  return (body['Resources'] as unknown as readonly Body[]).map((one) => wordOf(one['userName']));
}

/** Creates a group of these people, and gives its id. */
export async function grouped(mock: Mock, ...ids: readonly string[]): Promise<string> {
  const { status, body, text } = await ask(mock, 'POST', '/Groups', {
    schemas: [GROUP],
    displayName: 'Group',
    members: ids.map((value) => ({ value })),
  });
  if (status !== 201) throw new Error(text);
  return wordOf(body['id']);
}

/** The ids of a group's members, as the service really has them; faults are taken away for it. */
export async function membersOf(mock: Mock, id: string): Promise<readonly string[]> {
  mock.clearFaults();
  const { body } = await ask(mock, 'GET', `/Groups/${id}`);
  const members = (body['members'] ?? []) as unknown as readonly Body[];
  return members.map((one) => wordOf(one['value'])).sort();
}

export function adding(...ids: readonly string[]): object {
  return patchOf({ op: 'add', path: 'members', value: ids.map((value) => ({ value })) });
}

export function patch(mock: Mock, path: string, ...operations: readonly object[]): Promise<Reply> {
  return ask(mock, 'PATCH', path, patchOf(...operations));
}

/** How many groups a filter finds that have this member. */
export async function groupsWith(mock: Mock, id: string): Promise<unknown> {
  const filter = encodeURIComponent(`members.value eq "${id}"`);
  return (await ask(mock, 'GET', `/Groups?filter=${filter}`)).body['totalResults'];
}
