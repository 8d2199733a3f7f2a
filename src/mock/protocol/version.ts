import type { Stored } from '../directory/resources.ts';
import { refuse } from '../refusal.ts';
import type { Answer, Exchange } from './exchange.ts';
import { versionOf } from './represent.ts';

/** 304 where the client has this version already (RFC 7644 §3.14; RFC 9110 §13.1.2). */
export function unchanged({ service, headers }: Exchange, stored: Stored): Answer | undefined {
  const wanted = headers['if-none-match'];
  if (!service.features.etag || typeof wanted !== 'string') return undefined;
  const version = versionOf(stored);
  return names(wanted, version) ? { status: 304, headers: { etag: version } } : undefined;
}

/** Throws 412 where the client means another version (RFC 7644 §3.14; RFC 9110 §13.1.1). */
export function judgeVersion({ service, headers }: Exchange, stored: Stored): void {
  const wanted = headers['if-match'];
  if (!service.features.etag || typeof wanted !== 'string') return;
  const version = versionOf(stored);
  if (names(wanted, version)) return;
  throw refuse(412, undefined, `The resource has the version ${version} by now.`);
}

/** Versions are weak, and SCIM matches them all the same: RFC 7644 §3.14 shows a weak one in If-Match. */
function names(header: string, version: string): boolean {
  const list = header.split(',').map((one) => one.trim());
  const opaque = version.replace(/^W\//, '');
  return list.includes('*') || list.some((one) => one.replace(/^W\//, '') === opaque);
}
