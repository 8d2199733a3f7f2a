import * as z from 'zod';
import { explain } from '../../engine/explain.ts';
import { accessView } from '../../reports/access.ts';
import { explainView } from '../../reports/explain.ts';
import { accessPage } from '../../store/access.ts';
import { reading } from '../reading.ts';
import { Refused } from '../refusal.ts';
import { notFound, route, usualAnswers } from '../route.ts';
import { isoTime, keyText, next, nextOf, page, personParams, usualPage } from '../shapes.ts';
import { requireTarget, targetOf } from '../target.ts';

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
      const body = {
        accounts: found.map(accessView),
        ...(person === undefined && nextOf(found, most, ({ key }) => key)),
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
    if (query.target !== undefined) await requireTarget(world, query.target);
    const engine = await world.host.engine();
    const names = query.target === undefined ? [] : [query.target];
    return explain(engine, params.key, names, (found) => ({ status: 200, body: explainView(found) }));
  },
});
