/** Something that may have to wait for others. */
export interface Waiting<T> {
  readonly needs: readonly T[];
}

/**
 * A sequence in which everybody comes after those that they need, and otherwise as given. In a circle one has to begin:
 * it comes before something that it needs. The depth of the needs costs memory, not stack.
 */
export function inOrder<T extends Waiting<T>>(all: readonly T[]): readonly T[] {
  const begun = new Set<T>();
  const sequence = new Set<T>();
  for (const first of all) {
    const stack = [first];
    for (let item = stack.at(-1); item !== undefined; item = stack.at(-1)) {
      if (begun.has(item)) {
        stack.pop();
        sequence.add(item);
        continue;
      }
      begun.add(item);
      for (let at = item.needs.length - 1; at >= 0; at--) {
        const need = item.needs[at]!;
        if (!begun.has(need)) stack.push(need);
      }
    }
  }
  return [...sequence];
}
