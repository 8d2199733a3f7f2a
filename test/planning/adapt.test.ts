import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ENTERPRISE } from '../../src/model/index.ts';
import type { Profile, Resource } from '../../src/model/index.ts';
import { adapt, valueAt } from '../../src/planning/adapt.ts';
import { exampleProfile, identityWith, profileWith, tries } from './example.ts';

const ada: Resource = {
  userName: 'ada',
  name: { givenName: 'Ada', familyName: 'Lovelace' },
  nickName: 'The Countess',
  emails: [
    { value: 'ada@home.example', type: 'home' },
    { value: 'ada@example.com', type: 'work', primary: true },
    { value: 'lovelace@example.com', type: 'other' },
  ],
  [ENTERPRISE]: { department: 'Engines', costCenter: '12' },
};

describe('what a target can hold', () => {
  test('the rest is neither sent nor compared', () => {
    const { resource } = adapt(identityWith(ada), exampleProfile);
    expect(resource).toEqual({
      userName: 'ada',
      name: ada['name'],
      emails: ada['emails'],
      [ENTERPRISE]: { department: 'Engines' },
      active: true,
    });
  });

  test('sub-attributes are picked one by one, also of every value of a list', () => {
    const profile = profileWith({
      writable: ['name.givenName', 'name.middleName', 'emails.value', 'emails.primary'],
    });
    const { resource } = adapt(identityWith(ada), profile);
    expect(resource).toEqual({
      name: { givenName: 'Ada' },
      emails: [
        { value: 'ada@home.example' },
        { value: 'ada@example.com', primary: true },
        { value: 'lovelace@example.com' },
      ],
      active: true,
    });
  });

  test('a complex value of which nothing can be held is left out, in a list too', () => {
    const profile = profileWith({ writable: ['name.honorificPrefix', 'emails.display'] });
    const { resource } = adapt(identityWith(ada), profile);
    expect(resource).toEqual({ emails: [], active: true });
  });

  test('the whole attribute wins over its parts, in whichever order they are named', () => {
    for (const writable of [
      ['name', 'name.givenName'],
      ['name.givenName', 'name'],
    ])
      expect(adapt(identityWith(ada), profileWith({ writable })).resource['name']).toEqual(ada['name']);
  });

  test('where a target holds few values, the primary one is kept first', () => {
    const most = (number: number) =>
      adapt(identityWith(ada), profileWith({ maxValues: { emails: number } })).resource['emails'];
    expect(most(1)).toEqual([{ value: 'ada@example.com', type: 'work', primary: true }]);
    expect(most(2)).toHaveLength(2);
    expect(most(3)).toEqual(ada['emails']);
    const none = { userName: 'a', emails: [{ value: 'x' }, { value: 'y' }] };
    const profile = profileWith({ maxValues: { emails: 1 } });
    expect(adapt(identityWith(none), profile).resource['emails']).toEqual([{ value: 'x' }]);
  });

  test('active is always said, and an attribute of that name is not asked', () => {
    const profile = profileWith({ writable: ['active', 'userName'] });
    expect(adapt(identityWith({ userName: 'a', active: 'yes' }), profile).resource['active']).toBe(true);
    expect(adapt(identityWith(ada, { active: false }), profile).resource['active']).toBe(false);
  });
});

describe('the manager', () => {
  test('is kept as an identity key beside the rest of the extension', () => {
    const { resource } = adapt(identityWith(ada, { manager: 'p2' }), exampleProfile);
    expect(resource[ENTERPRISE]).toEqual({ department: 'Engines', manager: { value: 'p2' } });
    const alone = adapt(identityWith({ userName: 'a' }, { manager: 'p2' }), exampleProfile);
    expect(alone.resource[ENTERPRISE]).toEqual({ manager: { value: 'p2' } });
  });

  test('is nobody where the target holds none, or where it would be the person', () => {
    const without = profileWith({ writable: ['userName', 'enterprise.department'] });
    expect(adapt(identityWith(ada, { manager: 'p2' }), without).resource[ENTERPRISE]).toEqual({
      department: 'Engines',
    });
    expect(adapt(identityWith(ada, { manager: 'p1' }), exampleProfile).resource[ENTERPRISE]).toEqual({
      department: 'Engines',
    });
    const nothing = profileWith({ writable: ['userName'] });
    expect(adapt(identityWith(ada, { manager: 'p2' }), nothing).resource).not.toHaveProperty([ENTERPRISE]);
  });

  test('is held where the whole extension may be written', () => {
    const profile = profileWith({ writable: ['userName', 'enterprise'] });
    expect(adapt(identityWith(ada, { manager: 'p2' }), profile).resource[ENTERPRISE]).toEqual({
      department: 'Engines',
      costCenter: '12',
      manager: { value: 'p2' },
    });
  });
});

describe("a target's own mapping", () => {
  test('replaces values, merges complex ones and takes away what it says is not there', () => {
    const own = { userName: 'A.L.', name: { familyName: 'King' }, emails: null, title: 'Countess' };
    const { resource } = adapt(identityWith(ada), exampleProfile, own);
    expect(resource).toMatchObject({
      userName: 'A.L.',
      name: { givenName: 'Ada', familyName: 'King' },
      title: 'Countess',
    });
    expect(resource).not.toHaveProperty('emails');
    expect(ada['userName']).toBe('ada');
  });
});

describe('what a service demands', () => {
  test('is named where the identity does not have it', () => {
    const profile = profileWith({
      required: ['userName', 'name.givenName', 'emails', 'emails.value', 'enterprise.department', 'title'],
    });
    expect(adapt(identityWith(ada), profile).missing).toEqual(['title']);
    expect(adapt(identityWith({ userName: 'a', emails: [] }), profile).missing).toEqual([
      'name.givenName',
      'emails',
      'emails.value',
      'enterprise.department',
      'title',
    ]);
  });

  test('an attribute that the target cannot hold is missing too', () => {
    const profile = profileWith({ writable: ['userName'], required: ['displayName'] });
    expect(adapt(identityWith({ userName: 'a', displayName: 'A' }), profile).missing).toEqual([
      'displayName',
    ]);
  });
});

test('valueAt finds attributes, parts, extension attributes and the first value of a list', () => {
  expect(valueAt(ada, 'userName')).toBe('ada');
  expect(valueAt(ada, 'name.familyName')).toBe('Lovelace');
  expect(valueAt(ada, 'enterprise.department')).toBe('Engines');
  expect(valueAt(ada, 'emails.value')).toBe('ada@home.example');
  expect(valueAt({ emails: [{ type: 'work' }, { value: 'x' }] }, 'emails.value')).toBe('x');
  expect(valueAt({ emails: ['x'] }, 'emails.value')).toBeUndefined();
  expect(valueAt(ada, 'userName.value')).toBeUndefined();
  expect(valueAt(ada, 'title')).toBeUndefined();
});

test('adapting what is adapted changes nothing more', () => {
  const value = fc.record(
    { value: fc.string({ maxLength: 3 }), type: fc.constantFrom('work', 'home'), primary: fc.boolean() },
    { requiredKeys: ['value'] },
  );
  const attributes = fc.record(
    {
      userName: fc.string({ maxLength: 3 }),
      nickName: fc.string({ maxLength: 3 }),
      name: fc.record({ givenName: fc.string(), middleName: fc.string() }, { requiredKeys: [] }),
      emails: fc.array(value, { maxLength: 4 }),
      [ENTERPRISE]: fc.record({ department: fc.string(), division: fc.string() }, { requiredKeys: [] }),
    },
    { requiredKeys: [] },
  );
  const profile = profileWith({
    writable: ['userName', 'name.givenName', 'emails', 'enterprise.department'],
    maxValues: { emails: 2 },
  });
  fc.assert(
    fc.property(attributes, (given) => {
      const { resource } = adapt(identityWith(given), profile);
      expect(adapt(identityWith(resource), profile).resource).toEqual(resource);
    }),
    tries(300),
  );
});

describe('what each of several values carries', () => {
  const emails = [{ value: 'a@x' }, { value: 'b@x', type: 'home' }];
  const held = (users: Partial<Profile['users']>, values: Resource['emails'] = emails) =>
    adapt(identityWith({ emails: values! }), profileWith(users)).resource['emails'];

  test('is filled in where nobody has said it', () => {
    expect(held({ fill: { emails: { type: 'work', primary: false } } })).toEqual([
      { type: 'work', primary: false, value: 'a@x' },
      { type: 'home', primary: false, value: 'b@x' },
    ]);
  });

  test('one is primary: the one that is said to be, or the first', () => {
    expect(held({ primary: ['emails'] })).toEqual([{ value: 'a@x', primary: true }, emails[1]]);
    const said = [emails[0]!, { value: 'b@x', primary: true }];
    expect(held({ primary: ['emails'] }, said)).toEqual(said);
    expect(held({ primary: ['emails'], maxValues: { emails: 1 } }, said)).toEqual([said[1]]);
    expect(held({ primary: ['emails'] }, [])).toEqual([]);
  });
});
