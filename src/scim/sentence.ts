import { isObject } from '../model/index.ts';
import type { Headers } from './credential.ts';

const longestDetail = 300;
/** Of what is said only where the log may hold personal data. */
export const longestLogged = 4000;

/** Cuts secrets and control characters out of text that others wrote. */
export type Cleaner = (text: string) => string;

/**
 * Text of a server or of the network, fit for a message: control characters removed (first, for a secret could be
 * written with one inside), each secret cut out in whatever case, white space folded, bounded in length (last,
 * for a secret that is cut in two would no longer be found).
 */
export function cleaner(secrets: Iterable<string>, longest = longestDetail): Cleaner {
  const forms = new Set<string>();
  for (const secret of secrets)
    for (const form of [
      secret,
      encodeURIComponent(secret.toWellFormed()),
      JSON.stringify(secret).slice(1, -1),
    ])
      if (visible(form) !== '') forms.add(visible(form));
  const longestFirst = [...forms].sort((left, right) => right.length - left.length);
  const pattern =
    longestFirst.length === 0 ? undefined : new RegExp(longestFirst.map(literal).join('|'), 'gi');
  return (text) => {
    const shown = visible(text);
    const safe = pattern === undefined ? shown : shown.replace(pattern, '[secret]');
    return bounded(safe.replace(/\s+/g, ' ').trim(), longest);
  };
}

/** Without control, format, private-use and half characters; a line break is a space. */
function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu, (character) => (/\s/.test(character) ? ' ' : ''));
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

function bounded(text: string, longest: number): string {
  if (text.length <= longest) return text;
  return `${text
    .slice(0, longest - 1)
    .toWellFormed()
    .replace(/\uFFFD$/, '')}…`;
}

/** What must not be shown of the headers that carry a credential: their values, and what those hold packed. */
export function secretsInHeaders(headers: Headers): readonly string[] {
  const secrets: string[] = [];
  for (const value of Object.values(headers)) {
    const [, scheme, rest] = /^(basic|bearer) (.*)$/i.exec(value) ?? [];
    secrets.push(value);
    if (rest !== undefined) secrets.push(rest);
    if (scheme?.toLowerCase() !== 'basic' || rest === undefined) continue;
    const pair = Buffer.from(rest, 'base64').toString('utf8');
    secrets.push(pair, pair.slice(pair.indexOf(':') + 1));
  }
  return secrets;
}

/** Every password in a body: as an attribute, or as the value of a PATCH operation on it. */
export function secretsInBody(body: unknown): readonly string[] {
  if (Array.isArray(body)) return body.flatMap(secretsInBody);
  if (!isObject(body)) return [];
  const isPasswordChange = typeof body['path'] === 'string' && /(^|:)password$/i.test(body['path']);
  return Object.entries(body).flatMap(([name, value]) => {
    const isSecret = name.toLowerCase() === 'password' || (isPasswordChange && name === 'value');
    return isSecret && typeof value === 'string' ? [value] : secretsInBody(value);
  });
}
