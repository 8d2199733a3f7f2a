import * as z from 'zod';
import { departureView } from '../../reports/evidence.ts';
import { newestDepartures } from '../../store/trail/evidence.ts';
import type { Departure } from '../../store/trail/evidence.ts';
import { targetOf } from '../target.ts';
import { reading } from '../reading.ts';
import { Refused } from '../refusal.ts';
import { errorSchema, route, usualAnswers } from '../route.ts';
import { instant, isoTime } from '../shapes.ts';

const usualDays = 30;

export const evidence = route({
  method: 'GET',
  path: '/v1/evidence',
  scope: 'read',
  says: 'Each leaver, the newest first: when the source first said so, when each target confirmed it, and the time between.',
  query: z.object({
    from: instant.describe(`Who left from then on: the last ${usualDays} days unless given.`).optional(),
    to: instant.describe('Up to then, and not then; until now unless given.').optional(),
    target: z.string().optional(),
    limit: z.coerce.number().int().min(1).max(1000).optional(),
  }),
  answers: {
    ...usualAnswers,
    200: {
      says: 'Leavers.',
      schema: z.strictObject({
        from: isoTime,
        to: isoTime,
        leavers: z.array(
          z.looseObject({
            key: z.string(),
            target: z.string(),
            state: z.enum(['confirmed', 'gone', 'unlinked', 'back', 'open']),
            why: z.string(),
          }),
        ),
        more: z
          .literal(true)
          .describe('There are more than these: ask for a shorter time, or a higher limit.')
          .optional(),
      }),
    },
    404: { says: 'There is no such target.', schema: errorSchema },
  },
  answer: ({ query, world }) =>
    reading(world, (state) => {
      const { target, limit = 100 } = query;
      const to = query.to === undefined ? world.now() + 1 : Date.parse(query.to);
      const from = query.from === undefined ? to - usualDays * 86_400_000 : Date.parse(query.from);
      if (from >= to) throw new Refused(400, 'invalid', 'from: is not before to');
      if (target !== undefined) targetOf(world, state, target);
      const found: Departure[] = [];
      for (const one of newestDepartures(state, {
        from,
        to,
        ...(target !== undefined && { targets: [target] }),
      }))
        if (found.push(one) > limit) break;
      return {
        status: 200,
        body: {
          from: new Date(from).toISOString(),
          to: new Date(to).toISOString(),
          leavers: found.slice(0, limit).map(departureView),
          ...(found.length > limit && { more: true as const }),
        },
      };
    }),
});
