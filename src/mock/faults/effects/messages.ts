import { errorAnswer } from '../../protocol/answers.ts';
import type { Answer } from '../../protocol/exchange.ts';
import type { ScimType } from '../../refusal.ts';
import type { Asked, Effect } from '../effect.ts';
import * as takes from '../takes.ts';
import { numberOf } from '../words.ts';

const HTML =
  '<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><h1>Please sign in</h1></body></html>\n';
const ELSEWHERE = 'https://login.example.com';

/** Answers that are wrong as a whole. */
export const messages: Readonly<Record<string, Effect>> = {
  status: {
    takes: takes.status,
    says: 'an error with this status, or a success without a body; with retryAfter, retryAfterDate, rateLimit, scimType, bodyStatus, detail',
    sources: [
      'https://www.rfc-editor.org/rfc/rfc7644#section-3.12',
      'https://www.rfc-editor.org/rfc/rfc6585#section-4',
    ],
    when: 'before',
    answer: (asked) => statusAnswer(asked, Number(asked.value)),
  },
  redirect: {
    takes: takes.optional({ ...takes.headerText, shown: '=URL', says: 'a URL in printable ASCII' }),
    says: `a redirect of the same path to another host, by default ${ELSEWHERE}; 307, or with status=N`,
    sources: ['https://www.rfc-editor.org/rfc/rfc9110#section-15.4.8'],
    when: 'before',
    ownStatus: true,
    answer: ({ value, exchange, spec }) => ({
      status: numberOf(spec['status'], 307),
      headers: { location: typeof value === 'string' ? value : ELSEWHERE + exchange.path },
    }),
  },
  html: {
    takes: takes.nothing,
    says: 'a page of HTML with status 200, or with status=N',
    sources: ['https://github.com/HumanSignal/label-studio/pull/3487'],
    when: 'before',
    ownStatus: true,
    answer: ({ spec }) => ({
      status: numberOf(spec['status'], 200),
      mediaType: 'text/html; charset=utf-8',
      body: HTML,
    }),
  },
  empty: {
    takes: takes.nothing,
    says: 'the right status, or status=N, without a body',
    sources: ['https://github.com/SAP-archive/scimono/issues/75'],
    when: 'after',
    ownStatus: true,
    answer: ({ spec }, answer) => ({ status: numberOf(spec['status'], answer?.status ?? 200), body: '' }),
  },
  truncate: {
    takes: takes.nothing,
    says: 'JSON that ends in the middle',
    // The mock's own: nobody was seen to send it, and a client has to bear it all the same.
    sources: [],
    when: 'after',
    answer: (_, answer) => ({
      ...(answer ?? { status: 200 }),
      body: half(answer?.body ?? '{"schemas":["urn:ietf:params:scim:'),
    }),
  },
  malformed: {
    takes: takes.nothing,
    says: 'JSON with a comma too many',
    // The mock's own: nobody was seen to send it, and a client has to bear it all the same.
    sources: [],
    when: 'after',
    answer: (_, answer) => ({
      ...(answer ?? { status: 200 }),
      body: (answer?.body || '{}').replace(/}?\s*$/, ',}'),
    }),
  },
  huge: {
    takes: takes.optional(takes.bytes),
    says: 'the right answer behind 50 MB of white space, or huge=BYTES',
    sources: [
      'https://www.rfc-editor.org/rfc/rfc8259#section-2',
      'https://www.rfc-editor.org/rfc/rfc8259#section-9',
    ],
    when: 'after',
    send: ({ value }) => ({ kind: 'padded', bytes: numberOf(value, 50 * 1024 * 1024) }),
  },
  encoding: {
    takes: takes.oneOf('broken', 'latin1', 'utf16', 'bom'),
    says: 'the right answer in other bytes than UTF-8: with two that are none in the middle, as ISO 8859-1, as UTF-16, or behind a byte order mark',
    sources: ['https://www.rfc-editor.org/rfc/rfc8259#section-8.1'],
    when: 'after',
    send: ({ value, service }, answer) => ({
      kind: 'bytes',
      bytes: encoded(String(value), answer.body ?? ''),
      mediaType: answer.mediaType ?? service.media.answers,
    }),
  },
  mediaType: {
    takes: takes.headerText,
    says: 'the right answer under another Content-Type, such as text/plain; without one for "none"',
    sources: ['https://www.rfc-editor.org/rfc/rfc7644#section-3.1'],
    when: 'after',
    send: ({ value }, answer) => ({
      kind: 'bytes',
      bytes: Buffer.from(answer.body ?? ''),
      mediaType: value === 'none' ? null : String(value),
    }),
  },
};

/** An error, or a success without a body, with the details that stand beside it. */
export function statusAnswer({ service, spec, now }: Asked, status: number, otherwise?: string): Answer {
  const headers: Record<string, string> = {};
  if (spec['retryAfter'] !== undefined) headers['retry-after'] = String(spec['retryAfter']);
  if (spec['retryAfterDate'] !== undefined) {
    headers['retry-after'] = new Date(now + Number(spec['retryAfterDate']) * 1000).toUTCString();
  }
  if (spec['rateLimit'] !== undefined) Object.assign(headers, rateLimit(now, Number(spec['rateLimit'])));
  if (status === 401 && service.authentication.challenge) headers['www-authenticate'] = 'Bearer';
  const { scimType, bodyStatus } = spec;
  if (status < 400 && bodyStatus === undefined) return { status, headers };
  const refusal = {
    status,
    detail:
      spec['detail'] === undefined ? (otherwise ?? 'This fault was asked for.') : String(spec['detail']),
    ...(scimType === undefined ? {} : { scimType: String(scimType) as ScimType }),
    ...(bodyStatus === undefined ? {} : { bodyStatus: Number(bodyStatus) }),
  };
  return errorAnswer(service, refusal, headers);
}

/** The headers of a limit that is used up, for so many seconds (docs.github.com, "Rate limits for the REST API"). */
function rateLimit(now: number, seconds: number): Readonly<Record<string, string>> {
  return {
    'x-ratelimit-limit': '5000',
    'x-ratelimit-remaining': '0',
    'x-ratelimit-used': '5000',
    'x-ratelimit-reset': String(Math.ceil(now / 1000) + seconds),
    'x-ratelimit-resource': 'scim',
  };
}

function half(text: string): string {
  return text.slice(0, Math.max(1, text.length >> 1));
}

function encoded(how: string, body: string): Buffer {
  if (how === 'latin1') return Buffer.from(body, 'latin1');
  if (how === 'utf16') return Buffer.from(`\ufeff${body}`, 'utf16le');
  if (how === 'bom') return Buffer.from(`\ufeff${body}`);
  // Between the quotes of a value, so that it is the encoding alone that is wrong.
  const at = body.indexOf(':"') + 2;
  const place = at > 1 ? at : body.length >> 1;
  return Buffer.concat([
    Buffer.from(body.slice(0, place)),
    Buffer.from([0xff, 0xfe]),
    Buffer.from(body.slice(place)),
  ]);
}
