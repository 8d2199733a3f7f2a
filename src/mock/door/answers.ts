import type { FastifyReply } from 'fastify';
import type { ServerResponse } from 'node:http';

/** The mock's own door answers in plain JSON, and its errors have one form. */
export function answerDoor(reply: FastifyReply, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  reply.hijack();
  reply.raw.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  reply.raw.end(text);
}

export function answerDoorError(reply: FastifyReply, status: number, message: string): void {
  answerDoor(reply, status, { error: { status, message } });
}

/** What goes wrong in the middle ends the connection: the head of the answer is out. */
export async function streamItems(
  reply: FastifyReply,
  total: number,
  items: Iterable<unknown>,
): Promise<void> {
  reply.hijack();
  try {
    await writeItems(reply.raw, total, items);
  } catch {
    reply.raw.destroy();
  }
}

/** `{"total":N,"items":[…]}`, written item by item: everything that a mock holds can be longer than one string may be. */
async function writeItems(raw: ServerResponse, total: number, items: Iterable<unknown>): Promise<void> {
  raw.writeHead(200, { 'content-type': 'application/json' });
  let text = `{"total":${total},"items":[`;
  let first = true;
  for (const item of items) {
    text += (first ? '' : ',') + itemText(item);
    first = false;
    if (text.length < 256 * 1024) continue;
    const more = raw.write(text);
    text = '';
    if (!more) await drained(raw);
    if (raw.destroyed) return;
  }
  raw.end(`${text}]}`);
}

/** A request whose body is nested more deeply than can be written is shown without it. */
function itemText(item: unknown): string {
  try {
    return JSON.stringify(item);
  } catch {
    return JSON.stringify({ ...(item as object), body: '(nested too deeply to be shown)' });
  }
}

function drained(raw: NodeJS.WritableStream): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      raw.off('drain', done);
      raw.off('close', done);
      resolve();
    };
    raw.once('drain', done);
    raw.once('close', done);
  });
}
