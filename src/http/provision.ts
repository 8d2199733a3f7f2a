import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { fieldsTold, fixedNames, spelledAsRead } from '../configuration/index.ts';
import { senderMessage } from '../engine/locks.ts';
import { withoutNames } from '../model/index.ts';
import type { TargetConfiguration } from '../model/index.ts';
import { eventById } from '../store/events.ts';
import { holds } from '../store/locks.ts';
import { isPresent } from '../store/people.ts';
import { standingOf } from '../store/standing.ts';
import type { State } from '../store/state.ts';
import { barredOf } from '../wiring/take-up.ts';
import { partFor, record, take } from './events.ts';
import { reading } from './reading.ts';
import { Refused } from './refusal.ts';
import { errorSchema, route, usualAnswers } from './route.ts';
import type { Answer } from './route.ts';
import { keyText } from './shapes.ts';
import { until } from './until.ts';
import type { World } from './world.ts';

const targetStanding = z.strictObject({
  state: z
    .enum(['active', 'off', 'invited', 'none', 'pending', 'failed', 'held', 'waiting', 'leftOut'])
    .describe('none: no account, and none is planned, as of somebody who is out of scope.'),
  reason: z.string().optional(),
});

const provisioned = z.strictObject({
  id: z.string().describe('Where to ask: GET /v1/provision/ID.'),
  key: z.string(),
  state: z.enum(['done', 'pending', 'refused']),
  reason: z.string().describe('Why nothing is done for them.').optional(),
  targets: z.record(z.string(), targetStanding),
});

const answers = {
  ...usualAnswers,
  200: { says: 'Every target has dealt with them; or it is refused for the reason.', schema: provisioned },
  202: { says: 'It is under way: ask again.', schema: provisioned },
  404: { says: 'Nobody has this key, and no record was given.', schema: errorSchema },
};

export const provisionPerson = route({
  method: 'POST',
  path: '/v1/provision',
  scope: 'provision',
  says: 'Somebody signs in, for the first time or with newer attributes: what they are assigned to is made, and answered within a bound. Nobody who has left, is held or is out of scope is created or switched on by it.',
  body: z.strictObject({ key: keyText, record: record.optional(), source: z.string().optional() }),
  answers,
  answer: async ({ body, caller, world }): Promise<Answer> => {
    const { key, source } = body;
    const part = partFor(world, source);
    const given = body.record;
    const at = world.now();
    const id = `sign-in-${randomUUID()}`;
    const { barred, isThere } = await reading(world, (state) => {
      const isThere = isPresent(state, key);
      if (given === undefined && isThere === undefined)
        throw new Refused(404, 'notFound', 'nobody has this key', {
          hint: 'tell who it is: record, as the source would have it',
        });
      return { barred: barredOf(state, key), isThere };
    });
    if (barred !== undefined)
      return { status: 200, body: { id, key, state: 'refused', reason: barred, targets: {} } };
    const all = spelledAsRead(world.host.configuration, part)(fieldsTold(part, key, given ?? {}));
    // Of whoever is there already, it stays with the event that nobody is known by this alone (rule 7).
    const fields = isThere === true ? withoutNames(all, fixedNames(world.host.configuration, part)) : all;
    await take(
      world,
      caller,
      { id, source: part.source.name, key, kind: 'signIn', at, record: fields },
      part,
    );
    const end = at + (world.host.configuration.http?.provisionSeconds ?? 10) * 1000;
    return until(world, end, (state) => answerOf(world, state, id, key));
  },
});

export const askProvision = route({
  method: 'GET',
  path: '/v1/provision/{id}',
  scope: 'provision',
  says: 'What became of a sign-in.',
  params: z.object({ id: z.string().min(1).max(200) }),
  answers,
  answer: ({ params, world }) =>
    reading(world, (state) => {
      const event = eventById(state, params.id);
      if (event?.kind !== 'signIn') throw new Refused(404, 'notFound', 'there was no such sign-in');
      return answerOf(world, state, params.id, event.key);
    }),
});

/** By whom what is pending will be sent, where somebody delivers to the target. */
function whose(state: State, { name }: TargetConfiguration): { readonly reason?: string } {
  const holder = holds(state, name);
  return holder === undefined ? {} : { reason: senderMessage(name, holder) };
}

function answerOf({ host }: World, state: State, id: string, key: string): Answer {
  const event = eventById(state, id);
  const headers = { location: `/v1/provision/${encodeURIComponent(id)}` };
  if (event === undefined || event.state === 'accepted')
    return { status: 202, headers, body: { id, key, state: 'pending', targets: {} } };
  if (event.state !== 'delivered') {
    const reason = event.reason ?? event.state;
    return { status: 200, headers, body: { id, key, state: 'refused', reason, targets: {} } };
  }
  const targets = Object.fromEntries(
    host.configuration.targets.map((target) => {
      const standing = standingOf(state, target, key, event.run!);
      return [
        target.name,
        standing.state === 'pending' ? { ...standing, ...whose(state, target) } : standing,
      ];
    }),
  );
  const isPending = Object.values(targets).some(({ state: is }) => is === 'pending');
  return {
    status: isPending ? 202 : 200,
    headers,
    body: { id, key, state: isPending ? 'pending' : 'done', targets },
  };
}
