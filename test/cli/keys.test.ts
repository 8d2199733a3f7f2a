import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { keysInFile } from '../../src/cli/keys.ts';
import { temporaryFolder } from '../support/folder.ts';

test('keys stand in a file one a line, whatever program has written it', async (context) => {
  const path = join(temporaryFolder(context), 'keys');
  writeFileSync(path, '\ufeffP1\r\n\r\n P2 \r\nP1\nZoe\u0301');
  expect(await keysInFile(path, '--keys')).toEqual(['P1', 'P2', 'Zo\u00e9']);
});

test.for([
  ['a folder', undefined, undefined, /cannot be read: it is a folder/],
  ['nothing', '', undefined, /there is no key in it/],
  ['blanks', '\n \r\n', undefined, /there is no key in it/],
  ['UTF-16', Buffer.from('\ufeffP1\n', 'utf16le'), undefined, /not text in UTF-8/],
  ['Latin-1', Buffer.from('Zo\u00e9\n', 'latin1'), undefined, /not text in UTF-8/],
  ['bytes', Buffer.alloc(20), undefined, /not text in UTF-8/],
  ['another file', `P1\n${'x'.repeat(20_000_000)}`, 2, /longer than 1000 characters/],
] as const)(
  'a file of keys that is %s is refused in a sentence',
  async ([, content, line, message], context) => {
    const path = join(temporaryFolder(context), 'keys');
    if (content === undefined) mkdirSync(path);
    else writeFileSync(path, content);
    const locus = { file: path, ...(line !== undefined && { line }) };
    const error = await keysInFile(path, '--keys').catch((refusal: unknown) => refusal);
    expect(error).toMatchObject({
      code: 'usage',
      problems: [
        {
          message: expect.stringMatching(message) as string,
          locus,
          hint: expect.stringMatching(/^--keys/) as string,
        },
      ],
    });
    expect((error as Error).message.length).toBeLessThan(200);
  },
);
