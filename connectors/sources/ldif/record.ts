import type { SourceRecord } from '../../../src/model/index.ts';
import type { Attribute, Content, Value } from './entry.ts';
import { written } from './value.ts';

/**
 * An entry as a record. `fields()` has `dn` as text and every attribute as a list of texts, under the name by which the
 * entry calls it first, options included (`cn;lang-de` is another than `cn`).
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
  readonly #text: string;
  /** The paragraph's text where it is plain: a field is found in it without taking it apart. */
  readonly #plain: string | undefined;
  #content: Readable | (() => Readable);

  constructor(
    line: number,
    text: string,
    content: Readable | (() => Readable),
    { plain, defect }: { readonly plain?: string; readonly defect?: string } = {},
  ) {
    this.line = line;
    this.#text = text;
    this.#content = content;
    this.#plain = plain;
    if (defect !== undefined) this.defect = defect;
  }

  text(): string {
    return this.#text;
  }

  /** The first value. */
  field(name: string): string | undefined {
    const found = this.#plain === undefined ? undefined : plainField(this.#plain, name);
    if (found !== undefined) return found;
    const { dn, attributes } = this.#readable();
    const wanted = name.toLowerCase();
    if (wanted === 'dn') return dn;
    const attribute = attributes.find((one) => one.name.toLowerCase() === wanted);
    return attribute?.values.find(({ form }) => form !== 'digest')?.text;
  }

  fields(): Readonly<Record<string, unknown>> {
    const { dn, attributes } = this.#readable();
    const fields: [string, unknown][] = dn === undefined ? [] : [['dn', dn]];
    for (const { name, values } of attributes) {
      const kept = values.flatMap(({ form, text }) => (form === 'digest' ? [] : [text]));
      if (kept.length > 0) fields.push([name, kept]);
    }
    // Not by assignment, which an attribute called `__proto__` would defeat.
    return Object.fromEntries(fields);
  }

  #readable(): Readable {
    if (typeof this.#content === 'function') this.#content = this.#content();
    return this.#content;
  }
}

/** What can be read of an entry. */
export interface Readable {
  readonly dn?: string;
  readonly attributes: readonly Attribute[];
}

/** `undefined` where the name is not spelled so, or the value is base64. */
function plainField(plain: string, name: string): string | undefined {
  const mark = `\n${name}: `;
  const at = plain.indexOf(mark);
  if (at === -1) return undefined;
  const start = at + mark.length;
  const end = plain.indexOf('\n', start);
  return plain.slice(start, end === -1 ? undefined : end);
}

/** All of an entry as one text: each value on a line, those of one attribute together. */
export function textOf({ dn, attributes }: Content): string {
  let text = `dn${written(textValue(dn))}`;
  for (const { name, values } of attributes) for (const value of values) text += `\n${name}${written(value)}`;
  return text;
}

function textValue(text: string): Value {
  return { form: 'text', text };
}
