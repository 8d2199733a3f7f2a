import * as z from 'zod';
import { statusOf } from '../cli/status.ts';
import { explain } from '../engine/explain.ts';
import { causeOf, remedyFor } from '../model/index.ts';
import type { TargetConfiguration } from '../model/index.ts';
import { accessView } from '../reports/access.ts';
import { capabilitiesOf } from '../reports/capabilities.ts';
import { explainView } from '../reports/explain.ts';
import { eventView as trailView } from '../reports/history.ts';
import { accessPage } from '../store/access.ts';
import { targetRow } from '../store/accounts.ts';
import { heldKinds, openApprovals } from '../store/approvals.ts';
import { countUnfinished, unfinishedOf } from '../store/failures.ts';
import { operationsPage, runsPage } from '../store/listing.ts';
import { DAEMON, holderOf } from '../store/locks.ts';
import type { State } from '../store/state.ts';
import { trailPage } from '../store/trail/rows.ts';
import { reading } from './reading.ts';
import { Refused } from './refusal.ts';
import { errorSchema, route, usualAnswers } from './route.ts';
import { isoTime, keyText, page, personParams, targetParams, usualPage } from './shapes.ts';
import type { World } from './world.ts';

const notFound = { says: 'There is none of this name.', schema: errorSchema };
const time = (at: number): string => new Date(at).toISOString();
const milliseconds = z.int().describe('Milliseconds since 1970.');
const next = z.string().describe('Where the next page begins; absent of the last.').optional();

/** A target of the configuration, with its id in the state: 0 before its first sync. Throws 404 for another. */
export function targetOf(
  { host }: World,
  state: State,
  name: string,
): { readonly target: TargetConfiguration; readonly id: number } {
  const target = host.configuration.targets.find((one) => one.name === name);
  if (target === undefined) throw new Refused(404, 'notFound', 'there is no target of this name');
  return { target, id: targetRow(state, name, target.renamedFrom)?.id ?? 0 };
}

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

const accessSchema = z.strictObject({
  accounts: z.array(
    z.looseObject({
      target: z.string(),
      key: z.string(),
      state: z.enum(['active', 'off', 'invited', 'leaving']),
      since: isoTime,
      confirmedAt: isoTime,
    }),
  ),
  next,
});

export const access = route({
  method: 'GET',
  path: '/v1/access',
  scope: 'read',
  says: 'Who has an account on a target, by key; or of one person, on all targets.',
  query: z.object({ target: z.string().optional(), person: keyText.optional(), ...page }),
  answers: { ...usualAnswers, 200: { says: 'Accounts.', schema: accessSchema }, 404: notFound },
  answer: ({ query, world }) =>
    reading(world, (state) => {
      const { target, person, after = '', limit: most = usualPage } = query;
      if (target === undefined && person === undefined)
        throw new Refused(400, 'invalid', 'target or person: one of them has to be given');
      const names =
        target === undefined ? world.host.configuration.targets.map(({ name }) => name) : [target];
      const found = names.flatMap((name) => {
        const { id } = targetOf(world, state, name);
        return accessPage(
          state,
          { target: id, name, ...(person !== undefined && { key: person }) },
          { after, most },
        );
      });
      const last = person === undefined && found.length === most ? found.at(-1)!.key : undefined;
      return {
        status: 200,
        body: { accounts: found.map(accessView), ...(last !== undefined && { next: last }) },
      };
    }),
});

const historySchema = z.strictObject({
  events: z.array(
    z.looseObject({ seq: z.int(), at: isoTime, event: z.string(), key: z.string().optional() }),
  ),
  next,
});
const number = z.coerce.number().int().min(0);

export const history = route({
  method: 'GET',
  path: '/v1/history',
  scope: 'read',
  says: 'The audit trail, oldest first; `after` is the `seq` of an event.',
  query: z.object({
    person: keyText.optional(),
    target: z.string().optional(),
    since: z.iso.datetime({ offset: true }).optional(),
    until: z.iso.datetime({ offset: true }).optional(),
    event: z
      .string()
      .regex(/^[A-Za-z]+(\.[A-Za-z]+)?$/, 'such as operation.failed, or operation')
      .optional(),
    run: number.optional(),
    after: number.optional(),
    limit: page.limit,
  }),
  answers: { ...usualAnswers, 200: { says: 'Events.', schema: historySchema } },
  answer: ({ query, world }) =>
    reading(world, (state) => {
      const { person, target, since, until, event, run, after = 0, limit: most = usualPage } = query;
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
        events: rows.map(trailView),
        ...(rows.length === most && { next: String(rows.at(-1)!.seq) }),
      };
      return { status: 200, body };
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
        operations,
        ...(operations.length === most && { next: String(operations.at(-1)!.id) }),
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
        ...(rows.length === most && { next: String(rows.at(-1)!.id) }),
      };
      return { status: 200, body };
    }),
});

const personSchema = z.looseObject({
  key: z.string(),
  source: z.looseObject({ read: z.boolean(), absent: z.boolean() }),
  records: z.array(z.looseObject({})),
  targets: z.record(z.string(), z.looseObject({ outcome: z.string(), says: z.string() })),
});

export const person = route({
  method: 'GET',
  path: '/v1/people/{key}',
  scope: 'read',
  says: 'One person, from the record to the last answer of each target, with the rule that decided; as `rollcall explain --json`. It reads the source.',
  params: personParams,
  query: z.object({ target: z.string().optional() }),
  answers: { ...usualAnswers, 200: { says: 'The person.', schema: personSchema }, 404: notFound },
  answer: async ({ params, query, world }) => {
    if (query.target !== undefined) await reading(world, (state) => targetOf(world, state, query.target!));
    const engine = await world.host.engine();
    const names = query.target === undefined ? [] : [query.target];
    return explain(engine, params.key, names, (found) => ({ status: 200, body: explainView(found) }));
  },
});

export const reads = [status, targets, failures, access, history, plan, runs, person];
