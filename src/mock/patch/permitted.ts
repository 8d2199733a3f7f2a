import { isObject } from '../../model/index.ts';
import type { PatchRules } from '../quirks.ts';
import { Refused } from '../refusal.ts';
import type { Refusal } from '../refusal.ts';
import type { CompiledType } from '../schema/compiled.ts';
import type { PatchOperation } from './read.ts';

/**
 * The operations that a service obeys, of those of a PATCH: all of them, unless its rules say otherwise. Throws what the
 * service says of one that it refuses.
 */
export function permitted(
  compiled: CompiledType,
  rules: PatchRules,
  operations: readonly PatchOperation[],
): readonly PatchOperation[] {
  const { operations: number, only, filteredPaths, paths, severalAtOnce, once, lasting } = rules;
  if (number && operations.length > number.most) throw refused(number.otherwise, String(operations.length));
  if (!only && !filteredPaths && !paths && !severalAtOnce && !once && !lasting) return operations;
  const named = new Set<string>();
  return operations.flatMap((operation) => {
    const { op, path } = operation;
    if (path !== undefined && op !== 'remove' && paths) throw refused(paths, path);
    if (path?.includes('[') && filteredPaths) {
      if (filteredPaths === 'ignored') return [];
      throw refused(filteredPaths, path);
    }
    const names = namesOf(operation);
    if (path === undefined && names.length > 1 && severalAtOnce) throw refused(severalAtOnce, names[1]!);
    for (const name of names) {
      const plain = plainPath(compiled, name);
      if (op === 'remove' && lasting && isAmong(lasting.paths, plain)) throw refused(lasting.otherwise, name);
      if (!once || !isAmong(once.paths, plain)) continue;
      if (named.has(plain)) throw refused(once.otherwise, name);
      named.add(plain);
    }
    return only ? obeyed(compiled, only, operation, names) : [operation];
  });
}

function obeyed(
  compiled: CompiledType,
  { paths, otherwise }: NonNullable<PatchRules['only']>,
  operation: PatchOperation,
  names: readonly string[],
): readonly PatchOperation[] {
  const kept = names.filter((name) => isAmong(paths, plainPath(compiled, name)));
  if (kept.length === names.length) return [operation];
  if (otherwise !== 'ignored')
    throw refused(
      otherwise,
      names.find((name) => !kept.includes(name))!,
    );
  if (operation.path !== undefined || kept.length === 0) return [];
  const value = operation.value as Record<string, unknown>;
  return [{ ...operation, value: Object.fromEntries(kept.map((name) => [name, value[name]])) }];
}

/** The path, or without one the attributes of the value. */
function namesOf({ path, value }: PatchOperation): readonly string[] {
  if (path !== undefined) return [path];
  return isObject(value) ? Object.keys(value).filter((name) => name.toLowerCase() !== 'schemas') : [];
}

/** In lower case, without a filter and without the URN of the core schema. */
export function plainPath({ type }: CompiledType, path: string): string {
  const lower = path.toLowerCase();
  const urn = `${type.schema.id.toLowerCase()}:`;
  return (lower.startsWith(urn) ? lower.slice(urn.length) : lower).replace(/\[[^]*\]/, '');
}

function isAmong(paths: readonly string[], plain: string): boolean {
  return paths.some((path) => {
    const whole = path.toLowerCase();
    return plain === whole || plain.startsWith(`${whole}.`) || plain.startsWith(`${whole}:`);
  });
}

/** `%s` in the words of a refusal stands for what it is about. */
export function refused(refusal: Refusal, what: string): Refused {
  return new Refused({ ...refusal, detail: refusal.detail.replace('%s', () => what.slice(0, 120)) });
}
