import { ENTERPRISE, EvaluationError, isObject } from '../model/index.ts';
import type { Scope, Template } from '../model/index.ts';
import { attributeOf, enterprise } from './attributes.ts';
import type { Attribute } from './attributes.ts';
import { formatPath } from './path.ts';
import type { Path } from './path.ts';
import type { Reading } from './reading.ts';
import type { Variable } from './reads.ts';
import { composed, constantTemplate } from './template.ts';

/** An attribute of a resource and what gives its value. */
export interface AttributePart {
  /** Its name in the resource. */
  readonly name: string;
  /** As profiles name it: `title`, `name.givenName`, `emails`, `enterprise.department`. */
  readonly paths: readonly string[];
  readonly template: Template;
}

type Evaluate = (scope: Scope) => unknown;

/** Compiles the attributes of `identity` or of a target's `map` that are in the table; the schema has named all others. */
export function attributeParts(
  reading: Reading,
  path: Path,
  table: readonly Attribute[],
  variables: readonly Variable[],
): AttributePart[] {
  const raw = reading.raw(path);
  if (!isObject(raw)) return [];
  return Object.keys(raw).flatMap((key) => {
    const attribute = key === 'enterprise' || key === ENTERPRISE ? enterprise : attributeOf(table, key);
    if (!attribute) return [];
    if (raw[key] === null)
      return [
        {
          name: attribute.name,
          paths: [],
          template: constantTemplate(null, '', reading.document.locate([...path, key])),
        },
      ];
    const template = attributeTemplate(reading, [...path, key], attribute, variables);
    const name = attribute === enterprise ? ENTERPRISE : attribute.name;
    return template ? [{ name, paths: pathsOf(attribute, raw[key]), template }] : [];
  });
}

/** One resource of several attributes. With `clears`, what is absent is `null`, so that it takes another value's place. */
export function resourceTemplate(
  reading: Reading,
  path: Path,
  parts: readonly { readonly name: string; readonly template: Template }[],
  clears = false,
): Template {
  const evaluate = objectOf(parts);
  const simple = parts.map((part) => part.name).filter((name) => name !== 'name' && name !== ENTERPRISE);
  return composed(
    formatPath(path),
    reading.document.locate(path),
    parts.map((part) => part.template),
    clears
      ? (scope) => ({
          ...Object.fromEntries(simple.map((name) => [name, null])),
          ...(evaluate(scope) as object),
        })
      : (scope) => evaluate(scope) ?? {},
  );
}

function pathsOf(attribute: Attribute, raw: unknown): string[] {
  if (attribute.kind !== 'complex' || !isObject(raw)) return [attribute.name];
  return Object.keys(raw).map((key) => `${attribute.name}.${key}`);
}

/** What gives the value of one attribute. */
export function attributeTemplate(
  reading: Reading,
  path: Path,
  attribute: Attribute,
  variables: readonly Variable[],
): Template | undefined {
  const raw = reading.raw(path);
  if (attribute.kind === 'text') return reading.template(path, { variables, wants: 'text' });
  if (attribute.kind === 'boolean') {
    if (typeof raw === 'boolean') return constantTemplate(raw, String(raw), reading.document.locate(path));
    return reading.template(path, { variables, wants: 'boolean' });
  }
  if (typeof raw === 'string') return wholeTemplate(reading, path, attribute, variables);
  if (attribute.kind === 'complex') return complexTemplate(reading, path, attribute, variables);
  if (!Array.isArray(raw)) return undefined;
  const elements = raw.map((item, index) => {
    const place = [...path, index];
    return typeof item === 'string'
      ? elementTemplate(reading, place, attribute, variables)
      : complexTemplate(reading, place, attribute, variables);
  });
  checkPrimary(reading, path, raw);
  const templates = elements.filter((element) => element !== undefined);
  if (templates.length < elements.length) return undefined;
  const evaluates = templates.map((template) => template.evaluate.bind(template));
  return composed(formatPath(path), reading.document.locate(path), templates, (scope) => {
    let list: unknown[] | undefined;
    for (const evaluate of evaluates) {
      const value = evaluate(scope);
      if (value !== undefined) (list ??= []).push(value);
    }
    return list;
  });
}

/** A complex value, key by key; absent where the sub-attribute that it is for is absent. */
function complexTemplate(
  reading: Reading,
  path: Path,
  attribute: Attribute,
  variables: readonly Variable[],
): Template | undefined {
  const raw = reading.raw(path);
  if (!isObject(raw)) return undefined;
  const parts = attribute.parts.flatMap((part) => {
    if (!Object.hasOwn(raw, part.name) || part.name === 'manager') return [];
    return [{ name: part.name, template: attributeTemplate(reading, [...path, part.name], part, variables) }];
  });
  const whole = parts.filter((part) => part.template !== undefined) as { name: string; template: Template }[];
  if (whole.length < parts.length) return undefined;
  return composed(
    formatPath(path),
    reading.document.locate(path),
    whole.map((part) => part.template),
    objectOf(whole, attribute),
  );
}

/** A whole attribute from one expression: a map for a complex one, a list for a multi-valued one. */
function wholeTemplate(
  reading: Reading,
  path: Path,
  attribute: Attribute,
  variables: readonly Variable[],
): Template | undefined {
  const isMulti = attribute.kind === 'multi';
  const template = reading.template(path, { variables, wants: isMulti ? 'values' : 'map' });
  if (!template) return undefined;
  const name = formatPath(path);
  return composed(template.text, template.locus, [template], (scope) => {
    const value = template.evaluate(scope);
    if (value === undefined) return undefined;
    if (!isMulti) return checkedMap(value, attribute, name);
    const list = (value as unknown[]).flatMap((item) => checkedElement(item, attribute, name) ?? []);
    return list.length === 0 ? undefined : list;
  });
}

function elementTemplate(
  reading: Reading,
  path: Path,
  attribute: Attribute,
  variables: readonly Variable[],
): Template | undefined {
  const template = reading.template(path, { variables, wants: 'json' });
  if (!template) return undefined;
  const name = formatPath(path);
  return composed(template.text, template.locus, [template], (scope) =>
    checkedElement(template.evaluate(scope), attribute, name),
  );
}

/** An element is a map, or text for its `value`. */
function checkedElement(item: unknown, attribute: Attribute, name: string): unknown {
  if (item === undefined) return undefined;
  if (typeof item === 'string' && attributeOf(attribute.parts, 'value')) return { value: item };
  return checkedMap(item, attribute, name);
}

function checkedMap(value: unknown, attribute: Attribute, name: string): unknown {
  if (!isObject(value))
    throw new EvaluationError(`${name} gives something that is no map of ${names(attribute)}`);
  for (const [key, item] of Object.entries(value)) {
    const part = attributeOf(attribute.parts, key);
    if (!part)
      throw new EvaluationError(`${name} gives a map with a key that is none of ${names(attribute)}`);
    if (typeof item !== (part.kind === 'boolean' ? 'boolean' : 'string'))
      throw new EvaluationError(
        `${name} gives a map whose ${key} is not ${part.kind === 'boolean' ? 'true or false' : 'text'}`,
      );
  }
  return isKept(value, attribute) ? value : undefined;
}

function names(attribute: Attribute): string {
  return attribute.parts.map((part) => part.name).join(', ');
}

/** What labels a value, and is nothing without it. */
const labels = new Set(['type', 'primary', 'display']);

function isKept(value: object, attribute: Attribute): boolean {
  if (attributeOf(attribute.parts, 'value')) return Object.hasOwn(value, 'value');
  return Object.keys(value).some((key) => !labels.has(key));
}

/** Evaluates in the order of the names, which is the canonical one; the object is made when the first is there. */
function objectOf(
  unordered: readonly { readonly name: string; readonly template: Template }[],
  attribute?: Attribute,
): Evaluate {
  const parts = [...unordered].sort((left, right) => (left.name < right.name ? -1 : 1));
  const count = parts.length;
  const keys = parts.map((part) => part.name);
  const evaluates = parts.map((part) => part.template.evaluate.bind(part.template));
  const isMain = keys.map((key) => (attribute ? isKept({ [key]: true }, attribute) : true));
  return (scope) => {
    let result: Record<string, unknown> | undefined;
    let keep = false;
    for (let index = 0; index < count; index++) {
      const value = evaluates[index]!(scope);
      if (value === undefined) continue;
      result ??= {};
      result[keys[index]!] = value;
      if (isMain[index]) keep = true;
    }
    return keep ? result : undefined;
  };
}

/** RFC 7643 §2.4: one value of an attribute is the primary one, at most. */
function checkPrimary(reading: Reading, path: Path, list: readonly unknown[]): void {
  const primary = list.flatMap((item, index) => (isObject(item) && item['primary'] === true ? [index] : []));
  for (const index of primary.slice(1))
    reading.problem([...path, index, 'primary'], 'another value of this list is the primary one already');
}
