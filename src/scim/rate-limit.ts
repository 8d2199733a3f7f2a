import type { IncomingHttpHeaders } from 'node:http';

/** What a service says of its limit with an answer, before it is used up. */
export interface LimitSeen {
  readonly remaining: number;
  /** How many there are in all, where it says so. */
  readonly limit?: number;
  /** Milliseconds since 1970. */
  readonly resetAt: number;
}

const longest = 24 * 60 * 60 * 1000;
/** Seconds since 1970 and not seconds from now; nobody's window is that long. */
const epoch = 1_000_000_000;

/**
 * The limit that an answer tells of. `RateLimit` as the drafts of the IETF's httpapi group have it, the newer (`"name";r=…;t=…`)
 * and the older (`limit=…, remaining=…, reset=…`, or three headers with seconds from now); GitHub's x-ratelimit-* with
 * seconds since 1970 (docs.github.com, Rate limits for the REST API); and X-Rate-Limit-* as others write it
 * (developer.okta.com, Rate limits). Of several limits the one with the least counts. Nothing where a number is missing or
 * makes no sense.
 */
export function limitOf(headers: IncomingHttpHeaders, now: number): LimitSeen | undefined {
  const seen = [...fromOne(headers['ratelimit'], now)];
  for (const name of ['ratelimit', 'x-ratelimit', 'x-rate-limit'])
    seen.push(
      ...made(
        {
          limit: headers[`${name}-limit`],
          remaining: headers[`${name}-remaining`],
          reset: headers[`${name}-reset`],
        },
        now,
      ),
    );
  return seen.sort((one, other) => one.remaining - other.remaining)[0];
}

function* fromOne(text: string | string[] | undefined, now: number): Generator<LimitSeen> {
  if (typeof text !== 'string') return;
  const valueOf = (part: string, names: string): string | undefined =>
    new RegExp(`(?:^|[;,\\s])(?:${names})=(\\d+)`, 'i').exec(part)?.[1];
  // In the newer form several limits stand side by side; in the older one, the three numbers of one do.
  const parts = /(^|[;\s])r=/.test(text) ? text.split(',') : [text];
  for (const part of parts)
    yield* made(
      {
        limit: valueOf(part, 'limit|q'),
        remaining: valueOf(part, 'remaining|r'),
        reset: valueOf(part, 'reset|t'),
      },
      now,
    );
}

type Text = string | string[] | undefined;

function* made(
  { limit, remaining, reset }: { readonly limit: Text; readonly remaining: Text; readonly reset: Text },
  now: number,
): Generator<LimitSeen> {
  const [most, left, end] = [numberOf(limit), numberOf(remaining), numberOf(reset)];
  if (left === undefined || end === undefined) return;
  const resetAt = end >= epoch ? end * 1000 : now + end * 1000;
  yield {
    remaining: left,
    resetAt: Math.min(resetAt, now + longest),
    ...(most !== undefined && { limit: most }),
  };
}

/** Some write the window behind the number: `100, 100;w=60`. */
function numberOf(text: Text): number | undefined {
  const digits =
    typeof text === 'string' ? /^\s*(\d{1,15})(?:\.\d+)?\s*(?:[,;].*)?$/.exec(text)?.[1] : undefined;
  return digits === undefined ? undefined : Number(digits);
}
