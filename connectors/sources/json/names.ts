/** The names in a text that is JSON, found without parsing it. */

const COLON = /\s*:/y;
const SCALAR = /[^\s,\]}]+/y;
const SPACE = /[\s,:]*/y;

/** Whether the text in quotes that ends here is the name of a member. */
export function isName(text: string, closing: number): boolean {
  COLON.lastIndex = closing + 1;
  return COLON.test(text);
}

export function closingQuote(text: string, opening: number): number {
  let at = opening + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}

/** Whether a name is written with a backslash. */
export function hasEscapedName(text: string): boolean {
  if (!text.includes('\\')) return false;
  for (let at = text.indexOf('"'); at !== -1; at = text.indexOf('"', at)) {
    const closing = closingQuote(text, at);
    if (isName(text, closing) && text.slice(at, closing).includes('\\')) return true;
    at = closing + 1;
  }
  return false;
}

/**
 * The value of a text that is JSON. In V8 up to 14.6, `JSON.parse` may give a name that is written with a backslash
 * another one's name, after it has seen one that holds a backslash (https://github.com/nodejs/node/issues/63785): here
 * every name is parsed by itself, where that cannot happen. It is several times as slow, and few texts need it.
 */
export function buildValue(text: string, parseScalar: (token: string) => unknown): unknown {
  let at = 0;
  const token = (pattern: RegExp) => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0] ?? '';
    at += found.length;
    return found;
  };
  const string = () => {
    const end = closingQuote(text, at) + 1;
    const written = text.slice(at, end);
    at = end;
    return JSON.parse(written) as string;
  };
  const items = <Item>(closing: string, item: () => Item): Item[] => {
    const found: Item[] = [];
    at += 1;
    for (token(SPACE); text[at] !== closing; token(SPACE)) found.push(item());
    at += 1;
    return found;
  };
  const member = (): [string, unknown] => [string(), value()];
  const value = (): unknown => {
    token(SPACE);
    if (text[at] === '"') return string();
    // Not by assignment, which a name `__proto__` would defeat.
    if (text[at] === '{') return Object.fromEntries(items('}', member));
    return text[at] === '[' ? items(']', value) : parseScalar(token(SCALAR));
  };
  return value();
}
