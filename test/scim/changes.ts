import { ENTERPRISE, canonical, isObject } from '../../src/model/index.ts';
import type { AttributeChange, Json, Resource } from '../../src/model/index.ts';

/** The changes between two resources in the form in which a plan holds them, for what is tested here. */
export function changesBetween(before: Resource, after: Resource): readonly AttributeChange[] {
  const left = flat(before);
  const right = flat(after);
  const paths = [...new Set([...left.keys(), ...right.keys()])].sort();
  return paths
    .filter((path) => canonical(left.get(path)) !== canonical(right.get(path)))
    .map((path) => {
      const [from, to] = [left.get(path), right.get(path)];
      return { path, ...(from !== undefined && { before: from }), ...(to !== undefined && { after: to }) };
    });
}

function flat(resource: Resource): ReadonlyMap<string, Json> {
  const parts = new Map<string, Json>();
  for (const [name, value] of Object.entries(resource))
    if (isObject(value))
      for (const [part, inner] of Object.entries(value))
        parts.set(name === ENTERPRISE ? `${name}:${part}` : `${name}.${part}`, inner);
    else if (value !== undefined && !(Array.isArray(value) && value.length === 0)) parts.set(name, value);
  return parts;
}
