import { isUtf8 } from 'node:buffer';
import { RollcallError } from '../model/index.ts';
import { readNamed } from './files.ts';
import { fileTrouble } from './trouble.ts';

/** In characters. A line that is longer is of another kind of file. */
const longestKey = 1000;

/** Keys of people in a file, one a line, as they stand in the source. `option` is what names the file. */
export async function keysInFile(path: string, option: string): Promise<readonly string[]> {
  const hint = `${option} names a file in UTF-8 with one key a line`;
  const refuse = (message: string, line?: number): RollcallError =>
    new RollcallError('usage', { message, locus: { file: path, ...(line !== undefined && { line }) }, hint });
  const lines = (await textOf(path, refuse)).split(/\r?\n/);
  const long = lines.findIndex((line) => line.length > longestKey);
  if (long !== -1) throw refuse(`this line is longer than ${longestKey} characters, and no key`, long + 1);
  const keys = [...new Set(lines.map(clean))].filter(Boolean);
  if (keys.length > 0) return keys;
  throw refuse('there is no key in it');
}

async function textOf(path: string, refuse: (message: string) => RollcallError): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readNamed(path);
  } catch (error) {
    throw refuse(`the keys cannot be read: ${fileTrouble(error)}`);
  }
  if (!isUtf8(bytes) || bytes.includes(0)) throw refuse('this is not text in UTF-8');
  return bytes.toString('utf8').replace(/^\ufeff/, '');
}

/** Keys with commas between them, or `@FILE`. */
export async function keysOf(text: string, option: string): Promise<readonly string[]> {
  if (text.startsWith('@')) return keysInFile(text.slice(1), `${option} @FILE`);
  const keys = [...new Set(text.split(',').map(clean))].filter(Boolean);
  if (keys.length > 0) return keys;
  throw new RollcallError('usage', {
    message: `${option} names nobody`,
    hint: 'keys with commas between them, or @FILE with one key a line',
  });
}

function clean(text: string): string {
  return text.trim().normalize('NFC');
}
