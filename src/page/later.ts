import { setImmediate } from 'node:timers/promises';
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { problemsIn } from '../daemon/contract.ts';
import { refusalOf } from '../http/refusal.ts';
import type { World } from '../http/world.ts';
import { closing, opening } from './frame.ts';
import type { Sheet } from './frame.ts';
import { markup } from './html.ts';
import type { Piece } from './html.ts';

/** A page of which something takes its time: what is there is seen at once, and the rest follows. */
export interface Later {
  readonly path: string;
  readonly about: Sheet;
  readonly first?: Piece;
  readonly rest: () => Promise<Piece>;
}

/** Since the page has begun by then, what goes wrong with the rest is a sentence on it. */
export function sendLater(reply: FastifyReply, world: World, later: Later): FastifyReply {
  return reply.type('text/html; charset=utf-8').send(Readable.from(piecesOf(world, later)));
}

async function* piecesOf(world: World, { path, about, first, rest }: Later): AsyncGenerator<string> {
  yield markup`${opening(about)}${first}`.text;
  // What is found in the state is found without a pause: the first piece has to be on its way before.
  await setImmediate();
  try {
    yield markup`${await rest()}`.text;
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal.status >= 500) world.log.error({ path, ...problemsIn(error) }, 'a part of a page failed');
    const why = refusal.status >= 500 ? `This cannot be said just now: ${refusal.message}` : refusal.message;
    yield markup`<div class="note bad"><p>${why}</p></div>`.text;
  }
  yield closing.text;
}
