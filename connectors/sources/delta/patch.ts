import { isObject } from '../../../src/model/index.ts';
import type { Fields } from './record.ts';

/**
 * A record after a part of it was given anew: JSON Merge Patch (RFC 7396). What is `null` goes, objects are merged, and
 * everything else takes the place of what was there. A row of a table says all of its columns, an empty cell as well.
 */
export function patched(fields: Fields, part: Fields): Fields {
  const merged: Record<string, unknown> = { ...fields };
  for (const [name, value] of Object.entries(part))
    if (value === null) delete merged[name];
    else if (!isObject(value)) set(merged, name, value);
    else {
      const before = Object.hasOwn(merged, name) ? merged[name] : undefined;
      set(merged, name, patched(isObject(before) ? before : {}, value));
    }
  return merged;
}

/** A name may be `__proto__`. */
function set(object: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
}
