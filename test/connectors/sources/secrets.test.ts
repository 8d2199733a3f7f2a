import { expect, test } from 'vitest';
import { isBareAfter, setsSecrets } from '../../../connectors/sources/delta/secrets.ts';
import { namesOf } from '../../../connectors/sources/ldif/names.ts';
import type { Block } from '../../../connectors/sources/ldif/entry.ts';
import type { SecretField } from '../../../src/model/index.ts';

const field = (...within: readonly string[]): SecretField => ({ within: new Set(within), isShared: false });
const text = { form: 'text', text: 'x' } as const;

test.for<readonly [Record<string, SecretField>, object, boolean]>([
  [{ pin: field() }, { department: 'Sales' }, false],
  [{ pin: field() }, { pin: '1' }, true],
  [{ pin: field() }, { pin: null }, false],
  [{ pin: field(), salt: field() }, { pin: '1' }, false],
  [{ pin: field(), salt: field() }, { pin: '1', salt: '' }, true],
  // A part of an object says nothing of the rest of it.
  [{ profile: field('pin') }, { profile: { mail: 'a' } }, false],
  [{ profile: field('pin') }, { profile: { pin: '1' } }, true],
  [{ profile: field('pin') }, { profile: { pin: null } }, false],
  [{ profile: field('pin') }, { profile: { pin: { old: '1' } } }, false],
  [{ profile: field() }, { profile: { pin: '1' } }, false],
  [{}, {}, true],
])('what makes a password of %j is known by %j: %s', ([fields, part, isKnown]) => {
  expect(isBareAfter(true, { ...part }, new Map(Object.entries(fields)))).toBe(!isKnown);
});

test('what was known is, until it is taken away', () => {
  const secrets = new Map([['pin', field()]]);
  expect(isBareAfter(false, { department: 'Sales' }, secrets)).toBe(false);
  expect(isBareAfter(false, { pin: null }, secrets)).toBe(true);
});

test.for<readonly [Block['operation'], readonly (typeof text)[], boolean]>([
  ['replace', [text], true],
  ['delete', [], true],
  ['add', [text], false],
  ['delete', [text], false],
])('to %s %j of an entry says all of its values: %s', ([operation, values, isAll]) => {
  const blocks = [{ operation, name: 'USERPASSWORD', values }];
  const names = namesOf(new Map(), new Set(['userPassword']));
  const change = { kind: 'modify', dn: 'uid=a', controls: [], blocks } as const;
  expect(setsSecrets(change, new Map([['userPassword', field()]]), names)).toBe(isAll);
});
