import { isObject } from '../../model/index.ts';
import type { Accepts } from '../dialect.ts';
import type { MemberRules } from '../quirks.ts';
import { Refused } from '../refusal.ts';
import type { CompiledType } from '../schema/compiled.ts';
import { plainPath, refused } from './permitted.ts';
import type { PatchOperation } from './read.ts';

/** What one operation does with members: names some, or means all of them. */
interface Deed {
  readonly op: PatchOperation['op'];
  readonly ids: readonly string[];
  readonly isWholesale: boolean;
}

/** Throws what the service says of a PATCH that does with members what it does not take. */
export function judgeMembers(
  compiled: CompiledType,
  rules: MemberRules,
  there: ReadonlyMap<string, string>,
  operations: readonly PatchOperation[],
  accepts: Accepts = {},
): void {
  const deeds = operations.flatMap((operation) => deedsOf(compiled, operation, accepts));
  const { replaceAll, removeAll, changes, present, absent } = rules;
  for (const { op, isWholesale } of deeds) {
    const refusal = op === 'replace' ? replaceAll : removeAll;
    if (isWholesale && refusal) throw new Refused(refusal);
  }
  judgeNumber(
    rules,
    deeds.reduce((sum, { ids }) => sum + ids.length, 0),
  );
  if (!changes && !present && !absent) return;
  const now = new Map<string, boolean>();
  const isThere = (id: string): boolean => now.get(id) ?? there.has(id);
  for (const { op, ids, isWholesale } of deeds) {
    // What comes after all of them were replaced is judged by nobody here.
    if (isWholesale) return;
    for (const id of ids) {
      if (op === 'add' && present && isThere(id)) throw refused(present, id);
      if (op === 'remove' && absent && !isThere(id)) throw refused(absent, id);
      now.set(id, op === 'add');
    }
  }
}

/** Throws what the service says of more members than one request may name. */
export function judgeNumber({ changes }: MemberRules, number: number): void {
  if (changes && number > changes.most) throw refused(changes.otherwise, String(number));
}

function deedsOf(compiled: CompiledType, operation: PatchOperation, accepts: Accepts): readonly Deed[] {
  const attribute = compiled.type.members?.attribute;
  const { op, path, value } = operation;
  if (attribute === undefined) return [];
  const wanted = attribute.toLowerCase();
  if (path === undefined) {
    const name = isObject(value) && Object.keys(value).find((key) => key.toLowerCase() === wanted);
    return name ? [deed(op, value[name], accepts)] : [];
  }
  if (plainPath(compiled, path) !== wanted) return [];
  if (!path.includes('[')) return [deed(op, value, accepts)];
  const [, id] = /\[\s*value\s+eq\s+"([^"]*)"\s*\]/i.exec(path) ?? [];
  return id === undefined ? [] : [{ op, ids: [id], isWholesale: false }];
}

function deed(op: Deed['op'], value: unknown, { removeByValue }: Accepts): Deed {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  const ids = values.flatMap((one) =>
    isObject(one) && typeof one['value'] === 'string' ? [one['value']] : [],
  );
  const isAll = op === 'remove' && (!removeByValue || (value ?? undefined) === undefined);
  return { op, ids, isWholesale: op === 'replace' || isAll };
}
