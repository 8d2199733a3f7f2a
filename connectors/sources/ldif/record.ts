import type { Element, SourceRecord } from '../../../src/model/index.ts';
import type { Addition, Attribute, Content, Value } from './entry.ts';
import { DN, isDn } from './names.ts';
import type { Names } from './names.ts';
import { written } from './value.ts';

const SPACE = 32;

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
  readonly #text: string;
  readonly #names: Names;
  /** The paragraph's text where it is plain: a field is found in it without taking it apart. */
  readonly #plain: string | undefined;
  #content: Readable | (() => Readable);

  constructor(
    line: number,
    text: string,
    names: Names,
    content: Readable | (() => Readable),
    { plain, defect }: { readonly plain?: string; readonly defect?: string } = {},
  ) {
    this.line = line;
    this.#text = text;
    this.#names = names;
    this.#content = content;
    this.#plain = plain;
    if (defect !== undefined) this.defect = defect;
  }

  text(): string {
    return this.#text;
  }

  /** The dn; or, with `element`, a value of an attribute. */
  field(name: string, element?: Element): string | undefined {
    if (element === undefined) return isDn(name) ? this.#dn() : undefined;
    const found = this.#plain && plainField(this.#plain, this.#names.inFile.get(name) ?? name);
    if (found !== undefined && (element === 'first' || isFilled(found))) return found;
    const wanted = name.toLowerCase();
    const attribute = this.#readable().attributes.find((one) => one.name.toLowerCase() === wanted);
    if (attribute === undefined) return undefined;
    this.#names.inFile.set(name, attribute.name);
    const values = kept(attribute);
    return element === 'first' ? values[0] : values.find(isFilled);
  }

  fields(): Readonly<Record<string, unknown>> {
    const { dn, attributes } = this.#readable();
    const fields: [string, unknown][] = [];
    const add = (name: string, value: unknown) => {
      for (const spelled of this.#names.spellings(name) ?? [name]) fields.push([spelled, value]);
    };
    if (dn !== undefined) add(DN, dn);
    for (const attribute of attributes) {
      const values = kept(attribute);
      if (values.length > 0) add(attribute.name, values);
    }
    // Not by assignment, which an attribute called `__proto__` would defeat.
    return Object.fromEntries(fields);
  }

  #dn(): string | undefined {
    const plain = this.#plain;
    if (plain?.startsWith('dn: ') !== true) return this.#readable().dn;
    const end = plain.indexOf('\n');
    return plain.slice('dn: '.length, end === -1 ? undefined : end);
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

/** Without values that were too long to be kept. */
function kept({ values }: Attribute): readonly string[] {
  return values.flatMap(({ form, text }) => (form === 'digest' ? [] : [text]));
}

function isFilled(text: string): boolean {
  return text.trim() !== '';
}

/** The first value; `undefined` where the name is not spelled so, or that value is base64. */
function plainField(plain: string, name: string): string | undefined {
  const mark = `\n${name}:`;
  const at = plain.indexOf(mark);
  if (at === -1 || plain.charCodeAt(at + mark.length) !== SPACE) return undefined;
  const start = at + mark.length + 1;
  const end = plain.indexOf('\n', start);
  return plain.slice(start, end === -1 ? undefined : end);
}

/** All of an entry as one text: each value on a line, those of one attribute together. */
export function textOf({ dn, attributes }: Content | Addition): string {
  let text = `dn${written(textValue(dn))}`;
  for (const { name, values } of attributes) for (const value of values) text += `\n${name}${written(value)}`;
  return text;
}

function textValue(text: string): Value {
  return { form: 'text', text };
}
