import { describe, expect, test } from 'vitest';
import { profiles } from '../../connectors/targets/profiles.ts';
import { ENTERPRISE } from '../../src/model/index.ts';
import type { Profile } from '../../src/model/index.ts';
import { count, plain, seconds } from '../../src/reports/style.ts';
import { etaSeconds } from '../../src/reports/eta.ts';
import { requestsFor } from '../../src/reports/requests.ts';
import { labelOf, shortPath, shortValue } from '../../src/reports/views.ts';

describe('a value in few characters', () => {
  test.each([
    [undefined, '(none)'],
    ['Dr', '"Dr"'],
    ['say "hi"', '"say \\"hi\\""'],
    [true, 'true'],
    [null, 'null'],
    [7, '7'],
    [{ value: 'p1' }, '"p1"'],
    [[], ''],
    [['a', 'b'], '"a", "b"'],
    [[{ value: 'a@x', type: 'work', primary: true }, { value: 'b@x' }], '"a@x" (work, primary), "b@x"'],
    [[{ value: 'a@x', primary: false }], '"a@x"'],
    [[{ value: 'a', display: 'A' }], '{"value":"a","display":"A"}'],
    [{ locality: 'Paris', type: 'work' }, '{"locality":"Paris","type":"work"}'],
  ])('%o is %s', (value, text) => {
    expect(shortValue(value)).toBe(text);
  });
});

test('an attribute of the enterprise extension has its short name for people', () => {
  expect(shortPath(`${ENTERPRISE}:department`)).toBe('department');
  expect(shortPath('name.givenName')).toBe('name.givenName');
});

describe('a name for people', () => {
  test.each([
    [{ displayName: 'Ada', userName: 'ada' }, 'Ada <ada>'],
    [{ name: { formatted: 'Ada L.' }, userName: 'ada' }, 'Ada L. <ada>'],
    [{ name: { givenName: 'Ada', familyName: 'Lovelace' } }, 'Ada Lovelace'],
    [{ name: { familyName: 'Lovelace' }, userName: 'ada' }, 'Lovelace <ada>'],
    [{ userName: 'ada' }, 'ada'],
    [{ displayName: 'ada', userName: 'ada' }, 'ada'],
    [{ name: 'Ada' }, ''],
    [{ displayName: 'A'.repeat(500), userName: 'ada' }, `${'A'.repeat(200)}… (500 characters) <ada>`],
    [{}, ''],
  ])('of %o is %s', (resource, label) => {
    expect(labelOf(resource)).toBe(label);
  });
});

test('the time that requests take is that of the narrower of concurrency and rate', () => {
  expect(etaSeconds(0, { concurrency: 4 })).toBe(0);
  expect(etaSeconds(1, { concurrency: 4 })).toBe(1);
  expect(etaSeconds(1600, { concurrency: 4 })).toBe(100);
  expect(etaSeconds(1600, { concurrency: 4, perSecond: 2 })).toBe(800);
  expect(etaSeconds(1600, { concurrency: 4, perSecond: 1000 })).toBe(100);
});

test('what goes by PUT takes two requests, since it is read before', () => {
  const zoom = profiles().get('zoom')!;
  const wizard: Profile = { ...zoom, active: { ...zoom.active, method: 'put' } };
  const kinds = ['create', 'update', 'deactivate', 'reactivate', 'delete'] as const;
  const numbers = (profile: Profile) => kinds.map((kind) => requestsFor(kind, profile).length);
  expect(numbers(profiles().get('generic')!)).toEqual([1, 1, 1, 1, 1]);
  expect(numbers(zoom)).toEqual([1, 2, 1, 1, 1]);
  expect(numbers(wizard)).toEqual([1, 2, 2, 2, 1]);
});

test('numbers and times are for people', () => {
  expect(count(1, 'person', 'people')).toBe('1 person');
  expect(count(0, 'request')).toBe('0 requests');
  expect(count(1_234_567, 'request')).toBe('1,234,567 requests');
  expect([seconds(89), seconds(90), seconds(5399), seconds(9000)]).toEqual([
    '89 s',
    '2 min',
    '90 min',
    '2.5 h',
  ]);
});

test('what moves a cursor or turns text round is a space', () => {
  expect(plain('a\u001b[31mb\r\nc\u009bd\u202ee\u2067f\u061cg')).toBe('a [31mb  c d e f g');
  expect(plain('Zoë 山田 👩‍🚀')).toBe('Zoë 山田 👩‍🚀');
});
