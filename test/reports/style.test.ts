import { join, parse } from 'node:path';
import { expect, test } from 'vitest';
import { shownPath } from '../../src/reports/style.ts';

const here = process.cwd();

test('a file in the working directory or below is named from there', () => {
  expect(shownPath(join(here, 'people.csv'))).toBe('people.csv');
  expect(shownPath(join(here, 'config', 'people.csv'))).toBe(join('config', 'people.csv'));
});

test('a file elsewhere, the working directory itself and a directory server keep their whole name', () => {
  for (const file of [join(here, '..', 'people.csv'), parse(here).root, here, 'ldaps://ldap.example:636'])
    expect(shownPath(file)).toBe(file);
});

test('a name that would move the cursor does not', () => {
  expect(shownPath(join(here, 'a\u001b[2Jb.csv'))).toBe('a [2Jb.csv');
});
