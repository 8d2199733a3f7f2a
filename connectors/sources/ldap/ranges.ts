import type { LdapSearch } from '../../../src/model/index.ts';
import { RANGE } from '../ldif/ranges.ts';
import { pagesOf } from './search.ts';
import type { Asking, Found } from './search.ts';

/** More than any group has; a server that never says `*` would be asked for ever. */
const MOST_RANGES = 10_000;

/**
 * An entry with all values of every attribute: of one that is given in ranges, one after the other is asked for. And
 * a sentence for each that could not be had whole.
 */
export async function whole(
  asking: Asking,
  entry: Found,
): Promise<{ readonly entry: Found; readonly gaps: readonly string[] }> {
  if (!entry.attributes.some(({ name }) => RANGE.test(name))) return { entry, gaps: [] };
  const gaps: string[] = [];
  const attributes: Found['attributes'][number][] = [];
  for (const attribute of entry.attributes) {
    const range = RANGE.exec(attribute.name);
    // Beside the range, the directory gives the bare name without values.
    const isShadow = entry.attributes.some(
      (other) => RANGE.exec(other.name)?.[1]?.toLowerCase() === attribute.name.toLowerCase(),
    );
    if (isShadow && attribute.values.length === 0) continue;
    if (!range) attributes.push(attribute);
    else {
      const { values, gap } = await rest(asking, entry.dn, range[1]!, range[3]!, attribute.values);
      attributes.push({ name: range[1]!, values });
      if (gap !== undefined) gaps.push(gap);
    }
  }
  return { entry: { dn: entry.dn, attributes }, gaps };
}

async function rest(
  asking: Asking,
  dn: string,
  name: string,
  last: string,
  first: readonly Buffer[],
): Promise<{ readonly values: readonly Buffer[]; readonly gap?: string }> {
  const values = [...first];
  let end = last;
  for (let count = 0; end !== '*'; count++) {
    const next = Number(end) + 1;
    const range = count < MOST_RANGES ? await rangeFrom(asking, dn, name, next) : undefined;
    if (range === undefined || (range.end !== '*' && Number(range.end) < next))
      return { values, gap: `only the first ${values.length} values of ${name} could be read of ${dn}` };
    for (const value of range.values) values.push(value);
    end = range.end;
  }
  return { values };
}

async function rangeFrom(
  asking: Asking,
  dn: string,
  name: string,
  from: number,
): Promise<{ readonly values: readonly Buffer[]; readonly end: string } | undefined> {
  const search: LdapSearch = { base: dn, scope: 'base', filter: '(objectClass=*)' };
  const one: Asking = { ...asking, attributes: [`${name};range=${from}-*`], pageSize: 0 };
  for await (const { entries } of pagesOf(one, search))
    for (const { attributes } of entries)
      for (const attribute of attributes) {
        const [, known, start, end] = RANGE.exec(attribute.name) ?? [];
        if (known?.toLowerCase() === name.toLowerCase() && Number(start) === from && end !== undefined)
          return { values: attribute.values, end };
      }
  return undefined;
}
