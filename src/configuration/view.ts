import { ENTERPRISE, isObject, isPlain } from '../model/index.ts';
import type { Scope } from '../model/index.ts';
import { attributeOf, enterprise, userAttributes } from './attributes.ts';
import type { Attribute } from './attributes.ts';
import type { Reads } from './reads.ts';
import { cleanText } from './value.ts';

/**
 * The record as an expression sees it: only the fields that it looks for, each without the white space around it and
 * in one spelling, so that `record.status == 'active'` holds whatever stands around the word. Nothing is left of an
 * empty cell but `''`, and an attribute that an entry of a directory (`lists`) lacks is an empty list, unless the
 * expression asks whether it is there. `raw`: a field stands as it is, but for classes of objects.
 */
export function recordView(
  reads: Reads,
  { raw, lists }: { readonly raw: boolean; readonly lists: boolean },
): (record: Scope['record']) => Readonly<Record<string, unknown>> {
  const names = reads.wholeRecord ? undefined : [...reads.fields];
  const filled = lists ? [...reads.columns].filter((name) => name.toLowerCase() !== 'dn') : [];
  const isClassed = [...reads.fields].some(isObjectClass);
  if (raw && !lists && !isClassed) return (record) => record;
  const clean = raw ? (value: unknown) => value : cleanField;
  const respelled = classesAs(reads.texts);
  return (record) => {
    const view: Record<string, unknown> = {};
    for (const name of names ?? Object.keys(record)) {
      const value = record[name];
      if (value === undefined || !Object.hasOwn(record, name)) continue;
      view[name] = isClassed && isObjectClass(name) ? respelled(clean(value)) : clean(value);
    }
    for (const name of filled) view[name] ??= [];
    return view;
  };
}

function isObjectClass(name: string): boolean {
  return name.length === 11 && name.toLowerCase() === 'objectclass';
}

/**
 * Classes of objects have names that are the same whatever their case (RFC 4512 §1.4), and `in` and `==` compare letter by
 * letter: each is given as the expression spells it, in each of its ways. Entries of one export spell them in several.
 */
function classesAs(texts: ReadonlySet<string>): (value: unknown) => unknown {
  const spelled = Map.groupBy(texts, (text) => text.toLowerCase());
  const respell = (item: unknown) =>
    typeof item === 'string' ? (spelled.get(item.toLowerCase()) ?? [item]) : [item];
  return (value) => (Array.isArray(value) ? value.flatMap(respell) : value);
}

function cleanField(value: unknown): unknown {
  if (typeof value === 'string') return cleanText(value) ?? '';
  if (!Array.isArray(value) || value.every((item) => typeof item !== 'string' || isPlain(item))) return value;
  return value.map((item: unknown) => (typeof item === 'string' ? (cleanText(item) ?? '') : item));
}

type View = (identity: Scope['identity']) => Record<string, unknown>;

/**
 * The identity as an expression sees it. What a person lacks is empty rather than missing, as an empty cell is:
 * `identity.title == 'CEO'` is then false for somebody without a title, and no error. `has(identity.title)` still
 * tells the difference.
 */
export function identityView(reads: Reads): View {
  if (reads.wholeIdentity) return (identity) => ({ ...identity, enterprise: identity?.[ENTERPRISE] ?? {} });
  const names = [...new Set(reads.attributes.map(([name]) => name!))];
  const fields = names.map((name) => field(name, reads));
  return (identity) => {
    const view: Record<string, unknown> = {};
    for (const { name, source, fill } of fields) {
      const value = fill(identity?.[source]);
      if (value !== undefined) view[name] = value;
    }
    return view;
  };
}

function field(
  name: string,
  reads: Reads,
): { readonly name: string; readonly source: string; readonly fill: (value: unknown) => unknown } {
  const attribute = attributeOf([...userAttributes, enterprise], name);
  const source = name === 'enterprise' ? ENTERPRISE : name;
  if (!attribute) return { name, source, fill: (value) => value };
  if (attribute.kind !== 'complex')
    return {
      name,
      source,
      fill: reads.asked.has(name) ? (value) => value : (value) => value ?? blank(attribute),
    };
  const parts = reads.attributes.flatMap(([first, second]) => (first === name && second ? [second] : []));
  const filled = parts.flatMap((part) => {
    const sub = attributeOf(attribute.parts, part);
    return sub && !reads.asked.has(`${name}.${part}`) ? [[part, blank(sub)] as const] : [];
  });
  const empty = Object.fromEntries(filled);
  return {
    name,
    source,
    fill: (value) =>
      isObject(value) ? { ...empty, ...value } : reads.asked.has(name) ? undefined : { ...empty },
  };
}

function blank(attribute: Attribute): unknown {
  if (attribute.kind === 'text') return '';
  return attribute.kind === 'boolean' ? false : attribute.kind === 'multi' ? [] : {};
}
