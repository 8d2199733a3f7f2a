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
