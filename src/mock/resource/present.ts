import type { JsonObject } from '../../model/index.ts';
import type { CompiledType } from '../schema/compiled.ts';

/** `["urn:…:User"]` and the like as JSON text. There are few of them, so that millions of resources share each. */
export function schemasText(compiled: CompiledType, attributes: JsonObject): string {
  let which = 0;
  const { schema, extensions } = compiled.type;
  extensions.forEach(({ schema: { id } }, position) => {
    if (attributes[id] !== undefined) which |= 1 << position;
  });
  let texts = cache.get(compiled);
  if (!texts) cache.set(compiled, (texts = []));
  return (texts[which] ??= JSON.stringify([
    schema.id,
    ...extensions.filter((_, position) => which & (1 << position)).map((extension) => extension.schema.id),
  ]));
}
const cache = new WeakMap<CompiledType, string[]>();

/** What is told of a resource as it is kept: its attributes and its schemas as JSON text, times in milliseconds since 1970. */
export interface Presentable {
  readonly id: string;
  readonly text: string;
  readonly schemas: string;
  readonly created: number;
  readonly modified: number;
}

/** The resource as JSON text (RFC 7643 §3): put together from what is stored, without parsing it. */
export function present(
  stored: Presentable,
  type: CompiledType['type'],
  location: string,
  version?: string,
): string {
  const attributes = stored.text.slice(1, -1);
  const created = dateTime(stored.created);
  const modified = dateTime(stored.modified);
  return (
    `{"schemas":${stored.schemas},"id":${JSON.stringify(stored.id)},${attributes}${attributes ? ',' : ''}` +
    `"meta":{"resourceType":"${type.name}","created":"${created}",` +
    `"lastModified":"${modified}",` +
    // Nothing in a URI has to be escaped in JSON (RFC 3986 §2, RFC 8259 §7).
    `"location":"${location}"` +
    `${version === undefined ? '' : `,"version":${JSON.stringify(version)}`}}}`
  );
}

/** The last one is kept: what is written in a millisecond is mostly written at the same one. */
function dateTime(at: number): string {
  if (at !== last.at) last = { at, text: new Date(at).toISOString() };
  return last.text;
}
let last = { at: 0, text: new Date(0).toISOString() };

export function locationOf(
  stored: { readonly id: string },
  type: CompiledType['type'],
  base: string,
): string {
  return `${base}${type.endpoint}/${encodeURIComponent(stored.id)}`;
}
