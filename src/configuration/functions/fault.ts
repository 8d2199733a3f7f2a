/** What a function says when it cannot work with what it met. The message never holds a value of a record. */
export class FunctionFault extends Error {}

export function fault(message: string): never {
  throw new FunctionFault(message);
}

/** Registers a function under its signature. `null` is what is absent. */
export type Add = (signature: string, handler: (...values: never[]) => unknown) => void;

/** Absent, empty, or nothing but white space. */
export function isBlank(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  return typeof value === 'string' ? value.trim() === '' : Array.isArray(value) && value.length === 0;
}

/** Patterns are written in the configuration, so there are few; the bound is for a process that reads many of them. */
export function remembered<T>(make: (pattern: string) => T): (pattern: string) => T {
  const known = new Map<string, T>();
  return (pattern) => {
    const found = known.get(pattern);
    if (found !== undefined || known.has(pattern)) return found as T;
    if (known.size >= 1_000) known.clear();
    const made = make(pattern);
    known.set(pattern, made);
    return made;
  };
}
