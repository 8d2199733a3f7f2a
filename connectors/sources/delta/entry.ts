import { normalDn, parentDn, parseDn } from '../../../src/model/index.ts';
import { isDn } from '../ldif/names.ts';
import type { Names } from '../ldif/names.ts';
import type { Block, Modification, Renaming, Value } from '../ldif/entry.ts';
import type { Fields } from './record.ts';

/** What is wrong with a change, in a sentence. */
export class Unfit extends Error {}

/**
 * An entry after a `modify` (RFC 4511 §4.6), as a record has it: attributes that nobody reads are not looked at. A value
 * that is there already is not added again, and one that is not there need not be removed, so that a file may be read
 * twice; a server would refuse the second time.
 */
export function modified(fields: Fields, { blocks }: Modification, names: Names): Fields {
  const entry: Record<string, unknown> = { ...fields };
  for (const block of blocks) {
    if (isDn(block.name))
      throw new Unfit('`dn` is no attribute: `changetype: modrdn` gives an entry another name');
    if (!names.isRead(block.name)) continue;
    for (const name of names.of(block.name)) put(entry, name, applied(listOf(entry[name]), block));
  }
  return entry;
}

function applied(values: readonly string[], { operation, name, values: given }: Block): readonly string[] {
  const texts = given.map(({ text }: Value) => text);
  switch (operation) {
    case 'replace':
      return texts;
    case 'add':
      return [...values, ...texts.filter((text) => !values.includes(text))];
    case 'delete':
      // Most attributes of people are compared without regard to case (RFC 4519).
      return texts.length === 0 ? [] : values.filter((value) => !texts.some((text) => isAlike(text, value)));
    case 'increment':
      return values.map((value) => increased(value, texts[0]!, name));
  }
}

/** RFC 4525: whole numbers alone can be incremented. */
function increased(value: string, by: string, name: string): string {
  if (![value, by].every((text) => /^-?\d+$/.test(text)))
    throw new Unfit(`${name} cannot be incremented: it is no whole number`);
  return String(BigInt(value) + BigInt(by));
}

function isAlike(one: string, other: string): boolean {
  return one === other || one.toLowerCase() === other.toLowerCase();
}

/** An entry after a `modrdn` (RFC 4511 §4.9). */
export function renamed(fields: Fields, change: Renaming, names: Names): Fields {
  const entry: Record<string, unknown> = { ...fields };
  const given = parseDn(change.newRdn)?.[0];
  const superior = change.newSuperior ?? parentDn(change.dn);
  const dn = [change.newRdn, superior].filter(Boolean).join(',');
  if (given === undefined || normalDn(dn) === undefined)
    throw new Unfit(`the new name ${dn} is no DN (RFC 4514)`);
  entry['dn'] = dn;
  if (change.deleteOldRdn)
    for (const { type, value } of parseDn(change.dn)?.[0]?.pairs ?? [])
      for (const name of names.of(type))
        put(
          entry,
          name,
          listOf(entry[name]).filter((one) => !isAlike(one, value)),
        );
  for (const { type, value } of given.pairs) {
    if (!names.isRead(type)) continue;
    for (const name of names.of(type)) {
      const values = listOf(entry[name]);
      if (!values.includes(value)) put(entry, name, [...values, value]);
    }
  }
  return entry;
}

function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? (value as readonly string[]) : [];
}

/** An attribute without values is none. */
function put(entry: Record<string, unknown>, name: string, values: readonly string[]): void {
  if (values.length > 0) entry[name] = values;
  else delete entry[name];
}
