/**
 * Golden files: what a report looks like as a whole, beside the code for somebody to read. A report that differs fails;
 * one that is meant to differ is written anew with
 *
 *     UPDATE_GOLDEN=1 npx vitest run test/reports
 *
 * and its difference is read in the commit like any other change.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';

export function expectGolden(name: string, text: string): void {
  const file = new URL(name, import.meta.url);
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, text);
  expect(text).toBe(readFileSync(file, 'utf8'));
}
