import type { ServerResponse } from 'node:http';
import type { Entry } from '../journal/journal.ts';
import { sendPadded } from './send.ts';
import type { Answer } from '../protocol/exchange.ts';

/** How an answer goes out where it does not go out as it is. */
export type Sending =
  /** Nothing goes out, and the connection ends: in good order, or with a TCP reset. */
  | { readonly kind: 'closed'; readonly reset: boolean }
  /** The connection ends in the middle of the body, or right behind it. */
  | { readonly kind: 'cut'; readonly at: 'middle' | 'end'; readonly reset: boolean }
  /** So many bytes of white space before the body, as fast as they are read. */
  | { readonly kind: 'padded'; readonly bytes: number }
  /** The body in small pieces, over so many milliseconds. */
  | { readonly kind: 'dripped'; readonly over: number }
  /** The body begins and does not end; after so many milliseconds the connection does. */
  | { readonly kind: 'endless'; readonly lasts: number }
  /** Other bytes than the body's UTF-8; `mediaType` is null where none is named. */
  | { readonly kind: 'bytes'; readonly bytes: Buffer; readonly mediaType: string | null };

const PIECES = 20;
/** Milliseconds between two bytes of an answer that does not end. */
const BEAT = 50;

/** Sends an answer as no service should. Whatever lasts ends when the client goes. */
export function sendOddly(
  raw: ServerResponse,
  answer: Answer,
  how: Sending,
  mediaType: string,
  entry: Entry,
): void {
  switch (how.kind) {
    case 'closed':
      return end(raw, how.reset);
    case 'padded':
      return sendPadded(raw, answer, how.bytes, mediaType, entry);
    case 'cut':
      return sendCut(raw, how, begin(raw, answer, mediaType, entry));
    case 'dripped':
      return sendDripped(raw, how.over, begin(raw, answer, mediaType, entry));
    case 'endless':
      return sendEndless(raw, answer, how.lasts, mediaType, entry);
    case 'bytes': {
      entry.status = answer.status;
      const type = how.mediaType === null ? {} : { 'content-type': how.mediaType };
      raw.writeHead(answer.status, { ...answer.headers, ...type, 'content-length': how.bytes.length });
      raw.end(how.bytes);
    }
  }
}

/** The head of the answer; gives the body that it promises. */
function begin(raw: ServerResponse, answer: Answer, mediaType: string, entry: Entry): Buffer {
  entry.status = answer.status;
  const body = Buffer.from(answer.body ?? '');
  const type = body.length > 0 ? { 'content-type': answer.mediaType ?? mediaType } : {};
  const length = answer.status === 204 ? {} : { 'content-length': body.length };
  raw.writeHead(answer.status, { ...answer.headers, ...type, ...length });
  return body;
}

function sendCut(
  raw: ServerResponse,
  { at, reset }: { readonly at: 'middle' | 'end'; readonly reset: boolean },
  body: Buffer,
): void {
  if (at === 'middle') {
    raw.flushHeaders();
    // The callback comes when the bytes are the system's; they go out before the connection ends.
    raw.write(body.subarray(0, body.length >> 1), () => end(raw, reset));
    return;
  }
  raw.end(body, () => end(raw, reset));
}

function sendDripped(raw: ServerResponse, over: number, body: Buffer): void {
  raw.flushHeaders();
  const size = Math.max(1, Math.ceil(body.length / PIECES));
  let at = 0;
  every(raw, Math.max(1, Math.floor(over / PIECES)), () => {
    raw.write(body.subarray(at, at + size));
    at += size;
    if (at < body.length) return true;
    raw.end();
    return false;
  });
}

function sendEndless(
  raw: ServerResponse,
  answer: Answer,
  lasts: number,
  mediaType: string,
  entry: Entry,
): void {
  entry.status = answer.status;
  const body = answer.body ?? '';
  raw.writeHead(answer.status, { ...answer.headers, 'content-type': answer.mediaType ?? mediaType });
  raw.write(body.slice(0, body.length >> 1) || ' ');
  let left = Math.ceil(lasts / BEAT);
  every(raw, Math.min(BEAT, lasts), () => {
    if (left-- <= 0) {
      raw.destroy();
      return false;
    }
    raw.write(' ');
    return true;
  });
}

/** Does something again and again, until it says no or the connection is gone. */
function every(raw: ServerResponse, pause: number, act: () => boolean): void {
  let timer = setTimeout(again, pause);
  function again(): void {
    if (act()) timer = setTimeout(again, pause);
  }
  raw.once('close', () => clearTimeout(timer));
}

function end(raw: ServerResponse, reset: boolean): void {
  if (reset && raw.socket) raw.socket.resetAndDestroy();
  else raw.destroy();
}
