export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };
export type JsonObject = { readonly [name: string]: Json };

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** JSON with every object's names in code-unit order, so that equal values give equal text. */
export function canonical(value: Json | undefined): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item as Json)).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = value as JsonObject;
    let text = '';
    for (const name of Object.keys(entries).sort()) {
      if (entries[name] === undefined) continue;
      text += `${text ? ',' : ''}${JSON.stringify(name)}:${canonical(entries[name])}`;
    }
    return `{${text}}`;
  }
  return JSON.stringify(value);
}
