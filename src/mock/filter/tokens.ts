import { invalid } from '../refusal.ts';

export type Token =
  | { readonly kind: '(' | ')' | '[' | ']' | 'word'; readonly text: string; readonly at: number }
  | { readonly kind: 'string'; readonly text: string; readonly at: number; readonly value: string }
  | { readonly kind: 'number'; readonly text: string; readonly at: number; readonly value: number };

/**
 * Cuts a filter into its parts, in one pass. Text in quotes is a JSON string (RFC 7644 §3.4.2.2). Where values may go
 * without quotes, what begins like a number and is none is a word: a UUID, for one.
 */
export function tokens(text: string, bareValues = false): readonly Token[] {
  const list: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const character = text[at]!;
    if (character === ' ') at++;
    else if (character === '(' || character === ')' || character === '[' || character === ']') {
      list.push({ kind: character, text: character, at });
      at++;
    } else if (character === '"') at = quoted(text, at, list);
    else at = bare(text, at, list, bareValues);
  }
  return list;
}

/** Where the first character behind a token stands. */
export function endOf({ at, text }: Token): number {
  return at + text.length;
}

function quoted(text: string, at: number, list: Token[]): number {
  let end = at + 1;
  while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
  if (end >= text.length)
    throw invalid('invalidFilter', `The text that begins at character ${at + 1} is not closed.`);
  const raw = text.slice(at, end + 1);
  list.push({ kind: 'string', text: raw, at, value: unquoted(raw, at) });
  return end + 1;
}

function unquoted(raw: string, at: number): string {
  if (!raw.includes('\\') && !hasControl(raw)) return raw.slice(1, -1);
  try {
    return JSON.parse(raw) as string;
  } catch {
    throw invalid('invalidFilter', `The text at character ${at + 1} is no JSON string.`);
  }
}

function hasControl(raw: string): boolean {
  for (let at = 0; at < raw.length; at++) if (raw.charCodeAt(at) < 0x20) return true;
  return false;
}

function bare(text: string, at: number, list: Token[], bareValues: boolean): number {
  let end = at;
  while (end < text.length && !' ()[]"'.includes(text[end]!)) end++;
  const raw = text.slice(at, end);
  if (/^-?\d/.test(raw)) {
    const value = Number(raw);
    const good = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(raw) && Number.isFinite(value);
    if (!good && !bareValues)
      throw invalid('invalidFilter', `"${raw.slice(0, 40)}" at character ${at + 1} is no number.`);
    list.push(good ? { kind: 'number', text: raw, at, value } : { kind: 'word', text: raw, at });
  } else list.push({ kind: 'word', text: raw, at });
  return end;
}
