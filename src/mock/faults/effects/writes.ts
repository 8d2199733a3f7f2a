import { isObject } from '../../../model/index.ts';
import type { Operation } from '../../description.ts';
import type { Organisation } from '../../directory/organisation.ts';
import type { Stored } from '../../directory/stored.ts';
import { idIn } from '../../directory/reference.ts';
import { attributesOf, copyOf } from '../../directory/stored.ts';
import type { Members } from '../../directory/stored.ts';
import { answerPatched } from '../../protocol/represent.ts';
import { invalid } from '../../refusal.ts';
import { namedBy } from '../asked.ts';
import { memberOf } from '../bodies.ts';
import type { Asked, Effect, Step } from '../effect.ts';
import {
  isList,
  mapOperations,
  mentions,
  operationsOf,
  withActive,
  withoutAttribute,
  withoutUnknown,
} from '../patches.ts';
import type { PatchOperation } from '../patches.ts';
import * as takes from '../takes.ts';
import { forgetful, rewound } from '../views.ts';

const changes: readonly Operation[] = ['create', 'replace', 'patch'];
const patches: readonly Operation[] = ['patch'];

/** Writes that are not what they seem. */
export const writes: Readonly<Record<string, Effect>> = {
  lie: {
    takes: takes.nothing,
    says: 'a write is answered as if it were done, and nothing is done',
    sources: ['https://github.com/NorthlandPositronics/Cogtrix/issues/122'],
    when: 'after',
    operations: [...changes, 'delete'],
    bends: true,
    ask: ({ exchange }) => ({
      exchange: {
        ...exchange,
        organisation: forgetful(exchange.organisation),
        // It would stand for whom a POST to /Me makes.
        credential: { ...exchange.credential },
      },
    }),
  },
  unwritten: {
    takes: takes.named('ATTRIBUTE', 'a core attribute such as active'),
    says: 'the attribute is accepted and left as it was, which the answer shows',
    sources: [
      'https://github.com/wundergraph/cosmo/blob/6e0a147f/controlplane/src/core/controllers/scim.ts',
      'https://github.com/NorthlandPositronics/Cogtrix/issues/122',
    ],
    when: 'after',
    operations: changes,
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
    operations: patches,
    bends: true,
    arrive: (asked) => {
      const stored = namedBy(asked);
      return stored && copyOf(stored);
    },
    ask: overwriting,
  },
  addReplaces: {
    takes: takes.nothing,
    says: 'a PATCH that adds values takes the others away',
    sources: ['https://github.com/fleetdm/fleet/issues/50724'],
    when: 'after',
    operations: patches,
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
    operations: patches,
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
    operations: changes,
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
    operations: changes,
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
  const { exchange, shelf, operation } = asked;
  const name = String(asked.value);
  const stored = namedBy(asked);
  if (operation === 'create' || !stored || !shelf)
    return { exchange: { ...exchange, body: withoutAttribute(exchange.body, name, undefined) } };
  const body = withoutAttribute(exchange.body, name, memberOf(attributesOf(stored), name));
  if (operation !== 'patch' || operationsOf(body).length > 0) return { exchange: { ...exchange, body } };
  // Nothing is left of the request; its answer is that of one that changes nothing.
  return { answer: answerPatched(exchange, shelf, stored) };
}

/** The request is carried out on the resource as it was when the request arrived. */
function overwriting(asked: Asked): Step {
  const { exchange, shelf, arrived } = asked;
  const stored = namedBy(asked);
  if (!stored || !shelf || !arrived) return { exchange };
  if (arrived.text === stored.text && arrived.members === stored.members) return { exchange };
  const earlier = { ...arrived, members: membersLeft(exchange.organisation, arrived) };
  return { exchange: { ...exchange, organisation: rewound(exchange.organisation, shelf, stored, earlier) } };
}

/** Whoever is gone by now does not come back: nobody would be there to be a member. */
function membersLeft({ shelves }: Organisation, { members }: Stored): Members | undefined {
  if (!members) return undefined;
  const isThere = ([id, type]: readonly [string, string]): boolean =>
    shelves.get(type)?.resources.real.byId(id) !== undefined;
  return { ...members, types: new Map([...members.types].filter(isThere)), isShared: false };
}

function isFiltered({ op, path }: PatchOperation): boolean {
  return op === 'remove' && path !== undefined && path.includes('[');
}

function isListed({ op, path, value }: PatchOperation): boolean {
  return (
    op === 'remove' && path !== undefined && !path.includes('[') && value !== undefined && value !== null
  );
}

function removed(one: PatchOperation, form: string): readonly PatchOperation[] {
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
