/** A part of a configuration's text: as it stands, or the source of an expression that begins at `start`. */
export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'expression'; readonly source: string; readonly start: number };

/** What is wrong with a text, and at which of its characters. */
export interface Fault {
  readonly message: string;
  readonly start: number;
  readonly hint?: string;
}

/** Cuts text at its `${ … }`; `$${` stands for a literal `${`. */
export function splitText(text: string): { readonly pieces: readonly Piece[]; readonly fault?: Fault } {
  const pieces: Piece[] = [];
  let literal = '';
  let at = 0;
  while (at < text.length) {
    if (text.startsWith('$${', at)) {
      literal += '${';
      at += 3;
    } else if (text.startsWith('${', at)) {
      const end = expressionEnd(text, at + 2);
      if (typeof end !== 'number') return { pieces, fault: end };
      if (literal !== '') pieces.push({ kind: 'text', text: literal });
      literal = '';
      pieces.push({ kind: 'expression', source: text.slice(at + 2, end), start: at + 2 });
      at = end + 1;
    } else {
      literal += text[at]!;
      at++;
    }
  }
  if (literal !== '' || pieces.length === 0) pieces.push({ kind: 'text', text: literal });
  return { pieces };
}

/** Index of the brace that closes an expression: not one inside its strings, comments or braces. */
function expressionEnd(text: string, start: number): number | Fault {
  let depth = 0;
  let at = start;
  while (at < text.length) {
    const character = text[at]!;
    if (character === '"' || character === "'") {
      const end = stringEnd(text, at);
      if (end === undefined)
        return {
          message: 'a string in this expression is not closed',
          start: at,
          hint: 'end it with the same quote',
        };
      at = end;
      continue;
    }
    if (text.startsWith('//', at)) {
      const line = text.indexOf('\n', at);
      at = line < 0 ? text.length : line;
      continue;
    }
    if (character === '{') depth++;
    else if (character === '}' && depth-- === 0) return at;
    at++;
  }
  return {
    message: '${ is not closed',
    start: start - 2,
    hint: 'end the expression with }, or write $${ for a literal ${',
  };
}

/** CEL's strings: in one or three quotes; a backslash covers the next character. */
function stringEnd(text: string, start: number): number | undefined {
  const quote = text[start]!;
  const triple = text.startsWith(quote.repeat(3), start);
  const close = triple ? quote.repeat(3) : quote;
  for (let at = start + close.length; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text.startsWith(close, at)) return at + close.length;
    else if (!triple && text[at] === '\n') return undefined;
  }
  return undefined;
}
