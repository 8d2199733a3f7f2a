import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bashScript } from '../../src/cli/completion/bash.ts';
import { fishScript } from '../../src/cli/completion/fish.ts';
import { zshScript } from '../../src/cli/completion/zsh.ts';
import { describe as program } from '../../src/cli/describe.ts';
import { treeOf } from '../../src/cli/tree.ts';
import { temporaryFolder } from '../support/folder.ts';

const tree = treeOf();

test('every command and option is in each script, and targets are read from the configuration', () => {
  for (const script of [bashScript(tree), zshScript(tree), fishScript(tree)]) {
    for (const { name, options } of tree.commands) {
      expect(script).toContain(name);
      for (const { long } of options) expect(script).toContain(long.slice(2));
    }
    expect(script).toContain('/^targets:/');
  }
});

test('bash completes commands, options, choices, files and the targets of the configuration', (context) => {
  const folder = temporaryFolder(context);
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  write('script', bashScript(tree));
  write('rollcall.yaml', 'targets:\n  app:\n    connector: x\n');
  write(
    'other one.yaml',
    'targets:\n    # a comment\n    "one": {}\n    two:\n        limits: {}\nnotify:\n    no: 1\n',
  );
  mkdirSync(join(folder, 'out'));
  const lines: Record<string, string> = {
    'rollcall pl': 'plan',
    'rollcall plan ': 'app',
    'rollcall --config other\\ one.yaml plan ': 'one|two',
    'rollcall --config other\\ one.yaml plan --show 20 t': 'two',
    'rollcall approve app ': '',
    'rollcall plan --ou': '--out',
    'rollcall plan --out o': 'other one.yaml|out',
    'rollcall --log-level ': 'debug|error|info|silent|warn',
    'rollcall plan --show ': '',
    'rollcall completion ': 'bash|fish|zsh',
  };
  const tries = Object.keys(lines).map((line) => {
    const words = line.endsWith(' ') ? `${line}''` : line;
    return `COMP_WORDS=(${words}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _rollcall; (IFS='|'; echo "\${COMPREPLY[*]}")`;
  });
  const options = { cwd: folder, encoding: 'utf8', input: ['. ./script', ...tries].join('\n') } as const;
  const said = execFileSync('bash', ['--norc'], options)
    .split('\n')
    .map((line) => line.split('|').sort().join('|'));
  expect(Object.fromEntries(Object.keys(lines).map((line, index) => [line, said[index]]))).toEqual(lines);
});

test('the help of every command fits into 80 columns, but for its examples', () => {
  const all = program();
  for (const command of [all, ...all.commands])
    for (const line of command.helpInformation().split('\n')) expect(line.length, line).toBeLessThan(81);
});
