import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { isObject } from '../../src/model/index.ts';
import type { JsonObject } from '../../src/model/index.ts';
import type { Recorded } from '../../src/mock/index.ts';
import type { Play } from './service.ts';

/** A request as a service has it in its journal, with the headers that it came with. */
export interface Sent extends Recorded {
  readonly headers: IncomingHttpHeaders;
}

/** A service whose requests are all kept in `sent`, beyond its end. */
export function overheard(play: Play, sent: Sent[]): Play {
  return async (start) => {
    const service = await play(start);
    const port = Number(new URL(service.url).port);
    const headers: IncomingHttpHeaders[] = [];
    // The journal has no headers; Node tells of every request that a server of this process gets.
    const listen = (message: unknown): void => {
      const { request } = message as { readonly request: IncomingMessage };
      if (request.socket.localPort === port) headers.push(request.headers);
    };
    subscribe('http.server.request.start', listen);
    return {
      ...service,
      close: async () => {
        unsubscribe('http.server.request.start', listen);
        sent.push(...service.journal().map((one, at) => ({ ...one, headers: headers[at]! })));
        await service.close();
      },
    };
  };
}

export interface PatchOperation {
  readonly op: string;
  readonly path?: string;
  readonly value?: unknown;
}

export function operationsOf({ method, body }: Pick<Sent, 'method' | 'body'>): readonly PatchOperation[] {
  return method === 'PATCH' && isObject(body) ? (body['Operations'] as PatchOperation[]) : [];
}

/** What a body says of each attribute with several values: what a whole resource names, and what an operation puts there. */
export function valuesOf({ method, body }: Pick<Sent, 'method' | 'body'>): readonly Said[] {
  const parts: readonly (readonly [string, unknown])[] =
    method === 'PATCH'
      ? operationsOf({ method, body }).map(({ path = '', value }) => [path, value] as const)
      : Object.entries((body ?? {}) as JsonObject);
  return parts.flatMap(([name, value]) =>
    Array.isArray(value) ? (value as JsonObject[]).filter(isObject).map((one) => ({ name, value: one })) : [],
  );
}

export interface Said {
  readonly name: string;
  readonly value: JsonObject;
}
