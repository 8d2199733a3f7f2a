import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync, realpathSync } from 'node:fs';
import { dirname, relative, isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import { explain } from '../file.ts';
import type { Value } from './entry.ts';
import type { Fetch } from './lines.ts';
import { TOO_LONG } from './spared.ts';
import { LONG_VALUE, LONGEST_VALUE, valueOf } from './value.ts';

/** What is said of every URL where files are not allowed. */
export const noFiles: Fetch = () =>
  'stands in another file, and `allowFiles` in the configuration does not allow that';

/** Reads values from files below the export's own folder, wherever symbolic links lead, and from nowhere else. */
export function filesBelow(path: string, isRead: (name: string) => boolean): Fetch {
  const folder = realpathSync(dirname(path));
  return (url, name) => {
    try {
      const target = pathOf(url);
      if (target === undefined) return `is to be fetched from ${shown(url)}, and only \`file:///…\` is read`;
      const real = realpathSync(target);
      if (!isBelow(folder, real))
        return `is to be fetched from ${shown(url)}, which is outside of the export’s folder`;
      return readValue(real, isRead(name));
    } catch (error) {
      return `cannot be fetched from ${shown(url)}: ${explain(error)}`;
    }
  };
}

/** `undefined` where it is no file of this machine (RFC 8089). */
function pathOf(url: string): string | undefined {
  if (!/^file:\/\/(localhost)?\//i.test(url)) return undefined;
  return fileURLToPath(url);
}

function isBelow(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith('../') && !way.startsWith('..\\') && !isAbsolute(way);
}

function readValue(path: string, isRead: boolean): Value | string {
  // A link that was put there meanwhile is not followed, and a pipe does not keep us waiting.
  const file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  try {
    const state = fstatSync(file);
    if (!state.isFile()) return 'is to be fetched from what is not a file';
    if (state.size > LONG_VALUE && !isRead) return digest(file);
    if (state.size > LONGEST_VALUE) return TOO_LONG;
    const bytes = Buffer.alloc(state.size);
    let length = 0;
    for (let read = 1; read > 0 && length < bytes.length; length += read)
      read = readSync(file, bytes, length, bytes.length - length, length);
    return valueOf(bytes.subarray(0, length));
  } finally {
    closeSync(file);
  }
}

function digest(file: number): Value {
  const hash = createHash('sha256');
  const bytes = Buffer.alloc(LONG_VALUE);
  let length = 0;
  for (;;) {
    const read = readSync(file, bytes, 0, bytes.length, length);
    if (read === 0) return { form: 'digest', text: `${hash.digest('hex')} ${length}` };
    hash.update(bytes.subarray(0, read));
    length += read;
  }
}

function shown(url: string): string {
  return JSON.stringify(url.length > 80 ? `${url.slice(0, 80)}…` : url);
}
