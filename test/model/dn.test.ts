import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isUnder, normalDn, parentDn, parseDn } from '../../src/model/index.ts';

const pairsOf = (text: string) =>
  parseDn(text)?.map(({ pairs }) => pairs.map(({ type, value }) => `${type}=${value}`));

describe('a DN is read', () => {
  test.each([
    // The examples of RFC 4514 §4.
    ['UID=jsmith,DC=example,DC=net', [['UID=jsmith'], ['DC=example'], ['DC=net']]],
    ['OU=Sales+CN=J.  Smith,DC=example', [['OU=Sales', 'CN=J.  Smith'], ['DC=example']]],
    [String.raw`CN=James \"Jim\" Smith\, III,DC=net`, [['CN=James "Jim" Smith, III'], ['DC=net']]],
    [String.raw`CN=Before\0dAfter,DC=net`, [['CN=Before\rAfter'], ['DC=net']]],
    ['1.3.6.1.4.1.1466.0=#04024869', [['1.3.6.1.4.1.1466.0=#04024869']]],
    [String.raw`CN=Lu\C4\8Di\C4\87`, [['CN=Lučić']]],
    // And what else there is.
    ['', []],
    ['cn=', [['cn=']]],
    ['cn=Zoë', [['cn=Zoë']]],
    [' cn = a b , dc = x ', [['cn=a b'], ['dc=x']]],
    [String.raw`cn=\20a\ ,dc=x`, [['cn= a '], ['dc=x']]],
    [String.raw`cn=\#a\=b`, [['cn=#a=b']]],
    ['cn=a=b', [['cn=a=b']]],
    ['cn="Doe, Jane" ;o=x', [['cn=Doe, Jane'], ['o=x']]],
    ['OID.2.5.4.3=a', [['2.5.4.3=a']]],
  ])('%s', (text, expected) => {
    expect(pairsOf(text)).toEqual(expected);
  });

  test.each([
    'a',
    'cn=a,',
    'cn=a,,dc=b',
    '=a',
    'cn=a+',
    'cn=a\\',
    'cn=\\zz',
    'cn=\\C3',
    'cn=#',
    'cn=#0',
    'cn=#zz',
    'cn="a',
    'cn="a"b',
    'cn=a"b',
    'cn=<a>',
    'c n=a',
    'cn=a\0',
    ',cn=a',
  ])('%j is none', (text) => {
    expect(parseDn(text)).toBeUndefined();
    expect(normalDn(text)).toBeUndefined();
    expect(parentDn(text)).toBeUndefined();
    expect(isUnder(text, 'dc=x')).toBe(false);
    expect(isUnder('dc=x', text)).toBe(false);
  });
});

test.each([
  ['CN=Ann  Lee , DC=X', 'cn=ann lee,dc=x'],
  [String.raw`cn=Doe\2C Jane`, String.raw`cn=Doe\, Jane`],
  ['cn="Doe, Jane"', String.raw`cn=doe\, jane`],
  ['sn=b+cn=a', 'CN=A+SN=B'],
  [String.raw`cn=Lu\C4\8Di\C4\87`, 'cn=LUČIĆ'],
  ['cn=a;dc=b', 'cn=a,dc=b'],
  ['x=#0402AB', 'X=#0402ab'],
  ['oid.2.5.4.3=a', '2.5.4.3=A'],
])('%s is %s', (one, other) => {
  expect(normalDn(one)).toBe(normalDn(other));
  expect(normalDn(one)).toBeDefined();
});

test.each([
  ['cn=a,dc=b', String.raw`cn=a\,dc=b`],
  ['cn=#0402ab', String.raw`cn=\#0402ab`],
  ['cn=a+sn=b', String.raw`cn=a\+sn=b`],
])('%s is not %s', (one, other) => {
  expect(normalDn(one)).not.toBe(normalDn(other));
});

test('above an entry stands its parent, as it is written', () => {
  expect(parentDn(String.raw`cn=Doe\, Jane+sn=Doe, OU=People,dc=x`)).toBe('OU=People,dc=x');
  expect(parentDn('dc=x')).toBe('');
  expect(parentDn('')).toBeUndefined();
});

test('a subtree has its own root in it, and nothing that only ends alike', () => {
  expect(isUnder('uid=a, OU=People , dc=x', 'ou=people,DC=X')).toBe(true);
  expect(isUnder('ou=people,dc=x', 'ou=people,dc=x')).toBe(true);
  expect(isUnder('dc=x', 'ou=people,dc=x')).toBe(false);
  expect(isUnder('uid=a,ou=morepeople,dc=x', 'ou=people,dc=x')).toBe(false);
  expect(isUnder(String.raw`cn=a\,ou=people,dc=x`, 'ou=people,dc=x')).toBe(false);
  expect(isUnder('dc=x', '')).toBe(true);
});

test('whatever it is, it does not throw, and the normal form is its own normal form', () => {
  const pieces = fc.constantFrom(
    'cn',
    '=',
    ',',
    '+',
    ' ',
    '\\',
    '"',
    '#',
    '2C',
    'C3',
    ';',
    'a',
    'é',
    '\0',
    '<',
  );
  const text = fc.oneof(
    fc.array(pieces, { maxLength: 14 }).map((all) => all.join('')),
    fc.string(),
  );
  fc.assert(
    fc.property(text, (dn) => {
      const normal = normalDn(dn);
      if (normal !== undefined) expect(normalDn(normal)).toBe(normal);
      parentDn(dn);
    }),
    { numRuns: 3000, seed: 4514 },
  );
});

test('a value survives when each of its characters is escaped', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1 }), (value) => {
      const escaped = Array.from(Buffer.from(value), (byte) => `\\${byte.toString(16).padStart(2, '0')}`);
      expect(pairsOf(`cn=${escaped.join('')}`)).toEqual([[`cn=${value}`]]);
    }),
    { numRuns: 500, seed: 4514 },
  );
});
