import type { Stored } from '../directory/resources.ts';
import { refuse } from '../refusal.ts';
import type { Answer, Exchange } from './exchange.ts';
import { versionOf } from './represent.ts';

/** 304 where the client has this version already (RFC 7644 §3.14; RFC 9110 §13.1.2); throws 412 as for a write. */
export function unchanged(exchange: Exchange, stored: Stored): Answer | undefined {
  judgeMatch(exchange, stored);
  return noneMatches(exchange, stored) ? undefined : { status: 304, headers: { etag: versionOf(stored) } };
}

/**
 * Throws 412 where the client means another version (RFC 7644 §3.14; RFC 9110 §13.1.1), or wants to write only what
 * has not this one: for a write that is no 304 (RFC 9110 §13.1.2).
 */
export function judgeVersion(exchange: Exchange, stored: Stored): void {
  judgeMatch(exchange, stored);
  if (noneMatches(exchange, stored)) return;
  throw refuse(
    412,
    undefined,
    `The resource has the version ${versionOf(stored)}, which If-None-Match rules out.`,
  );
}

function judgeMatch({ service, headers }: Exchange, stored: Stored): void {
  const wanted = headers['if-match'];
  if (!service.features.etag || typeof wanted !== 'string' || names(wanted, versionOf(stored))) return;
  throw refuse(412, undefined, `The resource has the version ${versionOf(stored)} by now.`);
}

function noneMatches({ service, headers }: Exchange, stored: Stored): boolean {
  const known = headers['if-none-match'];
  return !service.features.etag || typeof known !== 'string' || !names(known, versionOf(stored));
}

/**
 * Whether a header names a version: `*` names each, and a list any of its tags (RFC 9110 §8.8.3, where a comma may
 * stand inside of the quotes). Versions are weak, and SCIM matches them all the same: RFC 7644 §3.14 shows a weak one
 * in If-Match.
 */
function names(header: string, version: string): boolean {
  if (header.trim() === '*') return true;
  const opaque = version.replace(/^W\//, '');
  return [...header.matchAll(/"[^"]*"/g)].some(([tag]) => tag === opaque);
}
