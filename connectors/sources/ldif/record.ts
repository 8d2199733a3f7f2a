import type { Element, SourceRecord } from '../../../src/model/index.ts';
import type { Attribute, Change, Value } from './entry.ts';
import { DN, isDn } from './names.ts';
import type { Names } from './names.ts';
import { readWritten, written } from './value.ts';

/**
 * An entry as a record. `fields()` has `dn` as text and every attribute as a list of texts: under its name as the
 * configuration spells it, or else as the entry does where it calls it first. Options are a part of the name
 * (`cn;lang-de` is another than `cn`).
 *
 * A value in base64 is text where it is UTF-8 without control characters (line ends and tabs are none here), and stays
 * base64 text otherwise. One longer than 64 KB of an attribute that nobody reads is left out; `text()` has its digest.
 *
 * Where the entry is defective, attributes whose values could not be read are left out as a whole. Where it is not even
 * sure that it is one entry, nothing can be read of it: it could be anybody (rule 2).
 */
export class LdifRecord implements SourceRecord {
  readonly line: number;
  readonly defect?: string;
  /** Where it is no entry, but says what becomes of one. */
  readonly change?: Change;
  readonly #text: string;
  readonly #names: Names;
  /** What `textOf` makes of what can be read: everything that is asked for is looked up in it. */
  readonly #readable: string;

  /** `text` is what `textOf` makes of the entry; of one that is defective, `readable` is. */
  constructor(
    line: number,
    text: string,
    names: Names,
    {
      defect,
      readable = text,
      change,
    }: { readonly defect?: string; readonly readable?: string; readonly change?: Change } = {},
  ) {
    if (change !== undefined) this.change = change;
    this.line = line;
    this.#text = text;
    this.#names = names;
    this.#readable = readable;
    if (defect !== undefined) this.defect = defect;
  }

  text(): string {
    return this.#text;
  }

  /** The dn; or, with `element`, a value of an attribute. */
  field(name: string, element?: Element): string | undefined {
    const text = this.#readable;
    if (element === undefined)
      return isDn(name) && text.startsWith(DN_LABEL)
        ? readWritten(text, DN.length, endOfLine(text, 0))
        : undefined;
    const start = this.#startOf(name);
    if (start === -1) return undefined;
    const label = labelAt(text, start);
    for (let at = start; text.startsWith(label, at); at = endOfLine(text, at) + 1) {
      const value = readWritten(text, at + label.length - 1, endOfLine(text, at));
      if (value !== undefined && (element === 'first' || value.trim() !== '')) return value;
    }
    return undefined;
  }

  fields(): Readonly<Record<string, unknown>> {
    const text = this.#readable;
    // An attribute's name begins with a letter or a digit, so that none is `__proto__`.
    const fields: Record<string, unknown> = {};
    let label = '';
    let list: string[] | undefined;
    for (let at = 0, end = 0; at < text.length; at = end + 1) {
      end = endOfLine(text, at);
      if (end === at) continue;
      // Values of one attribute stand together.
      if (label === '' || !text.startsWith(label, at)) {
        label = labelAt(text, at);
        list = undefined;
      }
      const value = readWritten(text, at + label.length - 1, end);
      if (value === undefined) continue;
      if (list !== undefined) list.push(value);
      else {
        list = [value];
        const name = label.slice(0, -1);
        for (const spelled of this.#names.of(name)) fields[spelled] = isDn(name) ? value : list;
      }
    }
    return fields;
  }

  /** Where the first value of an attribute stands; -1 where there is none. */
  #startOf(name: string): number {
    const { inFile } = this.#names;
    const text = this.#readable;
    const found = text.indexOf(`\n${inFile.get(name) ?? name}:`);
    if (found !== -1) return found + 1;
    const folded = `${name.toLowerCase()}:`;
    for (let at = 0; at < text.length; at = endOfLine(text, at) + 1) {
      const label = text.slice(at, at + folded.length);
      if (label.toLowerCase() !== folded || isDn(name)) continue;
      inFile.set(name, label.slice(0, -1));
      return at;
    }
    return -1;
  }
}

const DN_LABEL = `${DN}:`;

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}

/** The name with its colon. */
function labelAt(text: string, start: number): string {
  return text.slice(start, text.indexOf(':', start) + 1);
}

/** What can be read of an entry. */
export interface Readable {
  readonly dn?: string;
  readonly attributes: readonly Attribute[];
}

/** All of an entry as one text: each value on a line, those of one attribute together. */
export function textOf({ dn, attributes }: Readable): string {
  let text = dn === undefined ? '' : `${DN}${written(textValue(dn))}`;
  for (const { name, values } of attributes) for (const value of values) text += `\n${name}${written(value)}`;
  return text;
}

function textValue(text: string): Value {
  return { form: 'text', text };
}
