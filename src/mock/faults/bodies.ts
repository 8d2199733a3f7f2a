import type { Json } from '../../model/index.ts';
import { isObject } from '../../model/index.ts';
import type { Answer } from '../protocol/exchange.ts';

export type Members = Record<string, unknown>;

/** An answer with its JSON object changed; as it is where it has none. */
export function withBody(answer: Answer, change: (body: Members) => unknown): Answer {
  const body = bodyOf(answer);
  return body === undefined ? answer : { ...answer, body: JSON.stringify(change(body)) };
}

export function bodyOf({ body }: Answer): Members | undefined {
  if (body === undefined) return undefined;
  try {
    const json: unknown = JSON.parse(body);
    return isObject(json) ? { ...json } : undefined;
  } catch {
    return undefined;
  }
}

/** An answer with each of its resources changed: the one that it is, or those that it lists. */
export function withResourcesOf(answer: Answer, change: (resource: Members) => unknown): Answer {
  if (answer.status >= 300) return answer;
  return withBody(answer, (body) => {
    const list = body['Resources'];
    if (!Array.isArray(list)) return change(body);
    return { ...body, Resources: list.map((one: unknown) => (isObject(one) ? change({ ...one }) : one)) };
  });
}

/** The resources of a list, changed as a whole. */
export function withList(
  answer: Answer,
  change: (resources: readonly unknown[]) => readonly unknown[],
): Answer {
  return withBody(answer, (body) => {
    const list = body['Resources'];
    if (!Array.isArray(list)) return body;
    const resources = change(list);
    return { ...body, itemsPerPage: resources.length, Resources: resources };
  });
}

/** The name under which an object has a member, in any case (RFC 7643 §2.1). */
export function nameIn(object: Readonly<Record<string, unknown>>, name: string): string | undefined {
  if (Object.hasOwn(object, name)) return name;
  const lower = name.toLowerCase();
  return Object.keys(object).find((key) => key.toLowerCase() === lower);
}

export function memberOf(object: Readonly<Record<string, unknown>>, name: string): unknown {
  const found = nameIn(object, name);
  return found === undefined ? undefined : object[found];
}

export function without(object: Members, name: string): Members {
  const found = nameIn(object, name);
  if (found === undefined) return object;
  const { [found]: _, ...rest } = object;
  return rest;
}

/** An object with the values at a path such as `userName`, `name.givenName` or `emails.value` changed. */
export function changedAt(object: Members, path: string, change: (value: unknown) => unknown): Members {
  const [first = '', ...rest] = path.split('.');
  const name = nameIn(object, first);
  if (name === undefined) return object;
  return { ...object, [name]: changed(object[name], rest.join('.'), change) };
}

function changed(value: unknown, path: string, change: (value: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => changed(one, path, change));
  if (path === '') return change(value);
  return isObject(value) ? changedAt({ ...value }, path, change) : value;
}

/** Deeper than any SCIM message goes; what lies below is left as it is. */
const DEPTH = 32;

/** JSON with all its texts changed. */
export function withTexts(value: unknown, change: (text: string) => string, depth = 0): Json {
  if (typeof value === 'string') return change(value);
  if (typeof value !== 'object' || depth > DEPTH) return value as Json;
  if (Array.isArray(value)) return value.map((one) => withTexts(one, change, depth + 1));
  if (!isObject(value)) return value as Json;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, withTexts(one, change, depth + 1)]),
  );
}

/** Whether a text passes somewhere in a JSON value. */
export function someText(value: unknown, passes: (text: string) => boolean, depth = 0): boolean {
  if (typeof value === 'string') return passes(value);
  if (typeof value !== 'object' || depth > DEPTH) return false;
  if (Array.isArray(value)) return value.some((one) => someText(one, passes, depth + 1));
  return isObject(value) && Object.values(value).some((one) => someText(one, passes, depth + 1));
}
