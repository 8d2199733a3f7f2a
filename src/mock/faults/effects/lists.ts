import { isObject } from '../../../model/index.ts';
import type { Operation } from '../../description.ts';
import type { Answer, Exchange } from '../../protocol/exchange.ts';
import { bodyOf, memberOf, nameIn, withBody, withList, without } from '../bodies.ts';
import type { Asked, Effect } from '../effect.ts';
import * as takes from '../takes.ts';
import { Viewed, withResources } from '../views.ts';

const operations: readonly Operation[] = ['list'];
const PARAMETERS = [
  'filter',
  'count',
  'startIndex',
  'cursor',
  'sortBy',
  'sortOrder',
  'attributes',
  'excludedAttributes',
] as const;
const AGAIN = 'again';

/** Lists that are not what they say. */
export const lists: Readonly<Record<string, Effect>> = {
  omit: {
    takes: takes.optional(takes.positive('a number of people from 1')),
    says: 'a page of which so many, by default one, are missing; the seed decides who, and totalResults counts them',
    sources: ['https://github.com/wso2/product-is/issues/11126'],
    when: 'after',
    operations,
    bends: true,
    answer: ({ value, random }, answer) =>
      withList(listed(answer), (all) => {
        const rest = [...all];
        for (let left = number(value); left > 0 && rest.length > 0; left--)
          rest.splice(some(rest, random), 1);
        return rest;
      }),
  },
  repeat: {
    takes: takes.optional(takes.positive('a number of people from 1', '=N', 1000)),
    says: 'a page on which so many, by default one, are there twice; the seed decides who',
    sources: ['https://github.com/wso2/product-is/issues/9957'],
    when: 'after',
    operations,
    bends: true,
    answer: ({ value, random }, answer) =>
      withList(listed(answer), (all) =>
        all.length === 0
          ? all
          : [...all, ...Array.from({ length: number(value) }, () => all[some(all, random)])],
      ),
  },
  shuffle: {
    takes: takes.nothing,
    says: 'each request finds the people in another order, so that pages overlap and miss some',
    sources: ['https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.4'],
    when: 'after',
    operations,
    bends: true,
    ask: ({ exchange, random }) => ({ exchange: shuffled(exchange, random()) }),
  },
  total: {
    takes: takes.either(takes.oneOf('page', 'missing', 'text'), {
      shown: '=N|+N|-N',
      says: 'a number, or a difference such as +3 or -3',
      fits: (value) =>
        Number.isSafeInteger(value) || (typeof value === 'string' && /^\+\d{1,9}$/.test(value)),
    }),
    says: 'totalResults is this number, or so much more or less than is right; the length of the page; not there; or a text',
    sources: [
      'https://github.com/wso2/product-is/issues/7320',
      'https://github.com/better-auth/better-auth/issues/10398',
    ],
    when: 'after',
    operations,
    bends: true,
    answer: ({ value }, answer) => withBody(listed(answer), (body) => withTotal(body, value)),
  },
  pageSize: {
    takes: takes.positive('a positive number of people'),
    says: 'pages of at most so many, whatever count asks for',
    sources: [
      'https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.4',
      'https://www.rfc-editor.org/rfc/rfc9865#section-2',
    ],
    when: 'after',
    operations,
    bends: true,
    ask: ({ exchange, value }) => {
      const count = Number(parameter(exchange, 'count') ?? Infinity);
      if (count <= Number(value)) return { exchange };
      return { exchange: withParameter(exchange, 'count', Number(value)) };
    },
  },
  neverEnds: {
    takes: takes.nothing,
    says: 'there is always another page: behind the last one the first comes again, and totalResults and nextCursor say so',
    sources: ['https://github.com/wso2/product-is/issues/13752'],
    when: 'after',
    operations,
    bends: true,
    ask: ({ exchange, shelf }) => ({ exchange: goneRound(exchange, shelf?.resources.size ?? 0) }),
    answer: ({ exchange }, answer) => withBody(listed(answer), (body) => withMore(exchange, body)),
  },
  ignore: {
    takes: takes.oneOf(...PARAMETERS),
    says: 'the parameter has no effect',
    sources: [
      'https://github.com/wso2/product-is/issues/6313',
      'https://github.com/NorthlandPositronics/Cogtrix/issues/124',
    ],
    when: 'after',
    bends: true,
    applies: ({ exchange, value }) => parameter(exchange, String(value)) !== undefined,
    ask: ({ exchange, value }) => ({ exchange: withParameter(exchange, String(value), undefined) }),
  },
};

function listed(answer: Answer | undefined): Answer {
  return answer ?? { status: 200, body: '{"totalResults":0,"Resources":[]}' };
}

function number(value: unknown): number {
  return typeof value === 'number' ? value : 1;
}

function some(all: readonly unknown[], random: () => number): number {
  return Math.floor(random() * all.length);
}

/** The list turned round: whoever stood at some place, which the seed decides, stands first. */
function shuffled(exchange: Exchange, turn: number): Exchange {
  const order = <T>(all: readonly T[]): readonly T[] => {
    const at = 1 + Math.floor(turn * (all.length - 1));
    return [...all.slice(at), ...all.slice(0, at)];
  };
  const organisation = withResources(
    exchange.organisation,
    (shelf) => new Viewed(shelf, { hides: () => false, order }),
  );
  return { ...exchange, organisation };
}

function withTotal(body: Record<string, unknown>, value: Asked['value']): Record<string, unknown> {
  const { totalResults, ...rest } = body;
  if (value === 'missing') return rest;
  if (value === 'text') return { ...body, totalResults: String(totalResults) };
  if (value === 'page')
    return { ...body, totalResults: (body['Resources'] as unknown[] | undefined)?.length ?? 0 };
  const given = Number(value);
  const isDifference = typeof value === 'string' || given < 0;
  return { ...body, totalResults: isDifference ? Math.max(0, Number(totalResults) + given) : given };
}

/** A parameter of a query: of the URL, or of a SearchRequest (RFC 7644 §3.4.3). */
function parameter({ method, query, body }: Exchange, name: string): unknown {
  if (method !== 'POST') return query[name];
  return isObject(body) ? memberOf(body, name) : undefined;
}

function withParameter(exchange: Exchange, name: string, value: number | string | undefined): Exchange {
  const { method, query, body } = exchange;
  if (method === 'POST') {
    const given = isObject(body) ? { ...body } : {};
    const rest = without(given, name);
    return {
      ...exchange,
      body: value === undefined ? rest : { ...rest, [nameIn(given, name) ?? name]: value },
    };
  }
  const { [name]: _, ...rest } = query;
  return { ...exchange, query: value === undefined ? rest : { ...rest, [name]: String(value) } };
}

/** An index behind the end means one that is as far behind the beginning. */
function goneRound(exchange: Exchange, size: number): Exchange {
  if (parameter(exchange, 'cursor') === AGAIN) return withParameter(exchange, 'cursor', '');
  const index = Number(parameter(exchange, 'startIndex') ?? 1);
  if (!(index > size) || size === 0) return exchange;
  return withParameter(exchange, 'startIndex', ((index - 1) % size) + 1);
}

function withMore(exchange: Exchange, body: Record<string, unknown>): Record<string, unknown> {
  if (parameter(exchange, 'cursor') !== undefined) return { nextCursor: AGAIN, ...body };
  const index = Math.max(1, Number(parameter(exchange, 'startIndex') ?? 1) || 1);
  const page = Number(bodyOf({ status: 200, body: JSON.stringify(body) })?.['itemsPerPage'] ?? 0);
  return { ...body, startIndex: index, totalResults: index - 1 + page + 1000 };
}
