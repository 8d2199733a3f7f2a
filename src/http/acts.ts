import * as z from 'zod';
import { refuseUnknown } from '../engine/approve.ts';
import { pauseTarget, resumeTarget } from '../engine/pause.ts';
import { KINDS } from '../model/index.ts';
import { approve } from '../store/approvals.ts';
import { isKnownKey, retryFailed } from '../store/failures.ts';
import { writing } from './events.ts';
import { Refused } from './refusal.ts';
import { notFound, route, usualAnswers } from './route.ts';
import { keyText, milliseconds, targetParams } from './shapes.ts';
import { requireTarget, targetOf } from './target.ts';
import { actorOf } from './world.ts';

const pauseSchema = z.strictObject({ since: milliseconds, actor: z.string(), reason: z.string().optional() });
const approvedFor = 86_400;

export const approveHeld = route({
  method: 'POST',
  path: '/v1/targets/{name}/approve',
  scope: 'approve',
  says: 'Lets held operations through, once and for 24 hours, if a plan that is made anew has this checksum.',
  params: targetParams,
  body: z.strictObject({
    checksum: z
      .string()
      .regex(/^[0-9a-f]{12,64}$/i, 'is 12 to 64 characters of a checksum, as a plan shows it'),
    kinds: z.array(z.enum(KINDS)).min(1).optional(),
    keys: z.array(keyText).min(1).max(10_000).describe('For these people alone.').optional(),
  }),
  answers: {
    ...usualAnswers,
    200: {
      says: 'What it lets through.',
      schema: z.strictObject({
        target: z.string(),
        checksum: z.string(),
        held: z.array(z.looseObject({ kind: z.string(), count: z.int() })),
        expiresInSeconds: z.int(),
      }),
    },
    404: notFound,
  },
  answer: async ({ params: { name }, body, caller, world }) => {
    await requireTarget(world, name);
    const { checksum, kinds, keys } = body;
    const held = await writing(world, (state) => {
      const { id } = targetOf(world, state, name);
      if (id === 0)
        throw new Refused(400, 'invalid', 'this target was never synced, so nothing of it is held');
      refuseUnknown(state, id, name, checksum);
      const given = { checksum, ...(kinds && { kinds }), ...(keys && { keys }) };
      return approve(state, { target: id, name, ...given, actor: actorOf(caller), now: world.now() });
    });
    world.host.ask([name]);
    return { status: 200, body: { target: name, checksum, held, expiresInSeconds: approvedFor } };
  },
});

export const pause = route({
  method: 'POST',
  path: '/v1/targets/{name}/pause',
  scope: 'operate',
  says: 'Nothing is sent to the target until it is resumed.',
  params: targetParams,
  body: z.strictObject({ reason: z.string().trim().min(1).max(500).optional() }),
  answers: {
    ...usualAnswers,
    200: { says: 'It is paused.', schema: z.strictObject({ target: z.string(), paused: pauseSchema }) },
    404: notFound,
  },
  answer: async ({ params: { name }, body: { reason }, caller, world }) => {
    await requireTarget(world, name);
    const who = { actor: actorOf(caller), ...(reason !== undefined && { reason }) };
    const paused = pauseTarget(await world.host.engine(), name, who);
    return { status: 200, body: { target: name, paused } };
  },
});

export const resume = route({
  method: 'POST',
  path: '/v1/targets/{name}/resume',
  scope: 'operate',
  says: 'Ends a pause and a halt; what waits is sent.',
  params: targetParams,
  answers: {
    ...usualAnswers,
    200: {
      says: 'It goes on.',
      schema: z.strictObject({
        target: z.string(),
        paused: pauseSchema.optional(),
        haltedSince: milliseconds.optional(),
        due: z.int(),
      }),
    },
    404: notFound,
  },
  answer: async ({ params: { name }, caller, world }) => {
    await requireTarget(world, name);
    const resumed = resumeTarget(await world.host.engine(), name, actorOf(caller));
    world.host.ask([name]);
    return { status: 200, body: { target: name, ...resumed } };
  },
});

export const retry = route({
  method: 'POST',
  path: '/v1/targets/{name}/retry',
  scope: 'operate',
  says: 'What failed there is due now, or what failed of one person or group.',
  params: targetParams,
  body: z.strictObject({ key: keyText.optional() }),
  answers: {
    ...usualAnswers,
    200: {
      says: 'So much is due.',
      schema: z.strictObject({ target: z.string(), key: z.string().optional(), retried: z.int() }),
    },
    404: notFound,
  },
  answer: async ({ params: { name }, body: { key }, caller, world }) => {
    await requireTarget(world, name);
    const whose = key === undefined ? {} : { key };
    const retried = await writing(world, (state) => {
      if (key !== undefined && !isKnownKey(state, key))
        throw new Refused(404, 'notFound', 'nobody has this key');
      const { id: target } = targetOf(world, state, name);
      return retryFailed(state, { target, name, ...whose, actor: actorOf(caller), now: world.now() });
    });
    if (retried > 0) world.host.ask([name]);
    return { status: 200, body: { target: name, ...whose, retried } };
  },
});

export const acts = [approveHeld, pause, resume, retry];
