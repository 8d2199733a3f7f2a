import { expect, test } from 'vitest';
import { newPassword } from '../../src/wiring/new-password.ts';

test('a password that is made has its length and some of every kind, in any place', () => {
  const made = Array.from({ length: 200 }, () => newPassword(12));
  for (const one of made) {
    expect(one).toMatch(/^[A-HJ-NP-Za-km-z2-9!#%*+=?@_-]{12}$/);
    for (const kind of [/[A-Z]/, /[a-z]/, /\d/, /[^A-Za-z\d]/]) expect(one).toMatch(kind);
  }
  expect(new Set(made).size).toBe(made.length);
  expect(new Set(made.map((one) => one.search(/\d/))).size).toBeGreaterThan(3);
});
