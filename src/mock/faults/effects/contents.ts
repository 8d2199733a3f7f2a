import { isObject } from '../../../model/index.ts';
import { somebody } from '../../directory/organisation.ts';
import type { Shelf } from '../../directory/organisation.ts';
import type { Stored } from '../../directory/stored.ts';
import type { Answer, Exchange } from '../../protocol/exchange.ts';
import { isForMe } from '../../protocol/me.ts';
import { representer } from '../../protocol/represent.ts';
import { locationOf } from '../../resource/present.ts';
import {
  bodyOf,
  changedAt,
  nameIn,
  someText,
  withBody,
  withResourcesOf,
  withTexts,
  without,
} from '../bodies.ts';
import type { Members } from '../bodies.ts';
import type { Asked, Effect } from '../effect.ts';
import * as takes from '../takes.ts';

/** What is put behind an id. All are texts, and an id is any text (RFC 7643 §3.1). */
const endings: Readonly<Record<string, string>> = {
  changed: '-again',
  slash: '/7',
  space: ' 7',
  percent: '%2F',
  unicode: 'é✓',
  long: '-'.padEnd(1000, 'x'),
};

const attribute = takes.named('ATTRIBUTE', 'an attribute such as userName, name.givenName or emails.value');

/** Answers that look right, and say something that is not so. */
export const contents: Readonly<Record<string, Effect>> = {
  without: {
    takes: takes.named('NAME', 'an attribute such as id or meta.location, a member of a list or a header'),
    says: 'each resource, or the list, comes without this member; the answer without this header',
    sources: [
      'https://github.com/osiam/osiam/issues/151',
      'https://docs.aws.amazon.com/singlesignon/latest/developerguide/getgroup.html',
    ],
    when: 'after',
    bends: true,
    answer: ({ value }, answer) => lacking(some(answer), String(value)),
  },
  other: {
    takes: takes.optional(takes.named('USER', 'an id or a userName')),
    says: "somebody else's account, in a create, a read or the result of a filter: this one's, or that of the first who is another",
    sources: ['https://github.com/wso2/product-is/issues/3424'],
    when: 'after',
    operations: ['create', 'read', 'replace', 'patch', 'list'],
    bends: true,
    answer: (asked, answer) => others(asked, some(answer)),
  },
  lower: {
    takes: takes.optional(attribute),
    says: 'userName, or another attribute, comes back in lower case',
    sources: ['https://help.salesforce.com/s/articleView?id=sf.identity_scim_create_users.htm'],
    when: 'after',
    bends: true,
    answer: (asked, answer) => spelled(asked, answer, (text) => text.toLowerCase()),
  },
  trim: {
    takes: takes.optional(attribute),
    says: 'userName, or another attribute, comes back without white space around it',
    sources: [
      'https://github.com/wso2/product-is/issues/6904',
      'https://github.com/wso2/product-is/issues/23946',
    ],
    when: 'after',
    bends: true,
    answer: (asked, answer) => spelled(asked, answer, (text) => text.trim()),
  },
  etag: {
    takes: takes.oneOf('stale', 'missing'),
    says: 'the ETag and meta.version are those of an earlier state, so that If-Match gets 412; or there are none',
    sources: ['https://www.rfc-editor.org/rfc/rfc7644#section-3.14'],
    when: 'after',
    bends: true,
    answer: ({ value }, answer) => (value === 'stale' ? stale(some(answer)) : versionless(some(answer))),
  },
  ids: {
    takes: takes.oneOf(...Object.keys(endings)),
    says: 'all ids are others from now on, and the old ones are unknown; they are no UUIDs, and may hold a slash, a space, a percent sign, letters beyond ASCII, or a thousand characters',
    sources: ['https://www.rfc-editor.org/rfc/rfc7643#section-3.1'],
    when: 'after',
    bends: true,
    outermost: true,
    ask: ({ value, exchange }) => ({ exchange: withOldIds(exchange, endings[String(value)]!) }),
    answer: (asked, answer) => withNewIds(asked, some(answer), endings[String(asked.value)]!),
  },
};

function some(answer: Answer | undefined): Answer {
  return answer ?? { status: 200, body: '{}' };
}

function lacking(answer: Answer, path: string): Answer {
  const [first = '', ...rest] = path.split('.');
  const drop = (object: Members): Members =>
    rest.length === 0
      ? without(object, first)
      : changedAt(object, first, (inner) =>
          isObject(inner) ? without({ ...inner }, rest.join('.')) : inner,
        );
  const { headers } = answer;
  const header = headers && nameIn(headers, path);
  const headed =
    header === undefined
      ? answer
      : { ...answer, headers: without({ ...headers }, header) as Record<string, string> };
  const body = bodyOf(headed);
  if (body && nameIn(body, first) !== undefined) return withBody(headed, drop);
  return withResourcesOf(headed, drop);
}

function others({ value, exchange, shelf, operation }: Asked, answer: Answer): Answer {
  const body = bodyOf(answer);
  if (!shelf || !body || answer.status >= 300) return answer;
  const show = (stored: Stored | undefined): unknown =>
    JSON.parse(stored ? representer(exchange, shelf)(stored) : '{}');
  const pick = (not: unknown) => anotherThan(exchange, shelf, value, not);
  const list = body['Resources'];
  if (operation === 'list') {
    if (typeof value !== 'string' && !(Array.isArray(list) && list.length > 0)) return answer;
    const found = pick(Array.isArray(list) && isObject(list[0]) ? list[0]['id'] : undefined);
    const resources = found ? [show(found)] : [];
    return withBody(answer, () => ({
      ...body,
      totalResults: resources.length,
      itemsPerPage: resources.length,
      Resources: resources,
    }));
  }
  const found = pick(body['id']);
  if (!found) return answer;
  const location =
    answer.headers?.['location'] === undefined
      ? {}
      : { location: locationOf(found, shelf.served.type, exchange.base) };
  return { ...answer, headers: { ...answer.headers, ...location }, body: JSON.stringify(show(found)) };
}

function anotherThan(exchange: Exchange, shelf: Shelf, name: unknown, id: unknown): Stored | undefined {
  if (typeof name === 'string') return somebody(exchange.organisation, name);
  return shelf.resources.all().find((one) => one.id !== id);
}

function spelled({ value }: Asked, answer: Answer | undefined, change: (text: string) => string): Answer {
  const path = typeof value === 'string' ? value : 'userName';
  return withResourcesOf(some(answer), (resource) =>
    changedAt(resource, path, (one) => (typeof one === 'string' ? change(one) : one)),
  );
}

const EARLIER = 'W/"0.0"';

function stale(answer: Answer): Answer {
  const etag = answer.headers?.['etag'] === undefined ? {} : { etag: EARLIER };
  return withResourcesOf({ ...answer, headers: { ...answer.headers, ...etag } }, (resource) =>
    changedAt(resource, 'meta.version', () => EARLIER),
  );
}

function versionless(answer: Answer): Answer {
  return lacking(lacking(answer, 'etag'), 'meta.version');
}

/** The ids that the client sends, as the service knows them; an id that it does not know any more is nobody's. */
function withOldIds(exchange: Exchange, ending: string): Exchange {
  const { id, query, body } = exchange;
  const isId = knows(exchange);
  const old = (text: string): string =>
    text.endsWith(ending) && isId(text.slice(0, -ending.length)) ? text.slice(0, -ending.length) : text;
  const inside = (text: string): string =>
    old(text).replace(/"([^"]*)"/g, (_, part: string) => `"${old(part)}"`);
  return {
    ...exchange,
    id: isForMe(exchange) ? id : oldId(id, ending),
    query: Object.fromEntries(
      Object.entries(query).map(([name, value]) => [
        name,
        typeof value === 'string' ? inside(value) : value?.map(inside),
      ]),
    ),
    body: someText(body, (text) => text.includes(ending)) ? withTexts(body, inside) : body,
  };
}

/** An id that the client should not know any more becomes one that nobody has. */
function oldId(id: string | undefined, ending: string): string | undefined {
  return id?.endsWith(ending) ? id.slice(0, -ending.length) : id && id + ending;
}

function knows({ organisation }: Exchange): (id: string) => boolean {
  const shelves = [...organisation.shelves.values()];
  return (id) => shelves.some(({ resources }) => resources.byId(id) !== undefined);
}

function withNewIds({ exchange }: Asked, answer: Answer, ending: string): Answer {
  const isId = knows(exchange);
  const places = [...exchange.organisation.shelves.values()].map(
    ({ served }) => `${exchange.base}${served.type.endpoint}/`,
  );
  const renew = (text: string): string => {
    if (isId(text)) return text + ending;
    return places.some((place) => text.startsWith(place) && text.length > place.length)
      ? text + encodeURIComponent(ending)
      : text;
  };
  const { headers } = answer;
  const location = headers?.['location'];
  return {
    ...withBody(answer, (body) => withTexts(body, renew)),
    ...(location === undefined ? {} : { headers: { ...headers, location: renew(location) } }),
  };
}
