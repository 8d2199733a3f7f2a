import fc from 'fast-check';
import { expect, test } from 'vitest';
import { usableId, userPath } from '../../src/scim/path.ts';

const base = 'https://scim.example.com/scim/v2';

test('an id stays below /Users whatever it holds: slashes, spaces, percent signs, any script', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }), (id) => {
      fc.pre(usableId(id) !== undefined);
      const { pathname, search, hash } = new URL(base + userPath(id));
      expect(pathname.startsWith('/scim/v2/Users/')).toBe(true);
      expect(decodeURIComponent(pathname.slice('/scim/v2/Users/'.length))).toBe(id);
      expect(search + hash).toBe('');
    }),
    { examples: [['a/../b'], ['?x'], ['#'], ['%2e%2e'], ['..%2f'], ['ü 東']] },
  );
});

test('an id that would lead elsewhere, or nowhere, is no id', () => {
  for (const id of ['', '.', '..', '\ud800', 'x'.repeat(2001), null, undefined, {}, 1.5, true])
    expect(usableId(id)).toBeUndefined();
  expect(() => userPath('..')).toThrow('cannot stand in a path');
});

test('an id that is a number is taken as its digits', () => {
  expect(usableId(42)).toBe('42');
});
