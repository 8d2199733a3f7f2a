import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readNamed, writePieces } from '../../src/cli/files.ts';
import { ofOption } from '../../src/cli/trouble.ts';
import { temporaryFolder } from '../support/folder.ts';
import type { Ending } from '../support/folder.ts';

function openPipe(ending: Ending) {
  const path = join(temporaryFolder(ending), 'pipe');
  execFileSync('mkfifo', [path]);
  /** What a shell says that has the pipe as "$1". */
  const shell = async (line: string) => {
    const child = spawn('/bin/sh', ['-c', line, 'sh', path], { stdio: ['ignore', 'pipe', 'inherit'] });
    ending.onTestFinished(() => void child.kill());
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (more: string) => (text += more));
    await once(child, 'close');
    return text;
  };
  return { path, shell };
}

test('a named pipe that nobody reads is not waited for', async (context) => {
  const { path } = openPipe(context);
  await expect(writePieces(path, 'plan', ['a line\n'])).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringMatching(/^the plan cannot be written to \S+: nobody reads from it$/) as string,
  });
});

test('a named pipe gets all of it, at the pace of its reader, and keeps its mode', async (context) => {
  const { path, shell } = openPipe(context);
  const { mode } = statSync(path);
  // It waits for a writer, so that it cannot say when it is there.
  const reading = shell('wc -c < "$1"');
  await expect
    .poll(async () =>
      writePieces(path, 'plan', pieces()).then(
        () => 'written',
        () => 'not yet',
      ),
    )
    .toBe('written');
  expect(Number(await reading)).toBe(500_000);
  expect(statSync(path).mode).toBe(mode);
});

test('what is written into a named pipe is read', async (context) => {
  const { path, shell } = openPipe(context);
  const text = readNamed(path);
  await shell('exec 3>"$1"; printf "P0001\\nP0" >&3; printf "002\\n" >&3');
  expect(String(await text)).toBe('P0001\nP0002\n');
});

function* pieces(): Generator<string> {
  for (let row = 0; row < 500; row++) yield 'x'.repeat(1000);
}

test('of a file that an option names, nothing is said of a configuration', () => {
  const said = (hint: string) => ofOption({ message: 'the source cannot be read: gone', hint }, '--from');
  expect(said('check `path` in the configuration, and more')).toEqual({
    message: 'the file cannot be read: gone',
    hint: 'check --from, and more',
  });
  expect(said('`encoding: windows-1252` might be meant').hint).toBe('save it there as UTF-8');
  expect(said('is `delimiter` right?').hint).toMatch(/parted by commas/);
});
