import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CaseClashes, emailFault, lintIdentity } from '../../src/planning/lint.ts';
import type { Identity } from '../../src/model/index.ts';

const identity = (changes: Partial<Identity>): Identity => ({
  key: 'E1',
  active: true,
  attributes: { userName: 'ada', emails: [{ value: 'ada@example.com' }] },
  groups: [],
  ...changes,
});
const rules = (changes: Partial<Identity>) => lintIdentity(identity(changes)).map(({ rule }) => rule);

describe('an e-mail address', () => {
  test.each([
    'ada@example.com',
    "o'neil+tag@mail.example.co.uk",
    'a.b-c_d@ex-ample.com',
    'žofie@büro.example',
    'संजय@उदाहरण.भारत',
    '"a b"@example.com',
    `${'a'.repeat(64)}@example.com`,
    'a@1.example',
  ])('%s is one', (address) => expect(emailFault(address)).toBeUndefined());

  test.each([
    ['ada', 'has no @'],
    ['', 'has no @'],
    ['@example.com', 'has nothing before the @'],
    ['ada@', 'has nothing behind the @'],
    ['ada lovelace@example.com', 'has white space in it'],
    ['ada@exam ple.com', 'has white space in it'],
    ['ada@b@example.com', 'has something before the @ that cannot stand there'],
    ['ada.@example.com', 'has something before the @ that cannot stand there'],
    ['.ada@example.com', 'has something before the @ that cannot stand there'],
    ['a..b@example.com', 'has something before the @ that cannot stand there'],
    ['Ada <ada@example.com>', 'has white space in it'],
    ['<ada@example.com>', 'has something before the @ that cannot stand there'],
    ['ada@example..com', 'has no name of a host behind the @'],
    ['ada@-example.com', 'has no name of a host behind the @'],
    ['ada@example.com.', 'has no name of a host behind the @'],
    ['ada@10.0.0.1', 'has no name of a host behind the @'],
    ['ada@exa_mple.com', 'has no name of a host behind the @'],
    ['ada@localhost', 'has a host behind the @ that nobody outside can reach: there is no dot in it'],
    [`${'a'.repeat(65)}@example.com`, 'is too long'],
    [`a@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(63)}.${'e'.repeat(63)}.com`, 'is too long'],
    [`a@${'b'.repeat(64)}.com`, 'has no name of a host behind the @'],
  ])('%s is none', (address, fault) => expect(emailFault(address)).toBe(fault));

  test('anything may stand there', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void emailFault(text)));
    for (const text of ['a.'.repeat(500_000), `a@${'-'.repeat(500_000)}`, `${'"'.repeat(500_000)}@`])
      expect(emailFault(text)?.length).toBeLessThan(80);
  });
});

describe('a person', () => {
  test.each([
    [{}, []],
    [{ attributes: {} }, []],
    [{ attributes: { emails: [{ value: 'ada@' }, { value: 'ada' }, { type: 'work' }] } }, ['email', 'email']],
    [{ manager: 'E2' }, []],
    [{ manager: 'E1' }, ['managerSelf']],
    [{ key: 'ada@example.com' }, ['keyEmail']],
    [{ key: 'ada@' }, []],
    [{ key: 'uid=ada,dc=example' }, ['keyDn']],
    [{ key: 'a=b=c,' }, []],
    [{ key: 'E-1/2' }, []],
    [{ key: 'uid=ada', manager: 'uid=ada', active: false }, ['keyDn']],
    [{ attributes: { emails: [{ value: 'ada@' }] }, active: false }, []],
  ])('%j: %j', (changes, expected) => expect(rules(changes)).toEqual(expected));

  test('what is shown of an address has an end', () => {
    const [finding] = lintIdentity(identity({ attributes: { emails: [{ value: 'x'.repeat(1_000_000) }] } }));
    expect(finding!.text.length).toBeLessThan(200);
    expect(finding!.text).toMatch(/^"x+…" has no @$/);
  });
});

test('names that differ in case alone are told once each', () => {
  const clashes = new CaseClashes();
  const names = ['Board', 'Engineers', 'Board', 'engineers', 'Engineers', 'engineers', 'ENGINEERS', ' Board'];
  expect(names.map((name) => clashes.of(name))).toEqual([
    undefined,
    undefined,
    undefined,
    'Engineers',
    undefined,
    undefined,
    'Engineers',
    'Board',
  ]);
});
