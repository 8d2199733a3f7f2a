import { expect, test } from 'vitest';
import { csvLine, unmarked } from '../../src/reports/csv.ts';

test('what a spreadsheet would take for a formula is marked as text, and comes back as it was', () => {
  for (const cell of [
    '=1+1',
    '+1',
    '-1',
    '@sum',
    '\t=1',
    '\r=1',
    '\n=1',
    "'=1",
    '＝1',
    '＋1',
    '－1',
    '＠a',
  ]) {
    const marked = csvLine([cell]).replace(/^"([^]*)"$/, '$1');
    expect(marked).toBe(`'${cell}`);
    expect(unmarked(marked)).toBe(cell);
  }
  for (const cell of ['a=1', '1-2', 'Zoë', '']) expect(unmarked(csvLine([cell]))).toBe(cell);
});
