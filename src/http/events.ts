import * as z from 'zod';
import { takenAt } from '../../connectors/sources/index.ts';
import { authoritiesOf, authorityOf, fieldsTold } from '../configuration/index.ts';
import { RollcallError } from '../model/index.ts';
import type { SourcePart } from '../model/index.ts';
import { eventById, takeEvent } from '../store/events.ts';
import type { KeptEvent, ToldEvent } from '../store/events.ts';
import { openState, stateError, withState } from '../store/state.ts';
import type { State } from '../store/state.ts';
import { whyNotAccepted } from '../wiring/take-up.ts';
import { reading } from './reading.ts';
import { Refused } from './refusal.ts';
import { errorSchema, route, usualAnswers } from './route.ts';
import type { Answer } from './route.ts';
import { isoTime, keyText } from './shapes.ts';
import { actorOf } from './world.ts';
import type { Caller, World } from './world.ts';

/** A clock of elsewhere may be ahead of ours by so much. */
const ahead = 5 * 60_000;

export const record = z
  .record(z.string().min(1).max(256), z.json())
  .describe(
    "What the record of the source would have, by its own names: a CSV file's columns, an entry's attributes, the names of JSON. What is not in it stays as it is; null takes it away.",
  );

export const eventSchema = z
  .strictObject({
    id: z
      .string()
      .min(1)
      .max(200)
      .describe("The teller's own: the same id is the same event, however often it comes."),
    key: keyText,
    kind: z
      .enum(['hire', 'change', 'leave'])
      .describe(
        'hire: there from now on, with the whole record; change: what is another; leave: gone from now on.',
      ),
    at: z.iso
      .datetime({ offset: true })
      .describe('When it happened: of one person, what is older does not take back what is newer.'),
    record: record.optional(),
    source: z
      .string()
      .describe('Of several sources, the one that is the authority for the person.')
      .optional(),
  })
  .refine(({ kind, record: given }) => kind === 'leave' || given !== undefined, {
    error: 'a hire and a change have a record',
  });

export const eventView = z.strictObject({
  id: z.string(),
  key: z.string(),
  kind: z.enum(['hire', 'change', 'leave', 'signIn']),
  at: isoTime,
  receivedAt: isoTime,
  state: z
    .enum(['accepted', 'delivered', 'ignored', 'refused'])
    .describe(
      'accepted: written down, and about to be carried out; delivered: planned and released by the run; ignored: late, about nobody who is known, or a change of somebody who has left; refused: the record cannot be mapped.',
    ),
  reason: z.string().optional(),
  run: z.int().optional(),
});

export function viewOf({
  id,
  key,
  kind,
  at,
  receivedAt,
  state,
  reason,
  run,
}: KeptEvent): z.infer<typeof eventView> {
  return {
    id,
    key,
    kind,
    at: new Date(at).toISOString(),
    receivedAt: new Date(receivedAt).toISOString(),
    state,
    ...(reason !== undefined && { reason }),
    ...(run !== undefined && { run }),
  };
}

/** The one source that is the authority for whom something is told. */
export function partFor({ host }: World, name: string | undefined): SourcePart {
  try {
    return authorityOf(host.configuration, name);
  } catch (error) {
    if (!(error instanceof RollcallError)) throw error;
    const names = authoritiesOf(host.configuration).join(', ');
    throw new Refused(400, 'invalid', `source: has to be one of ${names}`);
  }
}

/** Writes it down before anything is answered; a daemon that is killed a moment later carries it out at its next start. */
export async function take(world: World, caller: Caller, told: ToldEvent, part: SourcePart) {
  const { host, now } = world;
  // A live directory is read when it is asked: then what it said last is what counts.
  const written =
    part.source.isDelta === true || part.source.connector === 'ldap' ? 0 : await takenAt(part.source, now());
  return withState(host.configuration.state, true, (state) => {
    // Nobody who tells of an event waits for a run that writes for longer than this.
    state.db.pragma('busy_timeout = 3000');
    return takeEvent(state, told, {
      actor: actorOf(caller),
      now: now(),
      judge: () => whyNotAccepted(state, told, written),
    });
  });
}

export const tellEvent = route({
  method: 'POST',
  path: '/v1/events',
  scope: 'events',
  says: 'The source tells of a hire, a change or a leave; it is written down before it is answered, and carried out at once.',
  body: eventSchema,
  answers: {
    ...usualAnswers,
    200: { says: 'It came before, or is ignored for the reason.', schema: eventView },
    202: { says: 'It is written down.', schema: eventView },
    409: { says: 'Another event has this id.', schema: errorSchema },
  },
  answer: async ({ body, caller, world }): Promise<Answer> => {
    const { id, key, kind, record: given, source } = body;
    const at = Date.parse(body.at);
    if (at > world.now() + ahead)
      throw new Refused(400, 'invalid', 'at: is still to come; tell of it when it has happened');
    const part = partFor(world, source);
    const fields = given === undefined ? undefined : fieldsTold(part, key, given);
    const told = { id, source: part.source.name, key, kind, at, ...(fields && { record: fields }) };
    const taken = await take(world, caller, told, part);
    if (taken.isOther)
      throw new Refused(409, 'conflict', 'another event has this id', {
        hint: 'an id is of one event, and never used again',
      });
    if (taken.event.state === 'accepted') void world.host.deliver();
    const status = taken.isKnown || taken.event.state !== 'accepted' ? 200 : 202;
    return {
      status,
      body: viewOf(taken.event),
      headers: { location: `/v1/events/${encodeURIComponent(id)}` },
    };
  },
});

export const askEvent = route({
  method: 'GET',
  path: '/v1/events/{id}',
  scope: 'events',
  says: 'What became of an event; it is known for thirty days after it counts for nothing any more.',
  params: z.object({ id: z.string().min(1).max(200) }),
  answers: {
    ...usualAnswers,
    200: { says: 'The event.', schema: eventView },
    404: { says: 'Nobody has told of it.', schema: errorSchema },
  },
  answer: ({ params, world }) =>
    reading(world, (state) => {
      const event = eventById(state, params.id);
      if (event === undefined) throw new Refused(404, 'notFound', 'there is no event of this id');
      return { status: 200, body: viewOf(event) };
    }),
});

/** For what is written by nobody but this: a short transaction. */
export async function writing<T>({ host }: World, use: (state: State) => T): Promise<T> {
  const state = openState(host.configuration.state, true);
  try {
    state.db.pragma('busy_timeout = 3000');
    return use(state);
  } catch (error) {
    throw stateError(error, state);
  } finally {
    state.close();
  }
}
