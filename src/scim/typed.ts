import { isObject } from '../model/index.ts';
import type { AttributeChange, Json, Resource } from '../model/index.ts';

/**
 * A change of an attribute with several values, as changes within those values, each told by its type:
 * `emails[type eq "work"].value` (RFC 7644 §3.5.2). Where a value comes or goes, or a type says not which one is meant,
 * the attribute is changed as a whole.
 */
export function typedChanges(change: AttributeChange): readonly AttributeChange[] {
  const before = byType(change.before);
  const after = byType(change.after);
  if (before === undefined || after === undefined || before.size !== after.size) return [change];
  const within: AttributeChange[] = [];
  for (const [type, value] of after) {
    const had = before.get(type);
    if (had === undefined) return [change];
    for (const name of new Set([...Object.keys(had), ...Object.keys(value)])) {
      if (JSON.stringify(had[name]) === JSON.stringify(value[name])) continue;
      if (value[name] === undefined) return [change];
      const path = `${change.path}[type eq ${JSON.stringify(type)}].${name}`;
      within.push({ path, after: value[name], ...(had[name] !== undefined && { before: had[name] }) });
    }
  }
  return within.length === 0 ? [change] : within;
}

/** The values by their types; `undefined` where those do not tell them apart. */
function byType(values: Json | undefined): ReadonlyMap<string, Resource> | undefined {
  if (!Array.isArray(values)) return undefined;
  const found = new Map<string, Resource>();
  for (const value of values as Json[]) {
    const type = isObject(value) ? value['type'] : undefined;
    if (typeof type !== 'string' || found.has(type)) return undefined;
    found.set(type, value as Resource);
  }
  return found;
}
