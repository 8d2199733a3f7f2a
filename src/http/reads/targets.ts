import * as z from 'zod';
import { statusOf } from '../../cli/status.ts';
import { causeOf, remedyFor } from '../../model/index.ts';
import { capabilitiesOf } from '../../reports/capabilities.ts';
import { heldKinds, openApprovals } from '../../store/approvals.ts';
import { countUnfinished, unfinishedOf } from '../../store/failures.ts';
import { operationsPage } from '../../store/listing.ts';
import { DAEMON, holderOf } from '../../store/locks.ts';
import { reading } from '../reading.ts';
import { notFound, route, usualAnswers } from '../route.ts';
import { milliseconds, next, nextOf, number, page, targetParams, usualPage } from '../shapes.ts';
import { targetOf } from '../target.ts';

const held = z.looseObject({
  kind: z.string(),
  checksum: z.string(),
  count: z.int(),
  breaches: z.array(z.looseObject({ message: z.string() })),
  since: milliseconds,
});

const approval = z.looseObject({
  id: z.int(),
  checksum: z.string(),
  actor: z.string(),
  at: milliseconds,
  expires: milliseconds,
});

const statusSchema = z.looseObject({
  lastRun: z
    .looseObject({ id: z.int(), startedAt: milliseconds, command: z.string(), actor: z.string() })
    .optional(),
  targets: z.array(
    z.looseObject({
      name: z.string(),
      mode: z.enum(['full', 'observe']),
      linked: z.int().optional(),
      backlog: z
        .strictObject({ pending: z.int(), failed: z.int(), waiting: z.int(), held: z.int() })
        .optional(),
      held: z.array(held),
      approvals: z.array(approval),
    }),
  ),
  frozen: z.array(
    z.strictObject({ key: z.string(), since: milliseconds, rule: z.string(), reason: z.string() }),
  ),
  forgotten: z.array(z.strictObject({ name: z.string(), linked: z.int() })),
});

const few = 20;

export const status = route({
  method: 'GET',
  path: '/v1/status',
  scope: 'read',
  says: 'How each target stands: linked, pending, failed, held, paused, halted, what is left of budgets; as `rollcall status --json`.',
  answers: { ...usualAnswers, 200: { says: 'The status.', schema: statusSchema } },
  answer: ({ world }) =>
    reading(world, (state) => {
      const { configuration } = world.host;
      // That there is a daemon need not be found out: this is it. A lock that is held here is not asked for.
      const daemon = holderOf(state, DAEMON);
      const { state: _, ...body } = statusOf(state, configuration, { daemon, most: few, now: world.now() });
      return { status: 200, body };
    }),
});

const targetsSchema = z.strictObject({
  targets: z.array(
    z.strictObject({
      name: z.string(),
      connector: z.string(),
      mode: z.enum(['full', 'observe']),
      schedule: z.string().optional(),
      capabilities: z.looseObject({ title: z.string() }),
    }),
  ),
});

export const targets = route({
  method: 'GET',
  path: '/v1/targets',
  scope: 'read',
  says: 'The targets of the configuration, and what each can do.',
  answers: { ...usualAnswers, 200: { says: 'The targets.', schema: targetsSchema } },
  answer: ({ world }) => ({
    status: 200,
    body: {
      targets: world.host.configuration.targets.map(({ name, connector, mode, schedule, profile }) => ({
        name,
        connector,
        mode,
        ...(schedule && { schedule: schedule.text }),
        capabilities: capabilitiesOf(profile),
      })),
    },
  }),
});

const failuresSchema = z.strictObject({
  targets: z.record(
    z.string(),
    z.strictObject({
      causes: z.array(
        z.looseObject({ code: z.string(), cause: z.string(), remedy: z.string(), count: z.int() }),
      ),
      items: z.array(
        z.looseObject({ key: z.string(), state: z.string(), code: z.string(), reason: z.string() }),
      ),
    }),
  ),
});

export const failures = route({
  method: 'GET',
  path: '/v1/failures',
  scope: 'read',
  says: 'What failed, waits or is in doubt, by its cause, with what to do.',
  query: z.object({
    target: z.string().optional(),
    code: z.string().max(64).describe('Of one cause alone.').optional(),
    limit: page.limit.describe('How many of each cause: 100 unless given.'),
  }),
  answers: { ...usualAnswers, 200: { says: 'By target.', schema: failuresSchema }, 404: notFound },
  answer: ({ query, world }) =>
    reading(world, (state) => {
      const names =
        query.target === undefined
          ? world.host.configuration.targets.map(({ name }) => name)
          : [query.target];
      const one = (name: string) => {
        const { id } = targetOf(world, state, name);
        const counts = [...countUnfinished(state, id)].filter(
          ([code]) => query.code === undefined || code === query.code,
        );
        return {
          causes: counts.map(([code, count]) => {
            const cause = causeOf(code);
            return { ...cause, remedy: remedyFor(cause, name), count };
          }),
          items: counts.flatMap(([code]) => [...unfinishedOf(state, id, code, query.limit ?? usualPage)]),
        };
      };
      return { status: 200, body: { targets: Object.fromEntries(names.map((name) => [name, one(name)])) } };
    }),
});

const planSchema = z.strictObject({
  held: z.array(held),
  approvals: z.array(approval),
  operations: z.array(
    z.looseObject({
      id: z.int(),
      kind: z.string(),
      key: z.string(),
      state: z.string(),
      why: z.string(),
      changes: z.array(z.looseObject({ path: z.string() })),
    }),
  ),
  next,
});

export const plan = route({
  method: 'GET',
  path: '/v1/targets/{name}/plan',
  scope: 'read',
  says: 'What of the newest plan is held, with its checksums, and whom it is about; or another state than `held`.',
  params: targetParams,
  query: z.object({
    state: z.enum(['held', 'open', 'leased', 'waiting', 'failed']).optional(),
    kind: z.string().max(32).optional(),
    after: number.optional(),
    limit: page.limit,
  }),
  answers: { ...usualAnswers, 200: { says: 'The plan.', schema: planSchema }, 404: notFound },
  answer: ({ params, query, world }) =>
    reading(world, (state) => {
      const { id } = targetOf(world, state, params.name);
      const { state: is = 'held', kind, after = 0, limit: most = usualPage } = query;
      const operations = operationsPage(
        state,
        { target: id, is, ...(kind !== undefined && { kind }) },
        { after, most },
      );
      const body = {
        held: heldKinds(state, id),
        approvals: openApprovals(state, id, world.now()),
        // What changes is told; of a create, what the account shall hold.
        operations: operations.map(({ after: resource, ...one }) =>
          one.kind === 'create' && resource !== undefined ? { ...one, after: resource } : one,
        ),
        ...nextOf(operations, most, ({ id: last }) => last),
      };
      return { status: 200, body };
    }),
});
