import type { ServerResponse } from 'node:http';
import type { Answer } from '../protocol/exchange.ts';
import type { Entry } from '../journal/journal.ts';

/** Sends an answer. `mediaType` is the service's own where the answer names none. */
export function send(raw: ServerResponse, answer: Answer, mediaType: string, entry: Entry | undefined): void {
  if (entry) entry.status = answer.status;
  const { body, headers } = answer;
  if (body === undefined || answer.status === 204) {
    raw.writeHead(answer.status, headers);
    raw.end();
    return;
  }
  const bytes = Buffer.byteLength(body);
  raw.writeHead(answer.status, {
    ...headers,
    'content-type': answer.mediaType ?? mediaType,
    'content-length': bytes,
  });
  // As many bytes as characters: all of it is ASCII, which is written faster as what it is.
  raw.end(body, bytes === body.length ? 'latin1' : 'utf8');
}

const BLANK = Buffer.alloc(64 * 1024, 0x20);

/** Sends an answer behind a lot of white space, no faster than it is read. */
export function sendPadded(
  raw: ServerResponse,
  answer: Answer,
  bytes: number,
  mediaType: string,
  entry: Entry | undefined,
): void {
  if (entry) entry.status = answer.status;
  const body = answer.body ?? '';
  raw.writeHead(answer.status, {
    ...answer.headers,
    'content-type': answer.mediaType ?? mediaType,
    'content-length': bytes + Buffer.byteLength(body),
  });
  let left = bytes;
  const more = (): void => {
    while (left > 0) {
      const chunk = left < BLANK.length ? BLANK.subarray(0, left) : BLANK;
      left -= chunk.length;
      if (!raw.write(chunk)) {
        raw.once('drain', more);
        return;
      }
    }
    raw.end(body);
  };
  more();
}
