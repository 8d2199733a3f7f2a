import { describe, expect, test } from 'vitest';
import { ENTERPRISE } from '../../src/model/index.ts';
import type { DriftRules, Json, Resource } from '../../src/model/index.ts';
import { asFound, compare, inOurWords } from '../../src/planning/drift.ts';
import { remoteOf } from '../../src/scim/remote.ts';
import { exampleProfile, profileWith } from './example.ts';

const compared = [...exampleProfile.users.writable, 'active'];
const rules = (part: Partial<DriftRules> = {}): DriftRules => ({ compared, attributes: {}, ...part });
const found = (confirmed: Resource, live: Resource, given = rules(), profile = exampleProfile) =>
  compare({ active: true, ...confirmed }, { active: true, ...live }, profile, given);

describe('a live account', () => {
  test.each<[string, Resource, Resource]>([
    ['equal', { userName: 'ada', title: 'Dr' }, { userName: 'ada', title: 'Dr' }],
    ['a name in another case', { userName: 'ada@example.com' }, { userName: 'Ada@Example.com' }],
    [
      'what no profile lets us write',
      { userName: 'ada' },
      { userName: 'ada', id: '7', meta: {}, locale: 'en' },
    ],
    [
      'a list in another order',
      { emails: [{ value: 'a@x' }, { value: 'b@x' }] },
      { emails: [{ value: 'b@x' }, { value: 'a@x' }] },
    ],
    [
      'parts of a list that the target adds',
      { emails: [{ value: 'a@x', type: 'work', primary: true }] },
      { emails: [{ value: 'a@x', type: 'work', primary: true, display: 'a@x' }] },
    ],
    [
      'parts of a list that it does not keep',
      { emails: [{ value: 'a@x', type: 'work', primary: true }] },
      { emails: [{ value: 'a@x' }] },
    ],
    ['a list of plain values', { emails: [{ value: 'a@x', type: 'work' }] }, { emails: ['a@x'] }],
    ['none where there was none', {}, { title: null, emails: [], displayName: '' }],
  ])('is in sync: %s', (_, confirmed, live) => {
    expect(found(confirmed, live)).toEqual({ drift: [], notReturned: [] });
  });

  test.each<[string, string, Resource, Resource, Json | undefined, Json | undefined]>([
    ['another value', 'title', { title: 'Dr' }, { title: 'Boss' }, 'Dr', 'Boss'],
    ['a value where there was none', 'title', {}, { title: 'Boss' }, undefined, 'Boss'],
    ['none, in so many words', 'title', { title: 'Dr' }, { title: null }, 'Dr', undefined],
    ['a part', 'name.givenName', { name: { givenName: 'A' } }, { name: { givenName: 'B' } }, 'A', 'B'],
    [
      'all parts, in so many words',
      'name.givenName',
      { name: { givenName: 'A' } },
      { name: null },
      'A',
      undefined,
    ],
    [
      'an extension',
      `${ENTERPRISE}:department`,
      { [ENTERPRISE]: { department: 'A' } },
      { [ENTERPRISE]: { department: 'B' } },
      'A',
      'B',
    ],
    [
      'a list, as a whole',
      'emails',
      { emails: [{ value: 'a@x', type: 'work' }] },
      { emails: [{ value: 'b@x', type: 'work', display: 'b' }] },
      [{ value: 'a@x', type: 'work' }],
      [{ value: 'b@x', type: 'work', display: 'b' }],
    ],
    [
      'a list that is empty',
      'emails',
      { emails: [{ value: 'a@x' }] },
      { emails: [] },
      [{ value: 'a@x' }],
      undefined,
    ],
    ['on again', 'active', { active: false }, { active: true }, false, true],
  ])('has drifted: %s', (_, path, confirmed, live, before, now) => {
    const { drift, notReturned } = found(confirmed, live);
    expect(notReturned).toEqual([]);
    expect(drift).toEqual([
      {
        path,
        ...(before !== undefined && { confirmed: before }),
        ...(now !== undefined && { live: now }),
        policy: 'fix',
      },
    ]);
  });

  test('is unknown in what is not returned, which is no drift', () => {
    const confirmed = {
      title: 'Dr',
      name: { givenName: 'A', familyName: 'B' },
      emails: [{ value: 'a@x' }],
      [ENTERPRISE]: { department: 'D', manager: { value: 'p2' } },
    };
    expect(found(confirmed, { name: { familyName: 'B' }, [ENTERPRISE]: { department: 'D' } })).toEqual({
      drift: [],
      notReturned: ['emails', 'name.givenName', 'title', `${ENTERPRISE}:manager`],
    });
    expect(compare({ active: true }, {}, exampleProfile, rules()).notReturned).toEqual(['active']);
  });

  test('is compared in what the mapping says, and in nothing else', () => {
    const own = rules({ compared: ['userName', 'name.givenName'] });
    const live = { userName: 'b', title: 'Boss', name: { givenName: 'A', familyName: 'X' } };
    expect(
      found({ userName: 'a', name: { givenName: 'A' } }, live, own).drift.map(({ path }) => path),
    ).toEqual(['userName']);
  });
});

describe('what becomes of a difference', () => {
  const policies = (given: Partial<DriftRules>, live: Resource) =>
    Object.fromEntries(
      found({ title: 'Dr', displayName: 'A', name: { givenName: 'A' } }, live, rules(given)).drift.map(
        (one) => [one.path, one.policy],
      ),
    );
  const live = { title: 'x', displayName: 'x', name: { givenName: 'x' } };

  test('is said by attribute, by the one around it, or for all', () => {
    expect(policies({}, live)).toEqual({ title: 'fix', displayName: 'fix', 'name.givenName': 'fix' });
    expect(policies({ default: 'report', attributes: { title: 'fix', name: 'ignore' } }, live)).toEqual({
      title: 'fix',
      displayName: 'report',
    });
    expect(
      policies({ default: 'ignore', attributes: { name: 'report', 'name.givenName': 'fix' } }, live),
    ).toEqual({
      'name.givenName': 'fix',
    });
  });

  test('access that somebody took away at the target is given back only where that is said', () => {
    expect(policies({}, { active: false })).toEqual({ active: 'report' });
    expect(policies({ default: 'fix' }, { active: false })).toEqual({ active: 'fix' });
    expect(policies({ default: 'report', attributes: { active: 'fix' } }, { active: false })).toEqual({
      active: 'fix',
    });
  });

  test('what the target cannot follow is said, and never tried', () => {
    const profile = profileWith({ createOnly: ['userName', 'name'] });
    const { drift } = found(
      { userName: 'a', name: { givenName: 'A' }, title: 'Dr' },
      { userName: 'b', name: { givenName: 'B' }, title: 'Boss' },
      rules(),
      profile,
    );
    expect(drift.map(({ path, policy }) => [path, policy])).toEqual([
      ['name.givenName', 'cannotFollow'],
      ['title', 'fix'],
      ['userName', 'cannotFollow'],
    ]);
    const after = asFound({ userName: 'a', name: { givenName: 'A' }, title: 'Dr' }, drift);
    expect(after).toEqual({ userName: 'a', name: { givenName: 'A' }, title: 'Boss' });
  });

  test('the account that goes on holds what was read, where it is to be fixed, and nothing else', () => {
    const confirmed = {
      userName: 'a',
      title: 'Dr',
      displayName: 'A',
      name: { givenName: 'A', familyName: 'B' },
    };
    const shown = {
      userName: 'A',
      title: null,
      displayName: 'x',
      name: { givenName: 'Z' },
      meta: { version: '1' },
    };
    const { drift } = found(confirmed, shown, rules({ attributes: { displayName: 'report' } }));
    expect(asFound({ active: true, ...confirmed }, drift)).toEqual({
      active: true,
      userName: 'a',
      displayName: 'A',
      name: { givenName: 'Z', familyName: 'B' },
    });
  });
});

describe('in our words', () => {
  const remote = (value: Resource) => remoteOf({ id: 'id1', ...value })!;
  const ownerOf = (id: string): string | undefined => (id === 'id7' ? 'boss' : undefined);
  const manager = (value: Json) => ({ [ENTERPRISE]: { department: 'D', manager: value } });

  test('a manager is an identity key, and an id that is nobody’s is what is made of it', () => {
    const ours = inOurWords(remote(manager({ value: 'id7', displayName: 'The Boss' })), ownerOf);
    expect(ours[ENTERPRISE]).toEqual({ department: 'D', manager: { value: 'boss' } });
    const foreign = remote(manager({ value: 'id8' }));
    expect(inOurWords(foreign, ownerOf)[ENTERPRISE]).toEqual({ department: 'D' });
    expect(inOurWords(foreign, ownerOf, (id) => `${id}?`)[ENTERPRISE]).toEqual({
      department: 'D',
      manager: { value: 'id8?' },
    });
  });

  test('active is a truth value, or is not said', () => {
    expect(inOurWords(remote({ active: 'False' }), ownerOf)['active']).toBe(false);
    expect(inOurWords(remote({ active: 'perhaps' }), ownerOf)['active']).toBeUndefined();
  });
});
