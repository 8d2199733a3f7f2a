import type { JsonObject } from '../../../model/index.ts';
import { isObject } from '../../../model/index.ts';
import { idIn } from '../../directory/reference.ts';
import { attributesOf, update } from '../../directory/write.ts';
import { answerOne } from '../../protocol/represent.ts';
import { invalid } from '../../refusal.ts';
import { namedBy } from '../asked.ts';
import { memberOf } from '../bodies.ts';
import type { Asked, Effect, Kind, Step } from '../effect.ts';
import {
  isList,
  mapOperations,
  mentions,
  operationsOf,
  withActive,
  withoutAttribute,
  withoutUnknown,
} from '../operations.ts';
import type { Operation } from '../operations.ts';
import * as takes from '../takes.ts';
import { forgetful } from '../views.ts';

const changes: readonly Kind[] = ['create', 'replace', 'patch'];
const patches: readonly Kind[] = ['patch'];

/** Writes that are not what they seem. */
export const writes: Readonly<Record<string, Effect>> = {
  lie: {
    takes: takes.nothing,
    says: 'a write is answered as if it were done, and nothing is done',
    sources: ['https://github.com/NorthlandPositronics/Cogtrix/issues/122'],
    when: 'after',
    kinds: [...changes, 'delete'],
    bends: true,
    ask: ({ exchange }) => ({ exchange: { ...exchange, organisation: forgetful(exchange.organisation) } }),
  },
  unwritten: {
    takes: takes.named('ATTRIBUTE', 'a core attribute such as active'),
    says: 'the attribute is accepted and left as it was, which the answer shows',
    sources: [
      'https://github.com/wundergraph/cosmo/blob/6e0a147f/controlplane/src/core/controllers/scim.ts',
      'https://github.com/NorthlandPositronics/Cogtrix/issues/122',
    ],
    when: 'after',
    kinds: changes,
    bends: true,
    applies: ({ exchange, value }) => mentions(exchange.body, String(value)),
    ask: unwritten,
  },
  lostUpdates: {
    takes: takes.milliseconds,
    says: 'a PATCH takes so long, and undoes what was written to the resource meanwhile: of two at once, one is lost',
    sources: [
      'https://github.com/scimmyjs/scimmy/issues/79',
      'https://github.com/FusionAuth/fusionauth-issues/issues/2869',
    ],
    when: 'after',
    kinds: patches,
    bends: true,
    arrive: (asked) => {
      const stored = namedBy(asked);
      if (stored) asked.memory.arrived.set(asked.exchange.entry, attributesOf(stored));
    },
    ask: overwriting,
  },
  addReplaces: {
    takes: takes.nothing,
    says: 'a PATCH that adds values takes the others away',
    sources: ['https://github.com/fleetdm/fleet/issues/50724'],
    when: 'after',
    kinds: patches,
    bends: true,
    applies: ({ exchange }) =>
      operationsOf(exchange.body).some(
        ({ op, path, value }) => op === 'add' && (isList(value) || path === undefined),
      ),
    ask: ({ exchange }) => ({
      exchange: {
        ...exchange,
        body: mapOperations(exchange.body, (one) =>
          one.op === 'add' && (isList(one.value) || one.path === undefined)
            ? [{ ...one, op: 'replace' }]
            : [one],
        ),
      },
    }),
  },
  removeForm: {
    takes: takes.oneOf('filter', 'list', 'all'),
    says: 'only members[value eq "…"] is understood in a remove, or only path members with a list of values, and the other gets 400; or the list takes everybody out',
    sources: [
      'https://github.com/simpleidserver/SimpleIdServer/issues/244',
      'https://github.com/thomaspoignant/scim-patch/issues/959',
      'https://github.com/ssoready/ssoready/pull/182',
    ],
    when: 'after',
    kinds: patches,
    bends: true,
    applies: ({ exchange }) => operationsOf(exchange.body).some((one) => isFiltered(one) || isListed(one)),
    ask: ({ exchange, value }) => ({
      exchange: { ...exchange, body: mapOperations(exchange.body, (one) => removed(one, String(value))) },
    }),
  },
  activeForm: {
    takes: takes.oneOf('string', 'boolean'),
    says: 'active is understood as "true" or "false" only, or as true or false only; the other gets 400',
    sources: [
      'https://github.com/wundergraph/cosmo/blob/6e0a147f/controlplane/src/core/controllers/scim.ts',
      'https://github.com/MicrosoftDocs/entra-docs/blob/main/docs/identity/app-provisioning/application-provisioning-config-problem-scim-compatibility.md',
      'https://github.com/getsentry/sentry/tree/master/src/sentry/scim/endpoints',
    ],
    when: 'after',
    kinds: changes,
    bends: true,
    applies: ({ exchange }) => mentions(exchange.body, 'active'),
    ask: ({ exchange, value }) => ({
      exchange: {
        ...exchange,
        body: withActive(exchange.body, (active) => understood(active, String(value))),
      },
    }),
  },
  unknownMembers: {
    takes: takes.oneOf('dropped'),
    says: 'members that nobody knows are left out without a word; otherwise one of them is 400 for all',
    sources: ['https://github.com/Tr3kkR/Yuzu/issues/2135'],
    when: 'after',
    kinds: changes,
    bends: true,
    applies: ({ exchange, shelf }) =>
      shelf?.served.type.members !== undefined &&
      mentions(exchange.body, shelf.served.type.members.attribute),
    ask: ({ exchange, shelf }) => {
      const { endpoint, members } = shelf!.served.type;
      const { of: types, attribute } = members!;
      const isKnown = (id: unknown, ref: unknown) =>
        id === undefined && typeof ref === 'string'
          ? idIn(exchange, types, endpoint, ref)
          : types.some((type) => exchange.organisation.shelves.get(type)?.resources.byId(String(id)));
      return { exchange: { ...exchange, body: withoutUnknown(exchange.body, attribute, isKnown) } };
    },
  },
};

function unwritten(asked: Asked): Step {
  const { exchange, shelf, kind } = asked;
  const name = String(asked.value);
  const stored = namedBy(asked);
  if (kind === 'create' || !stored || !shelf)
    return { exchange: { ...exchange, body: withoutAttribute(exchange.body, name, undefined) } };
  const body = withoutAttribute(exchange.body, name, memberOf(attributesOf(stored), name));
  if (kind !== 'patch' || operationsOf(body).length > 0) return { exchange: { ...exchange, body } };
  // Nothing is left of the request; its answer is that of one that changes nothing.
  const answer = answerOne(exchange, shelf, stored);
  const isSilent = shelf.served.patch.answer === 204 && exchange.query['attributes'] === undefined;
  return { answer: isSilent ? { status: 204, ...(answer.headers && { headers: answer.headers }) } : answer };
}

/** The resource is put back to how it was when the request arrived, and then the request is carried out. */
function overwriting(asked: Asked): Step {
  const { exchange, service, shelf, memory, now } = asked;
  const stored = namedBy(asked);
  const arrived: JsonObject | undefined = memory.arrived.get(exchange.entry);
  if (stored && shelf && arrived) {
    update(
      { service, organisation: exchange.organisation, shelf, now, base: exchange.base },
      stored,
      attributesOf(stored),
      arrived,
    );
  }
  return { exchange };
}

function isFiltered({ op, path }: Operation): boolean {
  return op === 'remove' && path !== undefined && path.includes('[');
}

function isListed({ op, path, value }: Operation): boolean {
  return (
    op === 'remove' && path !== undefined && !path.includes('[') && value !== undefined && value !== null
  );
}

function removed(one: Operation, form: string): readonly Operation[] {
  if (isFiltered(one) && form === 'list')
    throw invalid('invalidPath', 'This service removes by a list of values, not by a filter.');
  if (!isListed(one)) return [one];
  if (form === 'filter')
    throw invalid('invalidValue', 'This service removes by a filter, not by a list of values.');
  if (form === 'all') return [{ op: 'remove', path: one.path, value: undefined }];
  const values = Array.isArray(one.value) ? (one.value as readonly unknown[]) : [one.value];
  return values.map((value) => ({
    op: 'remove',
    path: `${one.path}[value eq ${JSON.stringify(isObject(value) ? memberOf(value, 'value') : value)}]`,
    value: undefined,
  }));
}

function understood(active: unknown, form: string): unknown {
  if (form === 'boolean') {
    if (typeof active !== 'boolean') throw invalid('invalidValue', '"active" has to be true or false.');
    return active;
  }
  const word = typeof active === 'string' ? active.toLowerCase() : undefined;
  if (word === 'true' || word === 'false') return word === 'true';
  throw invalid('invalidValue', '"active" has to be the text "true" or "false".');
}
