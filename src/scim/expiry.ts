import { isObject } from '../model/index.ts';

const day = 24 * 60 * 60 * 1000;
/** So long before its end a token is warned of: 14 days. */
const notice = 14 * day;
/** Of a token that is read for its end. */
const longest = 16 * 1024;

/**
 * When a token ends by its own word, in milliseconds since 1970, if it is a JWT that says so (`exp`, RFC 7519 §4.1.4).
 * Nobody has looked at its signature: this is good for a warning and for nothing else.
 */
export function expiryOf(token: string): number | undefined {
  const [, payload] = /^[\w-]+\.([\w-]+)\.[\w-]*$/.exec(token.length > longest ? '' : token.trim()) ?? [];
  if (payload === undefined) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    const seconds = isObject(claims) ? claims['exp'] : undefined;
    const end = typeof seconds === 'number' ? seconds * 1000 : NaN;
    return Number.isNaN(new Date(end).getTime()) ? undefined : end;
  } catch {
    return undefined;
  }
}

/** `ends in 5 days, on 2027-01-31`, from fourteen days before; `undefined` until then. */
export function endingInWords(end: number, now: number): string | undefined {
  if (end - now > notice) return undefined;
  const on = `on ${new Date(end).toISOString().slice(0, 10)}`;
  if (end <= now) return `has ended, ${on}`;
  const days = Math.floor((end - now) / day);
  if (days === 0) return `ends within a day, ${on}`;
  return `ends in ${days === 1 ? 'a day' : `${days} days`}, ${on}`;
}
