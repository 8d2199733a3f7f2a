import type { FastifyReply, FastifyRequest } from 'fastify';
import { explain } from '../engine/explain.ts';
import { reading } from '../http/reading.ts';
import type { World } from '../http/world.ts';
import { RollcallError } from '../model/index.ts';
import { sheet } from './frame.ts';
import { markup } from './html.ts';
import type { Html } from './html.ts';
import { sendLater } from './later.ts';
import { lookAtPerson } from './look.ts';
import { offboardPage } from './views/offboard.ts';
import type { PersonView } from './person-view.ts';
import { explanation, personPage } from './views/person.ts';
import { askForKey } from './visit.ts';
import { queryOf, send, visitorOf } from './visit.ts';
import type { Place } from './visit.ts';

/** An explanation reads the whole source: one is made at a time, and no more than these wait for theirs. */
const mostWaiting = 8;

class Turns {
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  /** Undefined where too many wait already. */
  take<T>(make: () => Promise<T>): Promise<T> | undefined {
    if (this.#waiting >= mostWaiting) return undefined;
    this.#waiting++;
    const made = this.#last.then(make).finally(() => this.#waiting--);
    this.#last = made.catch(() => undefined);
    return made;
  }
}

const turns = new WeakMap<World, Turns>();

/** A person: what the state knows is sent at once, and what takes a read of the source follows on the same page. */
export async function personRoute(
  place: Place,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const visitor = visitorOf(place, request);
  if (visitor === undefined) return askForKey(place, request, reply, 401);
  const { world } = place;
  const { viewer } = visitor;
  const key = queryOf(request)('key').trim().normalize('NFC');
  if (key === '') throw new RollcallError('notFound', 'no key was given');
  const { configuration } = world.host;
  const view = await reading(world, (state) => lookAtPerson({ state, configuration, now: world.now() }, key));
  // Of somebody whom only the source knows, it has to be read before anything can be said.
  if (view === undefined) {
    const explained = await explainedHtml(world, key);
    const unknown: PersonView = { key, targets: [], last: [] };
    return send(
      reply,
      sheet({ title: key, place: '/people', viewer }, [personPage(unknown, viewer), explained]),
    );
  }
  return sendLater(reply, world, {
    path: '/person',
    about: { title: view.key, place: '/people', viewer },
    first: personPage(view, viewer),
    rest: () => explainedHtml(world, view.key),
  });
}

/** The page that is looked at before somebody is offboarded. Of somebody whom the state does not know there is none. */
export async function offboardRoute(
  place: Place,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const visitor = visitorOf(place, request);
  if (visitor === undefined) return askForKey(place, request, reply, 401);
  const { world } = place;
  const { viewer } = visitor;
  const key = queryOf(request)('key').trim().normalize('NFC');
  const { configuration } = world.host;
  const view = await reading(world, (state) => lookAtPerson({ state, configuration, now: world.now() }, key));
  if (view === undefined) throw new RollcallError('notFound', 'nobody has this key');
  return send(
    reply,
    sheet({ title: `Offboard ${key}`, place: '/people', viewer }, offboardPage(view, viewer)),
  );
}

async function explainedHtml(world: World, key: string): Promise<Html> {
  const own = turns.get(world) ?? new Turns();
  turns.set(world, own);
  const made = own.take(async () => explain(await world.host.engine(), key, [], explanation));
  return (
    made ??
    markup`<div class="note warn"><p>Others are asking just now. Open the page again in a while.</p></div>`
  );
}
