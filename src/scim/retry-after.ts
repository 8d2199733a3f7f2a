import type { IncomingHttpHeaders } from 'node:http';

const longest = 24 * 60 * 60 * 1000;
// RFC 9110 §5.6.7: the one form that is sent, and two old ones that are to be understood.
const date = /^(mon|tue|wed|thu|fri|sat|sun)/i;

/**
 * Milliseconds that an answer asks us to wait; `undefined` where it does not say. Retry-After in seconds or as an
 * HTTP date (RFC 9110 §10.2.3); otherwise, where the budget is used up, GitHub's x-ratelimit-reset in seconds since
 * 1970 (docs.github.com, Rate limits for the REST API). A time that has passed is 0; more than a day is taken as a day.
 */
export function retryAfter(headers: IncomingHttpHeaders, now: number): number | undefined {
  const text = headers['retry-after']?.trim();
  if (text !== undefined && /^\d+(\.\d+)?$/.test(text)) return within(Number(text) * 1000);
  if (text !== undefined && date.test(text)) {
    const at = Date.parse(text);
    if (!Number.isNaN(at)) return within(at - now);
  }
  const reset = headers['x-ratelimit-reset'];
  if (headers['x-ratelimit-remaining'] !== '0' || typeof reset !== 'string' || !/^\d+$/.test(reset))
    return undefined;
  return within(Number(reset) * 1000 - now);
}

/** Whether a 403 is a limit and not a lack of permission: GitHub answers either 403 or 429 to too many requests. */
export function isRateLimit(headers: IncomingHttpHeaders): boolean {
  return headers['retry-after'] !== undefined || headers['x-ratelimit-remaining'] === '0';
}

function within(milliseconds: number): number {
  return Math.ceil(Math.min(Math.max(milliseconds, 0), longest));
}
