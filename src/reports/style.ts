import { isAbsolute, relative } from 'node:path';
import { styleText } from 'node:util';

/** How things are said here: with colour or without, and about which configuration. */
export interface Style {
  (format: Parameters<typeof styleText>[0], text: string): string;
  /** A text of ours with the commands in it as they have to be typed to mean the same configuration. */
  commands(text: string): string;
}

/**
 * Colour where somebody looks, and nowhere else: `--no-color` and NO_COLOR are for people who do not want it.
 * `configuration` is the file where it is not the usual one.
 */
export function styleFor(colour: boolean, configuration?: string): Style {
  const paint: (...of: Parameters<Style>) => string = colour
    ? (format, text) => styleText(format, text, { validateStream: false })
    : (_format, text) => text;
  return Object.assign(paint, { commands: (text: string) => commandsFor(text, configuration) });
}

const configured =
  /\brollcall (?:access|approve|check|eval|evidence|explain|failures|history|init|links?|offboard|pause|plan|provision|rebuild|reconcile|rekey|resume|retry|status|sync|undo|unlink)\b/g;

function commandsFor(text: string, configuration: string | undefined): string {
  if (configuration === undefined) return text;
  return text.replace(configured, (command) => `${command} --config ${shellWord(configuration)}`);
}

/** A text as one word of a command line. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${plain(text).replaceAll("'", `'\\''`)}'`;
}

/** Without what could move a terminal's cursor or forge a line of a report. */
export function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Bidi_Control}]/gu, ' ');
}

/** A file as somebody in the working directory would name it, where it is in there or below. A URL is none. */
export function shownPath(file: string): string {
  if (/^[a-z]+:\/\//i.test(file)) return plain(file);
  const path = relative(process.cwd(), file);
  return plain(path === '' || path.startsWith('..') || isAbsolute(path) ? file : path);
}

let lastTime = { at: NaN, text: '' };

/** A time as scripts read it (RFC 3339). What was confirmed together has one time, which is written out once. */
export function iso(at: number): string {
  if (at !== lastTime.at) lastTime = { at, text: new Date(at).toISOString() };
  return lastTime.text;
}

/** A time as people and logs read it: to the second, and in one zone for all. */
export function when(time: number): string {
  return new Date(time)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, ' UTC');
}

export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en-GB')} ${number === 1 ? one : many}`;
}

export function seconds(value: number): string {
  if (value < 90) return `${value} s`;
  if (value < 5400) return `${Math.round(value / 60)} min`;
  return `${(value / 3600).toFixed(1)} h`;
}
