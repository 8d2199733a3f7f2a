import { usableId } from './path.ts';
import { isObject } from '../model/index.ts';
import type { JsonObject, Remote } from '../model/index.ts';

/** Nested deeper than any schema of RFC 7643 goes; what is deeper would exhaust whoever walks through it. */
const deepest = 20;

/**
 * A resource as a target returned it. `undefined` where it is none: not an object, without an id that can be used, or
 * nested beyond reason. Everything else is taken as it is: some services list people without a userName, say `active`
 * as text, or give one e-mail address where several could stand. But for a password that came back: it is writeOnly
 * (RFC 7643 §4.1.1), and nothing of ours shall keep it.
 */
export function remoteOf(value: unknown): Remote | undefined {
  if (!isObject(value) || !isShallow(value, deepest)) return undefined;
  const id = usableId(value['id']);
  if (id === undefined) return undefined;
  const { userName, externalId, displayName } = value;
  const active = booleanOf(value['active']);
  return {
    id,
    ...(typeof userName === 'string' && { userName }),
    ...(typeof externalId === 'string' && { externalId }),
    ...(typeof displayName === 'string' && { displayName }),
    ...(active !== undefined && { active }),
    emails: addressesOf(value['emails']),
    resource: withoutPassword(value as JsonObject),
  };
}

function booleanOf(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'string' || !/^(true|false)$/i.test(value)) return undefined;
  return value.toLowerCase() === 'true';
}

function addressesOf(value: unknown): readonly string[] {
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  return items
    .map((item) => (isObject(item) ? item['value'] : item))
    .filter((address): address is string => typeof address === 'string');
}

function isShallow(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((part) => isShallow(part, levels - 1));
}

function withoutPassword(resource: JsonObject): JsonObject {
  const isSecret = (name: string): boolean => name.toLowerCase() === 'password';
  if (!Object.keys(resource).some(isSecret)) return resource;
  return Object.fromEntries(Object.entries(resource).filter(([name]) => !isSecret(name)));
}
