import { hash } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { RollcallError } from '../model/index.ts';

/** A configuration is written by hand; beyond this it is some other file. */
const maximumBytes = 1024 * 1024;

type What = 'configuration' | 'connector';

const hints: Readonly<Record<What, string>> = {
  configuration: '`rollcall init` writes one, `--config FILE` names another',
  connector: 'a path begins at the folder of the configuration',
};

export interface TextFile {
  readonly text: string;
  /** Of its bytes, in hexadecimal. */
  readonly sha256: string;
}

/** The text of the configuration, or of a connector that it names. Throws `RollcallError('configuration')` in one sentence. */
export async function readTextFile(file: string, what: What): Promise<TextFile> {
  const refuse = (said: string, hint?: string): RollcallError =>
    new RollcallError('configuration', {
      message: `the ${what} ${file} ${said}`,
      locus: { file },
      ...(hint !== undefined && { hint }),
    });
  const bytes = await readBytes(file, what, refuse);
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return { text, sha256: hash('sha256', bytes, 'hex') };
  } catch {
    throw refuse('is not text in UTF-8', 'save it as UTF-8');
  }
}

type Refuse = (said: string, hint?: string) => RollcallError;

async function readBytes(file: string, what: What, refuse: Refuse): Promise<Uint8Array> {
  let handle;
  try {
    // Without O_NONBLOCK a named pipe would be waited for until somebody writes into it.
    handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    const stat = await handle.stat();
    if (stat.isDirectory()) throw refuse('is a folder', 'name the file in it');
    if (!stat.isFile()) throw refuse('is not a regular file');
    if (stat.size > maximumBytes)
      throw refuse(`has ${stat.size} bytes, and a ${what} has at most ${maximumBytes}`);
    return await handle.readFile();
  } catch (error) {
    if (error instanceof RollcallError) throw error;
    throw sentence(file, what, refuse, error as NodeJS.ErrnoException);
  } finally {
    await handle?.close();
  }
}

function sentence(file: string, what: What, refuse: Refuse, error: NodeJS.ErrnoException): RollcallError {
  const code = error.code ?? 'unknown reason';
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new RollcallError('configuration', {
      message: `there is no ${what} at ${file}`,
      hint: hints[what],
    });
  if (code === 'EACCES' || code === 'EPERM')
    return refuse('may not be read by this user', 'check its permissions');
  if (code === 'ELOOP') return refuse('is a link that leads back to itself');
  return refuse(`cannot be read (${code})`);
}
