import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { narrator } from '../../src/cli/demo/narrator.ts';
import { paragraphs, widthOf, wrapped } from '../../src/cli/demo/page.ts';
import { styleFor } from '../../src/reports/style.ts';

test('a line that fits stays as it is, with all its blanks', () => {
  expect(wrapped('  a  b   c', 10)).toEqual(['  a  b   c']);
  expect(wrapped('', 10)).toEqual(['']);
});

test('a line that does not fit is broken at blanks, and goes on further in', () => {
  expect(wrapped('  one two three four', 11, 2)).toEqual(['  one two', '    three', '    four']);
});

test('a word that is longer than a line stands alone, whole', () => {
  expect(wrapped('see http://127.0.0.1:4100/scim/v2 there', 10)).toEqual([
    'see',
    'http://127.0.0.1:4100/scim/v2',
    'there',
  ]);
});

test('nothing but white space is lost', () => {
  const text = 'Ọláolúwa  Adéwálé <olaoluwa@example.com>  張淑芬 أحمد   in the source';
  for (let columns = 1; columns < 80; columns++)
    expect(wrapped(text, columns).join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
});

test('signs are counted as a terminal shows them', () => {
  expect(widthOf('Ada')).toBe(3);
  expect(widthOf('Ọ́la')).toBe(3);
  expect(widthOf('張淑芬')).toBe(6);
  expect(widthOf('서다온')).toBe(6);
  expect(widthOf('\u001b[31mred\u001b[39m')).toBe(3);
});

test('paragraphs are told apart by an empty line, and their own breaks do not matter', () => {
  expect(paragraphs('\n  one\n  two\n\n  three', 80)).toEqual(['one two', '', 'three', '']);
});

test('what a command printed is shown whole, its complaints among it, in 80 columns', () => {
  let text = '';
  const voice = narrator((more) => (text += more), styleFor(false));
  const long = 'word '.repeat(40).trim();
  voice.command(['plan', '--show', '1'], { code: 1, stdout: `  ${long}\n`, stderr: 'error: no\n' });
  expect(text.split('\n').every((line) => widthOf(line) <= 80)).toBe(true);
  expect(text).toMatch(/^\$ rollcall plan --show 1\n/);
  expect(text.match(/word/g)).toHaveLength(40);
  expect(text).toContain('│ error: no');
});

test('colour is an addition, never the only sign', () => {
  const told = [true, false].map((colour) => {
    let text = '';
    const voice = narrator((more) => (text += more), styleFor(colour));
    voice.title('A day');
    voice.checks([
      { name: 'a', says: 'it holds', ok: true, found: [] },
      { name: 'b', says: 'it does not', ok: false, found: Array.from({ length: 12 }, (_, at) => `E${at}`) },
    ]);
    return text;
  });
  expect(told[0]).not.toBe(told[1]);
  expect(stripVTControlCharacters(told[0]!)).toBe(told[1]);
  expect(told[1]).toContain('✓ it holds');
  expect(told[1]).toContain('✗ not as told: it does not');
  expect(told[1]).toContain('E9\n      … and 2 more');
});
