import type { Organisation } from '../directory/organisation.ts';

interface Memory {
  readonly changes: number;
  readonly results: Map<string, unknown>;
}

/** So that results of 200,000 resources each take no more than some megabytes together. */
const MOST = 4;
const memories = new WeakMap<Organisation, Memory>();

/**
 * What was made of an organisation's resources, until one of them changes: whoever pages through a long list that is
 * filtered or sorted asks for the same with each page. The key has to tell everything that the result depends on.
 */
export function remembered<T>(organisation: Organisation, key: string, make: () => T): T {
  let changes = 0;
  for (const { resources } of organisation.shelves.values()) changes += resources.changes;
  let memory = memories.get(organisation);
  if (memory?.changes !== changes)
    memories.set(organisation, (memory = { changes, results: new Map<string, unknown>() }));
  const { results } = memory;
  if (results.has(key)) return results.get(key) as T;
  const made = make();
  const [oldest] = results.keys();
  if (results.size >= MOST && oldest !== undefined) results.delete(oldest);
  results.set(key, made);
  return made;
}
