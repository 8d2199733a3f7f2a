import { describe, expect, test } from 'vitest';
import { ENTERPRISE } from '../../src/model/index.ts';
import { diff } from '../../src/planning/diff.ts';
import { restore } from '../../src/planning/restore.ts';
import { tries } from './example.ts';
import fc from 'fast-check';

const ada = { userName: 'ada', title: 'Dr', name: { givenName: 'Ada' }, active: true };

describe('taking changes back', () => {
  test('gives an account what it held: values, parts of complex ones, and what was not there', () => {
    const before = { ...ada, [ENTERPRISE]: { department: 'A', manager: { value: 'bob' } } };
    const after = {
      userName: 'lovelace',
      name: { givenName: 'A.', familyName: 'L' },
      emails: [{ value: 'a@x' }],
      active: false,
    };
    expect(restore(after, diff(before, after))).toEqual({ resource: before, changedSince: [], unknown: [] });
  });

  test('leaves what somebody has changed once more, and says so', () => {
    const changes = [
      { path: 'title', before: 'Dr', after: 'Prof' },
      { path: 'userName', before: 'ada', after: 'al' },
    ];
    expect(restore({ ...ada, title: 'Boss', userName: 'AL' }, changes)).toEqual({
      resource: { ...ada, title: 'Boss' },
      changedSince: ['title'],
      unknown: [],
    });
    // Somebody was quicker.
    expect(restore(ada, changes).changedSince).toEqual([]);
  });

  test('of several changes of one attribute leads to the first', () => {
    const newestFirst = [
      { path: 'title', before: 'B', after: 'C' },
      { path: 'title', before: 'A', after: 'B' },
    ];
    expect(restore({ title: 'C' }, newestFirst).resource).toEqual({ title: 'A' });
    expect(restore({ title: 'B' }, newestFirst).resource).toEqual({ title: 'A' });
  });

  test('knows no password', () => {
    expect(restore(ada, [{ path: 'password' }])).toEqual({
      resource: ada,
      changedSince: [],
      unknown: ['password'],
    });
  });

  test('leads back from whatever was done, and twice is once', () => {
    const value = fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined });
    const resource = fc
      .record({ title: value, nickName: value, given: value, dept: value })
      .map(({ title, nickName, given, dept }) => ({
        ...(title && { title }),
        ...(nickName && { nickName }),
        ...(given && { name: { givenName: given } }),
        ...(dept && { [ENTERPRISE]: { department: dept } }),
      }));
    fc.assert(
      fc.property(resource, resource, (before, after) => {
        const once = restore(after, diff(before, after)).resource;
        expect(once).toEqual(before);
        expect(restore(once, diff(before, after)).resource).toEqual(before);
      }),
      tries(200),
    );
  });
});
