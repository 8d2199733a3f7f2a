import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import type { Mock } from '../../src/mock/index.ts';
import type { Ending } from './folder.ts';

/** Listens on a free port of this machine until the test is over. */
export async function listening(
  ending: Ending,
  server: Server & { closeAllConnections(): void },
): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ending.onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

export async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  request.setEncoding('utf8');
  for await (const chunk of request) text += chunk as string;
  return text;
}

/** Hands a request on to the mock, with the credential that is named, and its answer back. */
export async function forward(
  mock: Mock,
  request: IncomingMessage,
  body: string,
  response: ServerResponse,
  authorization: string,
): Promise<void> {
  const { method = 'GET', url = '', headers } = request;
  const answer = await fetch(new URL(url, mock.url), {
    method,
    headers: { authorization, 'content-type': headers['content-type'] ?? 'application/scim+json' },
    ...(body !== '' && { body }),
  });
  const type = answer.headers.get('content-type') ?? 'application/scim+json';
  response.writeHead(answer.status, { 'content-type': type }).end(await answer.text());
}
