import type { Scalar } from 'yaml';

/**
 * Where the character at `offset` of a scalar's value stands in the file. White space is skipped on both sides,
 * because folding and indentation change nothing else; escapes in quotes count as the one character that they give.
 */
export function sourceOffset(source: string, scalar: Scalar.Parsed, offset: number): number {
  const value = String(scalar.value);
  let rest = 0;
  for (let index = 0; index < Math.min(offset, value.length); index++) if (!isSpace(value[index]!)) rest++;
  let trailing = 0;
  while (offset - trailing > 0 && isSpace(value[offset - trailing - 1] ?? ' ')) trailing++;

  const end = scalar.range[1];
  let at = contentStart(source, scalar);
  let last = at;
  while (at < end) {
    const [length, isBlank] = character(source, at, scalar.type);
    if (!isBlank) {
      if (rest === 0) return at;
      rest--;
      last = at + length;
    }
    at += length;
  }
  return Math.min(last + trailing, end);
}

function contentStart(source: string, scalar: Scalar.Parsed): number {
  const start = scalar.range[0];
  if (scalar.type === 'QUOTE_SINGLE' || scalar.type === 'QUOTE_DOUBLE') return start + 1;
  if (scalar.type !== 'BLOCK_LITERAL' && scalar.type !== 'BLOCK_FOLDED') return start;
  const line = source.indexOf('\n', start);
  return line < 0 ? scalar.range[1] : line + 1;
}

/** Length in the file of one character of the value, and whether it is blank. */
function character(
  source: string,
  at: number,
  type: Scalar.Type | null | undefined,
): readonly [number, boolean] {
  const here = source[at]!;
  if (type === 'QUOTE_SINGLE' && here === "'")
    return [source[at + 1] === "'" ? 2 : 1, source[at + 1] !== "'"];
  if (type === 'QUOTE_DOUBLE') {
    if (here === '"') return [1, true];
    if (here === '\\') return escape(source, at);
  }
  return [1, isSpace(here)];
}

function escape(source: string, at: number): readonly [number, boolean] {
  const kind = source[at + 1] ?? '';
  const digits = { x: 2, u: 4, U: 8 }[kind];
  if (digits !== undefined) {
    const code = Number.parseInt(source.slice(at + 2, at + 2 + digits), 16);
    return [2 + digits, Number.isFinite(code) && isSpace(String.fromCharCode(code & 0xffff))];
  }
  return [2, 'tnrvfN_LP \n\r\t'.includes(kind)];
}

function isSpace(text: string): boolean {
  return /^\s$/.test(text);
}
