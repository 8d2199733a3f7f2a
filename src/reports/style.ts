import { isAbsolute, relative } from 'node:path';
import { styleText } from 'node:util';

export interface Style {
  (format: Parameters<typeof styleText>[0], text: string): string;
}

/** Colour where somebody looks, and nowhere else: `--no-color` and NO_COLOR are for people who do not want it. */
export function styleFor(colour: boolean): Style {
  return colour
    ? (format, text) => styleText(format, text, { validateStream: false })
    : (_format, text) => text;
}

/** Without what could move a terminal's cursor or forge a line of a report. */
export function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Bidi_Control}]/gu, ' ');
}

/** A file as somebody in the working directory would name it, where it is in there or below. */
export function shownPath(file: string): string {
  const path = relative(process.cwd(), file);
  return plain(path === '' || path.startsWith('..') || isAbsolute(path) ? file : path);
}

export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en-GB')} ${number === 1 ? one : many}`;
}

export function seconds(value: number): string {
  if (value < 90) return `${value} s`;
  if (value < 5400) return `${Math.round(value / 60)} min`;
  return `${(value / 3600).toFixed(1)} h`;
}
