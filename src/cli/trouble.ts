import { RollcallError } from '../model/index.ts';
import type { Problem } from '../model/index.ts';

const words: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a part of its path is no folder',
  EISDIR: 'it is a folder',
  EACCES: 'this user may not',
  EPERM: 'this user may not',
  EROFS: 'nothing can be written there',
  EEXIST: 'it is there already',
  ENOSPC: 'the disk is full',
  // Of a named pipe, when it is opened to be written, and when its reader goes.
  ENXIO: 'nobody reads from it',
  EPIPE: 'whoever read from it has stopped',
};

/** Why a file could not be read or written, in words where the system has a code. */
export function fileTrouble(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return words[code] ?? message;
}

/** What is said of a source, of a file that an option names: no configuration speaks of it. */
export function ofOption({ message, hint, ...problem }: Problem, option: string): Problem {
  const told = hint
    ?.replace('`path` in the configuration', option)
    .replace(/`encoding: [^`]+` might be meant/, 'save it there as UTF-8')
    .replace('is `delimiter` right?', 'are its cells parted by commas, semicolons or tabs?');
  return {
    ...problem,
    message: message.replace(/^the source cannot be read/, 'the file cannot be read'),
    ...(told !== undefined && { hint: told }),
  };
}

/** The same of an error; anything else is as it was. */
export function errorOfOption(error: unknown, option: string): unknown {
  if (!(error instanceof RollcallError)) return error;
  const problems = error.problems.map((problem) => ofOption(problem, option));
  return new RollcallError(error.code, problems, { cause: error });
}
