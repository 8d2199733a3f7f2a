import { RollcallError } from '../model/index.ts';
import { readNamed } from './files.ts';
import { fileTrouble } from './trouble.ts';

/** Keys of people in a file, one a line, as they stand in the source. `option` is what names the file. */
export async function keysInFile(path: string, option: string): Promise<readonly string[]> {
  let text: string;
  try {
    text = await readNamed(path);
  } catch (error) {
    throw new RollcallError('usage', {
      message: `the keys cannot be read: ${fileTrouble(error)}`,
      locus: { file: path },
      hint: `${option} names a file with one key a line`,
    });
  }
  const keys = [...new Set(text.split(/\r?\n/).map(clean))].filter(Boolean);
  if (keys.length > 0) return keys;
  throw new RollcallError('usage', { message: 'there is no key in it', locus: { file: path } });
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
