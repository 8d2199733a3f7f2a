import * as z from 'zod';
import { eventView } from '../../reports/history.ts';
import { runsPage } from '../../store/listing.ts';
import { trailPage } from '../../store/trail/rows.ts';
import { reading } from '../reading.ts';
import { notFound, route, usualAnswers } from '../route.ts';
import { refuseUnknown } from '../target.ts';
import { instant, isoTime, keyText, next, nextOf, number, page, usualPage } from '../shapes.ts';

const time = (at: number): string => new Date(at).toISOString();

const historySchema = z.strictObject({
  events: z.array(
    z.looseObject({ seq: z.int(), at: isoTime, event: z.string(), key: z.string().optional() }),
  ),
  next,
});

export const history = route({
  method: 'GET',
  path: '/v1/history',
  scope: 'read',
  says: 'The audit trail, oldest first; `after` is the `seq` of an event.',
  query: z.object({
    person: keyText.optional(),
    target: z.string().optional(),
    since: instant.optional(),
    until: instant.optional(),
    event: z
      .string()
      .regex(/^[A-Za-z]+(\.[A-Za-z]+)?$/, 'such as operation.failed, or operation')
      .optional(),
    run: number.optional(),
    after: number.optional(),
    limit: page.limit,
  }),
  answers: { ...usualAnswers, 200: { says: 'Events.', schema: historySchema }, 404: notFound },
  answer: ({ query, world }) =>
    reading(world, (state) => {
      const { person, target, since, until, event, run, after = 0, limit: most = usualPage } = query;
      if (target !== undefined) refuseUnknown(world, state, target);
      const filter = {
        ...(person !== undefined && { key: person }),
        ...(target !== undefined && { target }),
        ...(since !== undefined && { since: Date.parse(since) }),
        ...(until !== undefined && { until: Date.parse(until) }),
        ...(event !== undefined && { event }),
        ...(run !== undefined && { run }),
      };
      const rows = trailPage(state, filter, { after, most });
      const body = {
        events: rows.map(eventView),
        ...nextOf(rows, most, ({ seq }) => seq),
      };
      return { status: 200, body };
    }),
});

const runsSchema = z.strictObject({
  runs: z.array(
    z.strictObject({
      id: z.int(),
      startedAt: isoTime,
      endedAt: isoTime.optional(),
      command: z.string(),
      actor: z.string(),
      outcome: z.json().optional(),
    }),
  ),
  next,
});

export const runs = route({
  method: 'GET',
  path: '/v1/runs',
  scope: 'read',
  says: 'The last runs, newest first; `before` is the number of a run.',
  query: z.object({ before: number.optional(), limit: page.limit }),
  answers: { ...usualAnswers, 200: { says: 'Runs.', schema: runsSchema } },
  answer: ({ query, world }) =>
    reading(world, (state) => {
      const { before = Number.MAX_SAFE_INTEGER, limit: most = usualPage } = query;
      const rows = runsPage(state, { before, most });
      const body = {
        runs: rows.map(({ startedAt, endedAt, ...row }) => ({
          ...row,
          startedAt: time(startedAt),
          ...(endedAt !== undefined && { endedAt: time(endedAt) }),
        })),
        ...nextOf(rows, most, ({ id }) => id),
      };
      return { status: 200, body };
    }),
});
