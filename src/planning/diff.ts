import { ENTERPRISE, canonical, isObject } from '../model/index.ts';
import type { AttributeChange, Json, Resource } from '../model/index.ts';
import { fold, foldsCase } from '../scim/schema.ts';

/** The change path of the manager: another person's account, bound when it is sent. */
export const MANAGER_PATH = `${ENTERPRISE}:manager`;

/** The two steps of a change path: `name.givenName` is `givenName` of `name`; `title` is one step. */
export function stepsOf(path: string): { readonly head: string; readonly tail?: string } {
  if (path.startsWith(`${ENTERPRISE}:`)) return { head: ENTERPRISE, tail: path.slice(ENTERPRISE.length + 1) };
  const dot = path.indexOf('.');
  return dot < 0 ? { head: path } : { head: path.slice(0, dot), tail: path.slice(dot + 1) };
}

/** A change path as profiles name the attribute: `enterprise.department`. */
export function attributeAt(path: string): string {
  const { head, tail } = stepsOf(path);
  return head === ENTERPRISE ? `enterprise.${tail}` : path;
}

/** Whether one of two attributes is the other or a part of it. */
export function covers(one: string, other: string): boolean {
  return one === other || one.startsWith(`${other}.`) || other.startsWith(`${one}.`);
}

/**
 * The attributes in which two resources differ, as SCIM understands attributes (RFC 7643 §2):
 *
 * | attribute            | compared                                                                    |
 * |----------------------|-----------------------------------------------------------------------------|
 * | simple               | as a value; an identifier (userName, an e-mail address) without regard to case |
 * | complex, singular    | sub-attribute by sub-attribute, path `name.givenName`                        |
 * | enterprise extension | attribute by attribute, path `urn:…:User:department`                         |
 * | multi-valued         | as a set: the order does not matter, `primary` does; path is the whole attribute |
 *
 * Null, the empty string and the empty list are the same as absent (RFC 7643 §2.5).
 */
export function diff(before: Resource, after: Resource): readonly AttributeChange[] {
  const changes: AttributeChange[] = [];
  for (const name of namesOf(before, after)) {
    const left = before[name];
    const right = after[name];
    if (left === right) continue;
    if (name === ENTERPRISE) parts(changes, left, right, (part) => `${ENTERPRISE}:${part}`, name);
    else if (singular(left) && singular(right))
      parts(changes, left, right, (part) => `${name}.${part}`, name);
    else compare(changes, name, left, right, name);
  }
  return changes;
}

function parts(
  changes: AttributeChange[],
  left: Json | undefined,
  right: Json | undefined,
  path: (part: string) => string,
  name: string,
): void {
  const from = isObject(left) ? left : {};
  const to = isObject(right) ? right : {};
  for (const part of namesOf(from, to)) compare(changes, path(part), from[part], to[part], `${name}.${part}`);
}

function compare(
  changes: AttributeChange[],
  path: string,
  left: Json | undefined,
  right: Json | undefined,
  attribute: string,
): void {
  const before = present(left);
  const after = present(right);
  if (comparable(before, attribute) === comparable(after, attribute)) return;
  changes.push({ path, ...(before !== undefined && { before }), ...(after !== undefined && { after }) });
}

/** Equal text for values that SCIM takes for equal. */
function comparable(value: Json | undefined, attribute: string): string {
  if (value === undefined) return '';
  if (typeof value === 'string')
    return foldsCase(attribute) ? JSON.stringify(fold(value)) : JSON.stringify(value);
  if (Array.isArray(value)) {
    const elements = new Set((value as Json[]).map((item) => element(item, attribute)));
    return [...elements].sort().join('\n');
  }
  return isObject(value) ? element(value, attribute) : JSON.stringify(value);
}

function element(value: Json, attribute: string): string {
  if (!isObject(value)) return comparable(value, attribute);
  const kept: Record<string, Json> = {};
  for (const name of Object.keys(value)) {
    const part = present(value[name]);
    // `primary: false` is what its absence means (RFC 7643 §2.4).
    if (part === undefined || (name === 'primary' && part === false)) continue;
    kept[name] =
      typeof part === 'string' && (name === 'type' || foldsCase(`${attribute}.${name}`)) ? fold(part) : part;
  }
  return canonical(kept);
}

function present(value: Json | undefined): Json | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (Array.isArray(value)) return value.length === 0 ? undefined : value;
  return isObject(value) && Object.keys(value).length === 0 ? undefined : value;
}

function singular(value: Json | undefined): boolean {
  return value === undefined || isObject(value);
}

function namesOf(left: Resource, right: Resource): readonly string[] {
  const names = Object.keys(left);
  for (const name of Object.keys(right)) if (!(name in left)) names.push(name);
  return names.sort();
}
