import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Received {
  readonly from: string;
  readonly to: readonly string[];
  readonly data: string;
}

export interface Sink {
  readonly url: string;
  readonly received: readonly Received[];
  /** Until so many letters are there. */
  arrived(count: number): Promise<void>;
}

/** A mail server of a few words (RFC 5321 §4.1.1). `says` may answer a command otherwise than it should; undefined says nothing. */
export async function sinkOf(says?: (command: string) => string | undefined): Promise<Sink> {
  const received: Received[] = [];
  const waiting: (() => void)[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let text = '';
    let letter = { from: '', to: [] as string[] };
    let isData = false;
    const answer = (command: string, usual: string): void => {
      const said = says ? says(command) : usual;
      const line = said === 'as usual' ? usual : said;
      if (line !== undefined) socket.write(`${line}\r\n`);
    };
    socket.setEncoding('utf8').on('error', () => undefined);
    answer('connect', '220 sink');
    socket.on('data', (chunk) => {
      text += String(chunk);
      for (let end = text.indexOf(isData ? '\r\n.\r\n' : '\r\n'); end >= 0;) {
        const line = text.slice(0, end);
        text = text.slice(end + (isData ? 5 : 2));
        const word = line.slice(0, 4).toUpperCase();
        if (isData) {
          received.push({ ...letter, data: line });
          letter = { from: '', to: [] };
          isData = false;
          answer('.', '250 taken');
          for (const wake of waiting.splice(0)) wake();
        } else if (word === 'MAIL') {
          letter.from = line;
          answer(line, '250 ok');
        } else if (word === 'RCPT') {
          letter.to.push(line);
          answer(line, '250 ok');
        } else if (word === 'DATA') {
          isData = true;
          answer(line, '354 go on');
        } else if (word === 'QUIT') socket.end('221 bye\r\n');
        else answer(line, '250 sink');
        end = text.indexOf(isData ? '\r\n.\r\n' : '\r\n');
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    arrived: async (count) => {
      while (received.length < count) await new Promise<void>((resolve) => waiting.push(resolve));
    },
  };
}
