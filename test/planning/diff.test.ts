import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ENTERPRISE } from '../../src/model/index.ts';
import type { Json, Resource } from '../../src/model/index.ts';
import { MANAGER_PATH, diff } from '../../src/planning/diff.ts';
import { withValueOf } from '../../src/planning/judge.ts';
import { managedBy, tries } from './example.ts';

const same = (before: Resource, after: Resource): void => {
  expect(diff(before, after)).toEqual([]);
  expect(diff(after, before)).toEqual([]);
};

describe('simple attributes', () => {
  test('are a change from one value to another, to nothing, and from nothing', () => {
    expect(diff({ title: 'a' }, { title: 'b' })).toEqual([{ path: 'title', before: 'a', after: 'b' }]);
    expect(diff({ title: 'a' }, {})).toEqual([{ path: 'title', before: 'a' }]);
    expect(diff({}, { title: 'b' })).toEqual([{ path: 'title', after: 'b' }]);
    expect(diff({ active: true }, { active: false })).toEqual([
      { path: 'active', before: true, after: false },
    ]);
  });

  test('null, the empty string, the empty list and the empty object are as good as absent', () => {
    for (const nothing of [null, '', [], {}] as Json[]) {
      same({ title: nothing }, {});
      same({ [ENTERPRISE]: { department: nothing } }, {});
      same({ name: { givenName: nothing } }, {});
      same({ name: { givenName: nothing } }, { name: {} });
      expect(diff({ title: 'a' }, { title: nothing })).toEqual([{ path: 'title', before: 'a' }]);
      expect(diff({ emails: [{ value: 'a' }] }, { emails: nothing })).toHaveLength(1);
    }
    // False and nought say something.
    expect(diff({ active: false }, {})).toHaveLength(1);
    expect(diff({ number: 0 }, {})).toHaveLength(1);
  });

  test('an identifier is the same in another case', () => {
    same({ userName: 'Ada@Example.com' }, { userName: 'ada@example.COM' });
    same({ locale: 'en-GB', preferredLanguage: 'DE' }, { locale: 'en-gb', preferredLanguage: 'de' });
  });

  test('what people read compares exactly', () => {
    for (const path of ['displayName', 'title', 'nickName', 'externalId'])
      expect(diff({ [path]: 'mcdonald' }, { [path]: 'McDonald' })).toHaveLength(1);
    expect(diff({ name: { familyName: 'mcdonald' } }, { name: { familyName: 'McDonald' } })).toEqual([
      { path: 'name.familyName', before: 'mcdonald', after: 'McDonald' },
    ]);
  });

  test('text and number are two things, and so are text and truth', () => {
    expect(diff({ a: '1' }, { a: 1 })).toHaveLength(1);
    expect(diff({ a: 'true' }, { a: true })).toHaveLength(1);
  });
});

describe('complex attributes', () => {
  test('are compared part by part, in the order of their names', () => {
    const before = { name: { givenName: 'Ada', familyName: 'Byron', formatted: 'Ada Byron' } };
    const after = { name: { familyName: 'Lovelace', givenName: 'Ada', middleName: 'A.' } };
    expect(diff(before, after)).toEqual([
      { path: 'name.familyName', before: 'Byron', after: 'Lovelace' },
      { path: 'name.formatted', before: 'Ada Byron' },
      { path: 'name.middleName', after: 'A.' },
    ]);
    expect(diff({}, { name: { givenName: 'Ada' } })).toEqual([{ path: 'name.givenName', after: 'Ada' }]);
    expect(diff({ name: { givenName: 'Ada' } }, {})).toEqual([{ path: 'name.givenName', before: 'Ada' }]);
  });

  test('of the enterprise extension have its URN before them, and the manager is one value', () => {
    expect(diff({ [ENTERPRISE]: { department: 'A' } }, { [ENTERPRISE]: { department: 'B' } })).toEqual([
      { path: `${ENTERPRISE}:department`, before: 'A', after: 'B' },
    ]);
    expect(diff(managedBy('p2'), managedBy('p3'))).toEqual([
      { path: MANAGER_PATH, before: { value: 'p2' }, after: { value: 'p3' } },
    ]);
    expect(diff(managedBy('p2'), managedBy('P2'))).toHaveLength(1);
    expect(diff({}, managedBy('p2'))).toEqual([{ path: MANAGER_PATH, after: { value: 'p2' } }]);
  });

  test('and one that was simple is a change as a whole', () => {
    expect(diff({ name: 'Ada' }, { name: { givenName: 'Ada' } })).toEqual([
      { path: 'name', before: 'Ada', after: { givenName: 'Ada' } },
    ]);
  });
});

describe('multi-valued attributes', () => {
  const work = { value: 'ada@example.com', type: 'work', primary: true };
  const home = { value: 'ada@home.example', type: 'home' };

  test('are sets: neither the order nor a repetition matters', () => {
    same({ emails: [work, home] }, { emails: [home, work] });
    same({ emails: [work, home, work] }, { emails: [home, work] });
    same({ roles: ['a', 'b'] }, { roles: ['b', 'a'] });
  });

  test('primary matters, and primary: false is what its absence means', () => {
    const other = { ...work, primary: false };
    expect(diff({ emails: [work] }, { emails: [other] })).toHaveLength(1);
    same({ emails: [other] }, { emails: [{ value: work.value, type: 'work' }] });
  });

  test('addresses and types are the same in another case, what is displayed is not', () => {
    same({ emails: [work] }, { emails: [{ ...work, value: 'ADA@example.com', type: 'Work' }] });
    expect(
      diff({ emails: [{ ...work, display: 'a' }] }, { emails: [{ ...work, display: 'A' }] }),
    ).toHaveLength(1);
    expect(diff({ phoneNumbers: [{ value: 'x' }] }, { phoneNumbers: [{ value: 'X' }] })).toHaveLength(1);
  });

  test('parts that are empty are as good as absent', () => {
    same({ emails: [{ ...home, display: null }] }, { emails: [{ ...home, display: '' }] });
  });

  test('are one change, with both sides as they stand', () => {
    expect(diff({ emails: [work, home] }, { emails: [work] })).toEqual([
      { path: 'emails', before: [work, home], after: [work] },
    ]);
  });

  test('no text can pass for two', () => {
    expect(diff({ roles: ['a\nb'] }, { roles: ['a', 'b'] })).toHaveLength(1);
    expect(diff({ roles: ['a","b'] }, { roles: ['a', 'b'] })).toHaveLength(1);
  });
});

const letters = fc.constantFrom('', 'a', 'A', 'b', 'é');
const resources = fc.record(
  {
    userName: letters,
    title: fc.option(letters),
    active: fc.boolean(),
    name: fc.record({ givenName: letters, familyName: letters }, { requiredKeys: [] }),
    emails: fc.array(
      fc.record({ value: letters, type: letters, primary: fc.boolean() }, { requiredKeys: ['value'] }),
      { maxLength: 3 },
    ),
    [ENTERPRISE]: fc.record(
      { department: letters, manager: fc.record({ value: letters }) },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Resource>;

describe('always', () => {
  test('nothing differs from itself, in whatever order it is written', () => {
    fc.assert(
      fc.property(resources, (resource) => {
        const reversed = Object.fromEntries(
          Object.entries(resource)
            .reverse()
            .map(([name, value]) => [name, Array.isArray(value) ? [...(value as Json[])].reverse() : value]),
        );
        same(resource, reversed);
      }),
      tries(500),
    );
  });

  test('a diff is the same from both sides, with before and after exchanged', () => {
    fc.assert(
      fc.property(resources, resources, (left, right) => {
        const back = diff(right, left).map(({ path, before, after }) => ({
          path,
          ...(after !== undefined && { before: after }),
          ...(before !== undefined && { after: before }),
        }));
        expect(back).toEqual(diff(left, right));
      }),
      tries(500),
    );
  });

  test('with its changes taken back, nothing differs any more', () => {
    fc.assert(
      fc.property(resources, resources, (before, after) => {
        let undone = after;
        for (const { path } of diff(before, after)) undone = withValueOf(undone, before, path);
        expect(diff(before, undone)).toEqual([]);
      }),
      tries(500),
    );
  });
});
