import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { BerReader, BerWriter, PresenceFilter, SearchRequest } from 'ldapts';
import type { Ending } from './folder.ts';

/** RFC 4511 §4.2, §4.3, §4.5 and §4.1.11, as tags. */
const TAG = {
  bindRequest: 0x60,
  bindResponse: 0x61,
  unbindRequest: 0x42,
  searchRequest: 0x63,
  entry: 0x64,
  done: 0x65,
  controls: 0xa0,
} as const;
const PAGED_RESULTS = '1.2.840.113556.1.4.319';

export interface Asked {
  /** Counts the searches, from 0. */
  readonly turn: number;
  readonly base: string;
  readonly attributes: readonly string[];
}

/** One answer to a search; `close` ends the connection in the place of one. */
export type Answer =
  | {
      readonly entries: readonly (readonly [
        dn: string,
        attributes: Readonly<Record<string, readonly string[]>>,
      ])[];
      /** Of the next page; none where it is the last. */
      readonly cookie?: string;
      readonly result?: number;
      /** The entries come, and the end of the answer does not. */
      readonly isSilent?: boolean;
    }
  | 'close'
  | 'garbage';

/**
 * A server that speaks as much LDAP as a search needs, for answers that OpenLDAP does not give; on a port that the system
 * hands out, and gone when the test is over. It takes every bind.
 */
export async function ldapServer(
  { onTestFinished }: Ending,
  answer: (asked: Asked) => Answer,
): Promise<{ readonly port: number; readonly asked: readonly Asked[] }> {
  const asked: Asked[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    socket.on('data', (bytes) => {
      const reader = new BerReader(bytes);
      reader.readSequence();
      const id = reader.readInt()!;
      const tag = reader.peek();
      if (tag === TAG.unbindRequest) socket.end();
      else if (tag === TAG.bindRequest) socket.write(result(id, TAG.bindResponse, 0));
      else {
        const one = { turn: asked.length, ...searchIn(reader) };
        asked.push(one);
        reply(socket, id, answer(one));
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, asked };
}

function searchIn(reader: BerReader): Omit<Asked, 'turn'> {
  reader.readSequence(TAG.searchRequest);
  const request = new SearchRequest({
    messageId: 0,
    filter: new PresenceFilter({ attribute: 'objectClass' }),
  });
  request.parseMessage(reader);
  return { base: request.baseDN, attributes: request.attributes };
}

function reply(socket: Socket, id: number, answer: Answer): void {
  if (answer === 'close') return void socket.destroy();
  if (answer === 'garbage') return void socket.end(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'));
  for (const [dn, attributes] of answer.entries) socket.write(entry(id, dn, attributes));
  if (answer.isSilent !== true) socket.write(result(id, TAG.done, answer.result ?? 0, answer.cookie ?? ''));
}

function entry(id: number, dn: string, attributes: Readonly<Record<string, readonly string[]>>): Buffer {
  const writer = new BerWriter();
  writer.startSequence();
  writer.writeInt(id);
  writer.startSequence(TAG.entry);
  writer.writeString(dn);
  writer.startSequence();
  for (const [name, values] of Object.entries(attributes)) {
    writer.startSequence();
    writer.writeString(name);
    writer.startSequence(0x31);
    for (const value of values) writer.writeString(value);
    writer.endSequence();
    writer.endSequence();
  }
  writer.endSequence();
  writer.endSequence();
  writer.endSequence();
  return writer.buffer;
}

function result(id: number, tag: number, code: number, cookie?: string): Buffer {
  const writer = new BerWriter();
  writer.startSequence();
  writer.writeInt(id);
  writer.startSequence(tag);
  writer.writeEnumeration(code);
  writer.writeString('');
  writer.writeString('');
  writer.endSequence();
  if (cookie !== undefined) {
    const value = new BerWriter();
    value.startSequence();
    value.writeInt(0);
    value.writeString(cookie);
    value.endSequence();
    writer.startSequence(TAG.controls);
    writer.startSequence();
    writer.writeString(PAGED_RESULTS);
    writer.writeBuffer(value.buffer, 0x04);
    writer.endSequence();
    writer.endSequence();
  }
  writer.endSequence();
  return writer.buffer;
}
