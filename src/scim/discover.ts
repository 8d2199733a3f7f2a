import { isComplaint } from './answer.ts';
import { resourcesIn } from './discovery.ts';
import { failureOf } from './failure.ts';
import { get, notScim } from './read.ts';
import { TargetError, isObject } from '../model/index.ts';
import type { JsonObject, Profile } from '../model/index.ts';
import type { Connection } from './connection.ts';
import type { Read } from './read.ts';
import type { Discovery, Probe } from './target.ts';

/** The documents of RFC 7644 §4, and what stands at the base URL where the profile's variants differ in that. */
export async function discover(connection: Connection, profile: Profile, limit: number): Promise<Discovery> {
  const config = await document(connection, profile.configurationAt ?? '/ServiceProviderConfig', limit);
  const schemas = resourcesIn(await document(connection, '/Schemas', limit));
  const resourceTypes = resourcesIn(await document(connection, '/ResourceTypes', limit));
  const root = profile.variant === undefined ? undefined : rootOf(await get(connection, '/', '', limit));
  return {
    ...(isObject(config) && { serviceProviderConfig: config as JsonObject }),
    ...(schemas && { schemas }),
    ...(resourceTypes && { resourceTypes }),
    ...(root !== undefined && { root }),
  };
}

/** A document that is not served is absent, however that is said; only what concerns the whole target is thrown. */
async function document(connection: Connection, path: string, limit: number): Promise<unknown> {
  const { answer, content, asked } = await get(connection, path, '', limit);
  const { status } = answer;
  if (status === 401 || status === 429 || status >= 500) {
    if (status !== 501) throw new TargetError(failureOf(answer, content, asked));
  }
  return status === 200 && content.kind === 'json' && !isComplaint(content) ? content.value : undefined;
}

function rootOf({ answer, content }: Read): string | undefined {
  if (answer.status !== 200) return undefined;
  if (content.kind === 'text') return content.text;
  return content.kind === 'json' && typeof content.value === 'string' ? content.value : undefined;
}

/** “Test connection”: throws `TargetError` with the reason where it fails. */
export async function probe(connection: Connection, profile: Profile, limit: number): Promise<Probe> {
  const started = performance.now();
  const [path = '/', query] = profile.probe.split('?', 2);
  const read = await get(connection, path, query === undefined ? '' : `?${query}`, limit);
  const { answer, content, asked } = read;
  if (answer.status < 200 || answer.status >= 300) throw new TargetError(failureOf(answer, content, asked));
  const isScim = isObject(content.kind === 'json' ? content.value : undefined) && !isComplaint(content);
  const isRoot = profile.variant?.root !== undefined && rootOf(read) === profile.variant.root;
  if (!isScim && !isRoot) throw notScim(read);
  return { status: answer.status, milliseconds: Math.round(performance.now() - started) };
}
