import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { failures } from '../../../src/mock/faults/failures.ts';
import {
  failureTable,
  faultHelp,
  faultTable,
  knownWords,
  wordTable,
} from '../../../src/mock/faults/known.ts';
import { readFault } from '../../../src/mock/faults/read.ts';
import { effects } from '../../../src/mock/faults/table.ts';
import { words } from '../../../src/mock/faults/words.ts';
import { ask, mockOf } from '../calling.ts';

test('every fault that docs/mock.md writes on a command line can be read', () => {
  const page = readFileSync(new URL('../../../docs/mock.md', import.meta.url), 'utf8');
  const faults = [...page.matchAll(/--fault '([^']+)'/g)].map(([, text]) => text!);
  expect(faults.length).toBeGreaterThan(1);
  for (const text of faults) expect(() => readFault(text, 'f1'), text).not.toThrow();
});

describe('the list of everything that a fault can say', () => {
  test('has each word once, with its meaning and what it takes', () => {
    const all = knownWords();
    expect(all.map(({ name }) => name)).toEqual([...Object.keys(effects), ...Object.keys(words)]);
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
    for (const { says, value, sources } of all) {
      expect(says).toMatch(/\w/);
      expect(value).toMatch(/\w/);
      for (const source of sources) expect(source).toMatch(/^https:\/\/\S+$/);
    }
  });

  test('each effect has its sources; a few are the mock’s own', () => {
    const own = Object.keys(effects).filter((name) => effects[name]!.sources.length === 0);
    expect(own).toEqual(['truncate', 'malformed', 'endless']);
  });

  test('is told at the door', async () => {
    const mock = await mockOf('rfc', { faults: ['status=500'] });
    const { status, body } = await ask(mock, 'GET', '/_mock/faults?known');
    expect([status, body['total']]).toEqual([200, knownWords().length]);
    expect(body['items']).toEqual(knownWords());
    expect(body['failures']).toEqual(failures);
    expect((await ask(mock, 'GET', '/_mock/faults')).body['total']).toBe(1);
  });

  test('as lines for a terminal: each word, none too wide, each failure', () => {
    const lines = faultHelp();
    for (const { form } of knownWords()) expect(lines).toContain(`  ${form}`);
    for (const { what } of failures) expect(lines.join('\n')).toContain(what);
    expect(lines.join(' ')).toContain('Of a bulk request');
    const prose = lines.filter((line) => /^ {6}\w/.test(line));
    for (const line of prose) expect(line.length).toBeLessThanOrEqual(82);
  });

  test('as tables for Markdown: each word and each failure has a row, and no cell is broken', () => {
    const rows = (text: string) => text.trimEnd().split('\n').slice(2);
    expect(rows(faultTable())).toHaveLength(Object.keys(effects).length);
    expect(rows(wordTable())).toHaveLength(Object.keys(words).length);
    expect(rows(failureTable())).toHaveLength(28);
    for (const [text, bars] of [
      [faultTable(), 4],
      [wordTable(), 3],
      [failureTable(), 4],
    ] as const)
      for (const row of rows(text)) expect(row.match(/(?<!\\)\|/g)).toHaveLength(bars);
  });
});

describe('the failures of the field', () => {
  test('are numbered without a gap, and each is played or says why not', () => {
    expect(failures.map(({ number }) => number)).toEqual(Array.from({ length: 28 }, (_, at) => at + 1));
    for (const { ways, note } of failures) expect(ways.length > 0 || note !== undefined).toBe(true);
  });

  test.each(failures.flatMap(({ number, ways }) => ways.flat().map((fault) => [number, fault] as const)))(
    '%d: %s is a fault',
    (_, fault) => {
      expect(readFault(fault, 'x').effects.length).toBeGreaterThan(0);
    },
  );
});
