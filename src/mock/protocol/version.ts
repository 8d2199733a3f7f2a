import { hash } from 'node:crypto';
import { belongings } from '../directory/membership.ts';
import type { Belonging } from '../directory/membership.ts';
import type { Shelf } from '../directory/organisation.ts';
import type { Stored } from '../directory/stored.ts';
import { refuse } from '../refusal.ts';
import type { Answer, Exchange } from './exchange.ts';

/**
 * What the header, `meta.version` and the conditions mean alike (RFC 7643 §3.1). Two representations without the same
 * `groups` have not the same version: RFC 7643 §4.1.2 has them changed through the group, whose version changes then, and a
 * group may have too many members to touch each of them, so that this is found out when somebody reads. `lastModified`
 * stays: it is about updates of the person. Weak, because `attributes` makes other bodies of one version.
 */
export function versionOf(stored: Stored, groups: readonly Belonging[]): string {
  const own = `${stored.sequence}.${stored.version}`;
  return groups.length === 0 ? `W/"${own}"` : `W/"${own}.${digest(groups)}"`;
}

/** The groups that a person's representation shows. */
export function shownGroups({ organisation }: Exchange, { served, compiled }: Shelf, { id }: Stored) {
  return served.type.members || !compiled.belongings ? [] : belongings(organisation, id);
}

function digest(groups: readonly Belonging[]): string {
  const text = groups.map(({ group, type }) => `${group.sequence}.${group.names}.${type}`).join();
  return hash('sha256', text, 'base64url').slice(0, 12);
}

function currentVersion(exchange: Exchange, shelf: Shelf, stored: Stored): string {
  return versionOf(stored, shownGroups(exchange, shelf, stored));
}

/** 304 where the client has this version already (RFC 7644 §3.14; RFC 9110 §13.1.2); throws 412 as for a write. */
export function unchanged(exchange: Exchange, shelf: Shelf, stored: Stored): Answer | undefined {
  const version = currentVersion(exchange, shelf, stored);
  judgeMatch(exchange, version);
  return noneMatches(exchange, version) ? undefined : { status: 304, headers: { etag: version } };
}

/**
 * Throws 412 where the client means another version (RFC 7644 §3.14; RFC 9110 §13.1.1), or wants to write only what
 * has not this one: for a write that is no 304 (RFC 9110 §13.1.2).
 */
export function judgeVersion(exchange: Exchange, shelf: Shelf, stored: Stored): void {
  const version = currentVersion(exchange, shelf, stored);
  judgeMatch(exchange, version);
  if (noneMatches(exchange, version)) return;
  throw refuse(412, undefined, `The resource has the version ${version}, which If-None-Match rules out.`);
}

function judgeMatch({ service, headers }: Exchange, version: string): void {
  const wanted = headers['if-match'];
  if (!service.features.etag || typeof wanted !== 'string' || names(wanted, version)) return;
  throw refuse(412, undefined, `The resource has the version ${version} by now.`);
}

function noneMatches({ service, headers }: Exchange, version: string): boolean {
  const known = headers['if-none-match'];
  return !service.features.etag || typeof known !== 'string' || !names(known, version);
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
