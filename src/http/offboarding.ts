import * as z from 'zod';
import { lift, offboard } from '../engine/offboard.ts';
import { targetRow } from '../store/accounts.ts';
import { offStanding, offboardingOf } from '../store/offboardings.ts';
import type { Offboarding } from '../store/offboardings.ts';
import { endRun } from '../store/runs.ts';
import type { State } from '../store/state.ts';
import { writing } from './events.ts';
import { reading } from './reading.ts';
import { Refused } from './refusal.ts';
import { errorSchema, route, usualAnswers } from './route.ts';
import type { Answer } from './route.ts';
import { isoTime, keyText, personParams } from './shapes.ts';
import { until } from './until.ts';
import { actorOf } from './world.ts';
import type { World } from './world.ts';

const off = z.strictObject({
  key: z.string(),
  since: isoTime,
  actor: z.string(),
  reason: z.string().optional(),
  state: z
    .enum(['off', 'waiting'])
    .describe('off: no target has an account of theirs that is on and may be switched off.'),
  targets: z.record(
    z.string(),
    z.strictObject({
      state: z
        .enum(['off', 'none', 'waiting', 'protected', 'notAllowed'])
        .describe('none: no account is linked; protected, notAllowed: it stays on.'),
      confirmedAt: isoTime.optional(),
      reason: z.string().optional(),
    }),
  ),
});

const answers = {
  ...usualAnswers,
  200: { says: 'Each target has confirmed it, or nothing can be done there.', schema: off },
  202: {
    says: 'It is written down, and whoever delivers switches them off first; ask again by the same request.',
    schema: off,
  },
  404: { says: 'Nobody has this key.', schema: errorSchema },
};

export const offboardPerson = route({
  method: 'POST',
  path: '/v1/people/{key}/offboard',
  scope: 'operate',
  says: 'One person, off everywhere, now: past limits, holds and pauses. It stands until the source agrees or it is lifted.',
  params: personParams,
  body: z.strictObject({
    reason: z.string().trim().min(1).max(500).optional(),
    protected: z.boolean().describe('Protected accounts as well.').optional(),
    unknown: z.boolean().describe('Also somebody who is still to come.').optional(),
  }),
  answers,
  answer: async ({ params: { key }, body, caller, world }) => {
    const begun = world.now();
    await writing(world, (state) => {
      const known = state.sql('SELECT 1 FROM person WHERE key = ?').get(key) ?? offboardingOf(state, key);
      if (known === undefined && body.unknown !== true)
        throw new Refused(404, 'notFound', 'nobody has this key');
      const { runId } = offboard(
        state,
        world.host.configuration,
        {
          key,
          actor: actorOf(caller),
          command: `offboard ${key}`,
          ...(body.reason !== undefined && { reason: body.reason }),
          isProtectedMeant: body.protected === true,
          isUnknownMeant: body.unknown === true,
        },
        begun,
      );
      // What it sends is sent by whoever delivers: by the next job, or by one that is under way.
      endRun(state, runId, { targets: [] }, world.now());
    });
    return until(world, begun + (world.host.configuration.http?.provisionSeconds ?? 10) * 1000, (state) =>
      answerOf(world, state, key),
    );
  },
});

function answerOf(world: World, state: State, key: string): Answer {
  const offboarding = offboardingOf(state, key);
  // Somebody else has lifted it, or a read agrees, since it was asked for.
  if (offboarding === undefined) throw new Refused(409, 'changed', 'they are not offboarded any more');
  const targets = Object.fromEntries(
    world.host.configuration.targets.map(({ name, renamedFrom }) => [
      name,
      standing(state, offboarding, targetRow(state, name, renamedFrom)?.id ?? 0),
    ]),
  );
  const isWaiting = Object.values(targets).some(({ state: is }) => is === 'waiting');
  const { since, actor, reason } = offboarding;
  return {
    status: isWaiting ? 202 : 200,
    body: {
      key,
      since: new Date(since).toISOString(),
      actor,
      ...(reason !== undefined && { reason }),
      state: isWaiting ? 'waiting' : 'off',
      targets,
    },
  };
}

type Standing = z.infer<typeof off>['targets'][string];

function standing(state: State, offboarding: Offboarding, target: number): Standing {
  const { account, open, isSpared, isTold } = offStanding(state, offboarding, target);
  if (open?.state === 'leased') return { state: 'waiting', reason: 'it is being sent' };
  if (account === undefined) return { state: 'none' };
  if (!account.isOn && !account.isInvited)
    return { state: 'off', confirmedAt: new Date(account.confirmedAt).toISOString() };
  if (isSpared) return { state: 'protected' };
  if (!isTold) return { state: 'notAllowed' };
  const reason = open?.error ?? (account.isInvited ? 'invited, and off on acceptance' : undefined);
  return { state: 'waiting', ...(reason !== undefined && { reason }) };
}

export const liftOffboarding = route({
  method: 'POST',
  path: '/v1/people/{key}/lift',
  scope: 'operate',
  says: 'Ends an offboarding: the next sync gives back what the source says.',
  params: personParams,
  answers: {
    ...usualAnswers,
    200: { says: 'It is lifted.', schema: z.strictObject({ key: keyText, lifted: z.literal(true) }) },
    404: { says: 'They are not offboarded.', schema: errorSchema },
  },
  answer: async ({ params: { key }, caller, world }) => {
    const isOffboarded = await reading(world, (state) => offboardingOf(state, key) !== undefined);
    if (!isOffboarded) throw new Refused(404, 'notFound', 'they are not offboarded');
    await writing(world, (state) => lift(state, { key, actor: actorOf(caller) }, world.now()));
    world.host.ask();
    return { status: 200, body: { key, lifted: true } };
  },
});
