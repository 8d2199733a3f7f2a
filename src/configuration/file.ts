import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { RollcallError } from '../model/index.ts';

/** A configuration is written by hand; beyond this it is some other file. */
const maximumBytes = 1024 * 1024;

/** The text of the configuration file. Throws `RollcallError('configuration')` in one sentence. */
export async function readConfigurationFile(file: string): Promise<string> {
  const bytes = await readBytes(file);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw refuse(file, 'is not text in UTF-8', 'save it as UTF-8');
  }
}

async function readBytes(file: string): Promise<Uint8Array> {
  let handle;
  try {
    // Without O_NONBLOCK a named pipe would be waited for until somebody writes into it.
    handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    const stat = await handle.stat();
    if (stat.isDirectory()) throw refuse(file, 'is a folder', 'name the file in it');
    if (!stat.isFile()) throw refuse(file, 'is not a regular file');
    if (stat.size > maximumBytes)
      throw refuse(file, `has ${stat.size} bytes, and a configuration has at most ${maximumBytes}`);
    return await handle.readFile();
  } catch (error) {
    if (error instanceof RollcallError) throw error;
    throw sentence(file, error as NodeJS.ErrnoException);
  } finally {
    await handle?.close();
  }
}

function sentence(file: string, error: NodeJS.ErrnoException): RollcallError {
  const code = error.code ?? 'unknown reason';
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new RollcallError('configuration', {
      message: `there is no configuration at ${file}`,
      hint: '`rollcall init` writes one, `--config FILE` names another',
    });
  if (code === 'EACCES' || code === 'EPERM')
    return refuse(file, 'may not be read by this user', 'check its permissions');
  if (code === 'ELOOP') return refuse(file, 'is a link that leads back to itself');
  return refuse(file, `cannot be read (${code})`);
}

function refuse(file: string, what: string, hint?: string): RollcallError {
  return new RollcallError('configuration', {
    message: `the configuration ${file} ${what}`,
    locus: { file },
    ...(hint !== undefined && { hint }),
  });
}
