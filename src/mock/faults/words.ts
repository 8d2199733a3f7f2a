import type { Value } from './spec.ts';
import * as takes from './takes.ts';
import type { Takes } from './takes.ts';

export interface Word {
  readonly takes: Takes;
  readonly says: string;
  readonly sources?: readonly string[];
}

/** Which requests a fault is for, and how often. */
export const which: Readonly<Record<string, Word>> = {
  method: { takes: takes.named('METHOD', 'a method such as POST'), says: 'only requests with this method' },
  path: {
    takes: takes.path,
    says: 'only this path below the base URL, and what lies under it; * stands for any text',
  },
  user: {
    takes: takes.named('USER', 'a userName'),
    says: 'only requests about this person: by the id in the path, the userName in the body, a text in the filter, or the credential of /Me',
  },
  from: { takes: takes.time, says: 'not before this time, by the clock of the mock' },
  until: { takes: takes.time, says: 'not from this time on' },
  after: { takes: takes.whole('a whole number'), says: 'only when so many of these requests have gone by' },
  count: { takes: takes.whole('a whole number'), says: 'at most so many times' },
  share: { takes: takes.share, says: 'only this share of the requests; the seed decides which' },
  seed: {
    takes: takes.whole('a whole number'),
    says: 'where the random numbers begin, by default 1; the same seed gives the same faults',
  },
};

/** How it happens. */
export const manner: Readonly<Record<string, Word>> = {
  when: {
    takes: takes.oneOf('before', 'after'),
    says: 'whether the service does what it was asked before the fault shows',
  },
  delay: { takes: takes.milliseconds, says: 'so long before anything else happens' },
};

/** What an error says; these stand beside an effect that answers with one. */
export const details: Readonly<Record<string, Word>> = {
  retryAfter: {
    takes: takes.either(takes.integer('a number of seconds', '=SECONDS'), takes.headerText),
    says: 'Retry-After in seconds, also none that make sense; or any text',
    sources: ['https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3'],
  },
  retryAfterDate: {
    takes: takes.integer('a number of seconds up to 1000000000', '=SECONDS', 10 ** 9),
    says: 'Retry-After as an HTTP date, so many seconds from now',
    sources: ['https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7'],
  },
  rateLimit: {
    takes: takes.whole('a number of seconds up to 1000000000', '=SECONDS', 10 ** 9),
    says: 'x-ratelimit-limit, -remaining, -used, -reset and -resource of a limit that is used up for so long, as GitHub sends them with 403 and 429',
    sources: ['https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api'],
  },
  scimType: { takes: takes.text, says: 'the scimType of the error' },
  bodyStatus: {
    takes: takes.status,
    says: 'the status in the body of the error, where it is not that of the answer; also with status=200',
    sources: ['https://github.com/wundergraph/cosmo/blob/6e0a147f/controlplane/src/core/controllers/scim.ts'],
  },
  detail: { takes: takes.text, says: 'the detail of the error' },
};

export const words: Readonly<Record<string, Word>> = { ...which, ...manner, ...details };

export function numberOf(value: Value | undefined, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}
