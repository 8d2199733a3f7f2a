import { isObject } from '../../model/index.ts';
import { memberOf, nameIn, without } from './bodies.ts';
import type { Members } from './bodies.ts';

/** An operation of a PATCH, read loosely: what is wrong with it is for the service to say. `op` is in lower case. */
export interface PatchOperation {
  readonly op: string;
  readonly path: string | undefined;
  readonly value: unknown;
}

export function operationsOf(body: unknown): readonly PatchOperation[] {
  const given = isObject(body) ? memberOf(body, 'Operations') : undefined;
  return Array.isArray(given) ? given.filter(isObject).map(operation) : [];
}

/** The body with each operation replaced by some; one that is no object stays as it is. */
export function mapOperations(
  body: unknown,
  change: (one: PatchOperation) => readonly PatchOperation[],
): unknown {
  const name = isObject(body) ? nameIn(body, 'Operations') : undefined;
  if (!isObject(body) || name === undefined || !Array.isArray(body[name])) return body;
  return {
    ...body,
    [name]: (body[name] as readonly unknown[]).flatMap((one) => {
      if (!isObject(one)) return [one];
      const before = operation(one);
      const after = change(before);
      return after.length === 1 && after[0] === before ? [one] : after.map(written);
    }),
  };
}

function operation(given: Readonly<Record<string, unknown>>): PatchOperation {
  const path = memberOf(given, 'path');
  return {
    op: String(memberOf(given, 'op')).toLowerCase(),
    path: typeof path === 'string' ? path : undefined,
    value: memberOf(given, 'value'),
  };
}

function written({ op, path, value }: PatchOperation): object {
  return { op, ...(path === undefined ? {} : { path }), ...(value === undefined ? {} : { value }) };
}

export function isList(value: unknown): boolean {
  return Array.isArray(value);
}

/** Whether a body, of any write, has something to say about an attribute of the core schema. */
export function mentions(body: unknown, attribute: string): boolean {
  if (!isObject(body)) return false;
  return (
    memberOf(body, attribute) !== undefined ||
    operationsOf(body).some(
      ({ path, value }) =>
        isAt(path, attribute) ||
        (path === undefined && isObject(value) && memberOf(value, attribute) !== undefined),
    )
  );
}

/** `members`, `members[…]`, `name.givenName`, and the same behind the URN of the schema. */
function isAt(path: string | undefined, attribute: string): boolean {
  if (path === undefined) return false;
  const bare = path.replace(/^urn:ietf:params:scim:schemas:core:2\.0:\w+:/i, '').toLowerCase();
  return /^[^.[]*/.exec(bare)?.[0].trim() === attribute.toLowerCase();
}

/** A write without what it says about an attribute; where the whole resource is sent, the attribute is as it was. */
export function withoutAttribute(body: unknown, attribute: string, before: unknown): unknown {
  if (!isObject(body)) return body;
  if (memberOf(body, 'Operations') === undefined) {
    const rest = without({ ...body }, attribute);
    return before === undefined ? rest : { ...rest, [attribute]: before };
  }
  return mapOperations(body, (one) => {
    if (isAt(one.path, attribute)) return [];
    if (one.path !== undefined || !isObject(one.value) || nameIn(one.value, attribute) === undefined)
      return [one];
    const value = without({ ...one.value }, attribute);
    return Object.keys(value).length > 0 ? [{ ...one, value }] : [];
  });
}

/** A write with another value for `active`, wherever it stands. */
export function withActive(body: unknown, change: (value: unknown) => unknown): unknown {
  const inside = (object: Members): Members => {
    const name = nameIn(object, 'active');
    return name === undefined || object[name] === null ? object : { ...object, [name]: change(object[name]) };
  };
  if (!isObject(body)) return body;
  return mapOperations(inside({ ...body }), (one) => {
    if (one.value === undefined || one.value === null) return [one];
    if (isAt(one.path, 'active')) return [{ ...one, value: change(one.value) }];
    return one.path === undefined && isObject(one.value)
      ? [{ ...one, value: inside({ ...one.value }) }]
      : [one];
  });
}

/** A write without the members that are not known. */
export function withoutUnknown(
  body: unknown,
  attribute: string,
  isKnown: (id: unknown, ref: unknown) => unknown,
): unknown {
  const isLeft = (one: unknown): unknown =>
    !isObject(one) || isKnown(memberOf(one, 'value'), memberOf(one, '$ref'));
  const known = (value: unknown): unknown => (Array.isArray(value) ? value.filter(isLeft) : value);
  const inside = (object: Members): Members => {
    const name = nameIn(object, attribute);
    return name === undefined ? object : { ...object, [name]: known(object[name]) };
  };
  if (!isObject(body)) return body;
  return mapOperations(inside({ ...body }), (one) => {
    if (one.path === undefined)
      return isObject(one.value) ? [{ ...one, value: inside({ ...one.value }) }] : [one];
    return isAt(one.path, attribute) ? [{ ...one, value: known(one.value) }] : [one];
  });
}
