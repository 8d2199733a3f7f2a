import { compilePattern } from '../pattern.ts';
import { fault, isBlank, remembered } from './fault.ts';
import type { Add } from './fault.ts';

/** The method `matches` that comes with the library backtracks; calls of it are turned to this one. */
export const linearMatches = 'matchesPattern';

export const matcher = remembered(compilePattern);

/** `transliterate` spells text of any script in ASCII. */
export function registerText(add: Add, transliterate: ((text: string) => string) | undefined): void {
  const onText = (name: string, change: (text: string) => string): void => {
    add(`${name}(null): dyn`, () => null);
    add(`${name}(string): string`, change);
  };
  onText('lower', (text) => text.toLowerCase());
  onText('upper', (text) => text.toUpperCase());
  onText('capitalise', (text) => upperFirst(text));
  onText('title', title);
  onText('trim', (text) => text.trim());
  onText('collapse', (text) => text.trim().replaceAll(/\s+/g, ' '));
  onText('ascii', transliterate ?? (() => fault('ascii is not loaded')));

  add('truncate(null, int): dyn', () => null);
  add('truncate(string, int): string', (text: string, length: bigint) =>
    [...text].slice(0, Math.max(0, Number(length))).join(''),
  );
  add('replace(null, string, string): dyn', () => null);
  add('replace(string, string, string): string', (text: string, from: string, to: string) =>
    from === '' ? text : text.replaceAll(from, () => to),
  );
  add('split(null, string): list<string>', () => []);
  add('split(string, string): list<string>', split);
  add('join(list, string): string', join);
  add('matches(null, string): bool', () => false);
  add('matches(string, string): bool', (text: string, pattern: string) => matcher(pattern)(text));
  add(`string.${linearMatches}(string): bool`, (text: string, pattern: string) => matcher(pattern)(text));
}

function split(text: string, separator: string): string[] {
  const parts = separator === '' ? [text] : text.split(separator);
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

function join(list: Iterable<unknown>, separator: string): string {
  const parts: string[] = [];
  for (const item of list) {
    if (isBlank(item)) continue;
    if (typeof item !== 'string') return fault('join met a list with something in it that is not text');
    parts.push(item);
  }
  return parts.join(separator);
}

/** `anne-marie O'NEIL` is `Anne-Marie O'Neil`; the s of `it's` stays small. */
function title(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(
      /(?<![\p{L}\p{M}\p{N}'’])(\p{L}['’])?(\p{L})/gu,
      (_, before: string | undefined, letter: string) => `${before ?? ''}${letter}`.toUpperCase(),
    );
}

function upperFirst(text: string): string {
  const first = text.codePointAt(0);
  if (first === undefined) return text;
  const character = String.fromCodePoint(first);
  return character.toUpperCase() + text.slice(character.length);
}
