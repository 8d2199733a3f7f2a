import type { Json, JsonObject } from '../../model/index.ts';
import { isObject } from '../../model/index.ts';
import type { CompiledAttribute, CompiledType, Spot } from '../schema/compiled.ts';

/**
 * The attributes without those that are never returned (RFC 7643 §7, `returned`): nobody can ask for them again, so they
 * are not kept. `isHiding` says whether there were any.
 */
export function withoutHidden(
  compiled: CompiledType,
  attributes: JsonObject,
): { readonly visible: JsonObject; readonly isHiding: boolean } {
  let visible = attributes;
  for (const spot of compiled.hidden) visible = without(visible, spot);
  return { visible, isHiding: visible !== attributes };
}

function without(resource: JsonObject, { extension, attribute, sub }: Spot): JsonObject {
  if (extension === undefined) return cut(resource, attribute, sub);
  const part = resource[extension];
  return isObject(part) ? replaced(resource, extension, cut(part, attribute, sub)) : resource;
}

function cut(
  holder: JsonObject,
  { name }: CompiledAttribute,
  sub: CompiledAttribute | undefined,
): JsonObject {
  const value = holder[name];
  if (value === undefined) return holder;
  if (!sub) return replaced(holder, name, undefined);
  if (!Array.isArray(value)) return replaced(holder, name, lacking(value, sub.name));
  const items = value as readonly Json[];
  const rest = items.map((item) => lacking(item, sub.name));
  if (rest.every((item, at) => item === items[at])) return holder;
  const left = rest.filter((item) => item !== undefined);
  return replaced(holder, name, left.length > 0 ? left : undefined);
}

/** The value without one sub-attribute; `undefined` where nothing is left. */
function lacking(value: Json, name: string): Json | undefined {
  if (!isObject(value) || value[name] === undefined) return value;
  const { [name]: _, ...rest } = value;
  return Object.keys(rest).length > 0 ? rest : undefined;
}

/** The holder itself where nothing changes. */
function replaced(holder: JsonObject, name: string, value: Json | undefined): JsonObject {
  if (value === holder[name]) return holder;
  const { [name]: _, ...rest } = holder;
  const isLeft = value !== undefined && !(isObject(value) && Object.keys(value).length === 0);
  return isLeft ? { ...holder, [name]: value } : rest;
}
