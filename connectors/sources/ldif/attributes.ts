import type { Attribute, Value } from './entry.ts';
import type { Line } from './lines.ts';

/** Values gathered under the name that comes first, whatever the case of the others (RFC 4512 §2.5). */
export function attributesOf(lines: readonly Line[]): readonly Attribute[] {
  const attributes = new Map<string, { name: string; values: Value[] }>();
  for (const { name, value } of lines) {
    const key = name.toLowerCase();
    let attribute = attributes.get(key);
    if (attribute === undefined) attributes.set(key, (attribute = { name, values: [] }));
    if (value !== undefined) attribute.values.push(value);
  }
  return [...attributes.values()];
}

export function isNamed({ name }: Line, wanted: string): boolean {
  return name.length === wanted.length && name.toLowerCase() === wanted;
}
