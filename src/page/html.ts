/** A piece of a page that is safe as it stands. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

/** What may stand in a template: text is escaped, pieces are not, and nothing of what is false or absent is written. */
export type Piece = Html | string | number | boolean | null | undefined | readonly Piece[];

const signs: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

/**
 * Text as it may stand in an element or in a quoted attribute. What could change the direction of what stands around it, or
 * is no character for people, becomes a space: a name must not be able to write what was never said.
 */
export function escaped(text: string): string {
  return text.replace(/[\p{Cc}\p{Bidi_Control}]/gu, ' ').replace(/[&<>"'`]/g, (sign) => signs[sign]!);
}

function written(piece: Piece): string {
  if (piece instanceof Html) return piece.text;
  if (typeof piece === 'string') return escaped(piece);
  if (typeof piece === 'number') return String(piece);
  if (piece === null || piece === undefined || typeof piece === 'boolean') return '';
  return piece.map(written).join('');
}

/** A template of HTML. Attributes have to be quoted in it. It has a name of which no formatter knows what is in it. */
export function markup(parts: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
  let text = parts[0]!;
  for (const [index, piece] of pieces.entries()) text += written(piece) + parts[index + 1]!;
  return new Html(text);
}

/** Somebody's name or key: it has its own direction, whatever it is written in. */
export function name(text: string): Html {
  return markup`<bdi>${text}</bdi>`;
}

/** An address with what is asked of it; what is undefined or empty is left out. */
export function address(
  path: string,
  query: Readonly<Record<string, string | number | undefined>> = {},
): string {
  const asked = new URLSearchParams();
  for (const [key, value] of Object.entries(query))
    if (value !== undefined && value !== '') asked.set(key, String(value));
  const text = asked.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** A moment, to the second and in one zone for all. */
export function moment(at: number | undefined): Html | undefined {
  if (at === undefined || !Number.isFinite(at) || Math.abs(at) > 8.64e15) return undefined;
  const iso = new Date(at).toISOString();
  return markup`<time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 19)}</time>`;
}

export function number(value: number): string {
  return value.toLocaleString('en-GB');
}
