import type { Organisation } from './organisation.ts';

/** Where a reference leads to: whose resources they are, and the service's base URL. */
export interface Among {
  readonly organisation: Organisation;
  readonly base: string;
}

/**
 * The id of the resource of one of the types that a URI refers to, if it is there. RFC 7643 §2.3.7 has an absolute URI,
 * or one that is relative to the base URL, such as `Users/2819…`. Its examples in §8.3 and §8.4 have `../Users/2819…`
 * instead, which is relative to the URI of the resource that has the reference, below `endpoint`; both are understood.
 */
export function idIn(
  { organisation, base }: Among,
  types: readonly string[],
  endpoint: string,
  ref: string,
): string | undefined {
  const urls = [`${base}/`, `${base}${endpoint}/own`].flatMap((from) => URL.parse(ref, from)?.href ?? []);
  for (const name of types) {
    const shelf = organisation.shelves.get(name);
    if (!shelf) continue;
    const parent = new URL(`${base}${shelf.served.type.endpoint}/`).href;
    for (const url of urls) {
      const id = url.startsWith(parent) ? decoded(url.slice(parent.length)) : undefined;
      if (id !== undefined && shelf.resources.byId(id)) return id;
    }
  }
  return undefined;
}

/** One segment of a path; `undefined` for what is more than that, or is not encoded well. */
function decoded(segment: string): string | undefined {
  if (/[/?#]/.test(segment)) return undefined;
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
