import { describe, expect, test } from 'vitest';
import { ENTERPRISE } from '../../src/model/index.ts';
import type { Kind } from '../../src/model/index.ts';
import { MANAGER_PATH } from '../../src/planning/diff.ts';
import { PHASE, judge, managerOf, withValueOf, withoutReference } from '../../src/planning/judge.ts';
import type { Case, Draft, Policy } from '../../src/planning/judge.ts';
import { accountWith, exampleProfile, managedBy, policyWith, profileWith } from './example.ts';

const desired = { userName: 'ada', displayName: 'Ada Lovelace', active: true };
const linked = accountWith({ userName: 'ada', displayName: 'Ada Lovelace' });
const off = accountWith({ ...linked.resource, active: false });

function caseOf(part: Partial<Case> = {}): Case {
  const standing = part.standing ?? 'present';
  return {
    key: 'p1',
    standing,
    reason: standing === 'present' ? 'in the source and assigned' : 'not active in the source',
    ...(standing === 'present' && { desired }),
    isProtected: false,
    ...part,
  };
}

const judged = (person: Partial<Case>, policy: Partial<Policy> = {}) =>
  judge(caseOf(person), policyWith(policy));

describe('somebody who is active and assigned', () => {
  test('without an account is created', () => {
    const { draft, leftOut, notes } = judged({});
    expect(draft).toMatchObject({
      kind: 'create',
      key: 'p1',
      part: 0,
      phase: PHASE.create,
      after: desired,
      why: 'in the source and assigned',
    });
    // All of a new account is new: what changes is what it holds afterwards.
    expect(draft!.changes).toEqual([]);
    expect(draft).not.toHaveProperty('needs');
    expect(leftOut).toBeUndefined();
    expect(notes).toEqual([]);
  });

  test('and lacks what the service demands is left out, and named', () => {
    const { draft, leftOut } = judged({ missing: ['emails', 'name.familyName'] });
    expect(draft).toBeUndefined();
    expect(leftOut).toEqual({
      key: 'p1',
      rule: 'required',
      reason: 'Example service needs emails, name.familyName to create somebody',
    });
    // Whoever has an account keeps it: only a create is refused.
    expect(judged({ missing: ['emails'], account: linked }).leftOut).toBeUndefined();
  });

  test('with an account that is as it should be is left alone', () => {
    expect(judged({ account: linked })).toEqual({ notes: [] });
  });

  test('with an account that differs is updated, with each change and the reason', () => {
    const account = accountWith({ userName: 'ada', displayName: 'Ada Byron', title: 'Miss' });
    const { draft } = judged({ account });
    expect(draft).toMatchObject({
      kind: 'update',
      phase: PHASE.change,
      after: desired,
      why: 'displayName and title differ',
      changes: [
        { path: 'displayName', before: 'Ada Byron', after: 'Ada Lovelace' },
        { path: 'title', before: 'Miss' },
      ],
    });
    expect(judged({ account: accountWith({ userName: 'ada', displayName: 'Ada' }) }).draft?.why).toBe(
      'displayName differs',
    );
    const three = accountWith({ userName: 'x', displayName: 'y', title: 'z' });
    expect(judged({ account: three }).draft?.why).toBe('displayName, title and userName differ');
  });

  test('with an account that is switched off is reactivated, with what is true now', () => {
    const account = accountWith({ userName: 'ada', displayName: 'Ada Byron', active: false });
    const { draft } = judged({ account });
    expect(draft).toMatchObject({ kind: 'reactivate', phase: PHASE.change, after: desired });
    expect(draft!.changes.map(({ path }) => path)).toEqual(['active', 'displayName']);
    expect(draft!.why).toBe('back: in the source and assigned');
  });

  test('needs the manager for the reference, where the reference is new', () => {
    const after = managedBy('p2', desired);
    expect(judged({ desired: after }).draft).toMatchObject({ kind: 'create', needs: 'p2' });
    expect(judged({ desired: after, account: linked }).draft).toMatchObject({ kind: 'update', needs: 'p2' });
    expect(judged({ desired: after, account: off }).draft).toMatchObject({ kind: 'reactivate', needs: 'p2' });
    const known = accountWith(managedBy('p2', { ...desired, displayName: 'Ada Byron' }));
    expect(judged({ desired: after, account: known }).draft).not.toHaveProperty('needs');
    const former = accountWith(managedBy('p9', desired));
    expect(judged({ account: former }).draft).toMatchObject({
      kind: 'update',
      changes: [{ path: MANAGER_PATH, before: { value: 'p9' } }],
    });
    expect(judged({ account: former }).draft).not.toHaveProperty('needs');
  });
});

describe('a change that the target cannot follow', () => {
  const policy = { profile: profileWith({ createOnly: ['userName', 'name', 'enterprise.department'] }) };

  test('keeps its confirmed value and is said, and the other changes go on', () => {
    const account = accountWith({ userName: 'ada@old.example', displayName: 'Ada Byron' });
    const { draft, notes } = judged({ account }, policy);
    expect(draft).toMatchObject({
      kind: 'update',
      after: { userName: 'ada@old.example', displayName: 'Ada Lovelace' },
      changes: [{ path: 'displayName' }],
    });
    expect(notes).toEqual([
      { key: 'p1', rule: 'cannotFollow', text: 'Example service cannot follow a change of userName' },
    ]);
  });

  test('is one that takes away what lasts; another value is sent', () => {
    const lasting = { profile: profileWith({ lasting: ['name.givenName', 'title'] }) };
    const { title: _, ...rest } = { ...desired, title: '' };
    const account = accountWith({ ...rest, title: 'Countess', displayName: 'Ada Byron' });
    const { draft, notes } = judged({ account, desired: rest }, lasting);
    expect(draft).toMatchObject({ after: { title: 'Countess' }, changes: [{ path: 'displayName' }] });
    expect(notes).toEqual([{ key: 'p1', rule: 'cannotFollow', text: 'Example service cannot clear title' }]);
    const changed = judged({ account, desired: { ...rest, title: 'Duchess' } }, lasting);
    expect(changed).toMatchObject({ draft: { after: { title: 'Duchess' } }, notes: [] });
  });

  test('is said though nothing else is to be done', () => {
    const account = accountWith({ ...desired, userName: 'ada@old.example' });
    const { draft, notes } = judged({ account }, policy);
    expect(draft).toBeUndefined();
    expect(notes).toHaveLength(1);
  });

  test('is found in the parts of an attribute and in the enterprise extension', () => {
    const after = { ...desired, name: { givenName: 'Ada' }, [ENTERPRISE]: { department: 'B' } };
    const before = { ...desired, name: { givenName: 'Adda' }, [ENTERPRISE]: { department: 'A' } };
    const { draft, notes } = judged({ desired: after, account: accountWith(before) }, policy);
    expect(draft).toBeUndefined();
    expect(notes.map(({ text }) => text)).toEqual([
      'Example service cannot follow a change of name.givenName',
      'Example service cannot follow a change of enterprise.department',
    ]);
  });

  test('does not stand in the way of a create, nor of coming back', () => {
    expect(judged({}, policy).draft?.after).toEqual(desired);
    const account = accountWith({ userName: 'ada@old.example', active: false });
    const { draft, notes } = judged({ account }, policy);
    expect(draft).toMatchObject({ kind: 'reactivate', after: { userName: 'ada@old.example', active: true } });
    expect(notes).toHaveLength(1);
  });
});

describe.each(['left', 'outOfScope'] as const)('somebody who is %s', (standing) => {
  const policyName = standing === 'left' ? 'onLeave' : 'onOutOfScope';
  const other = standing === 'left' ? 'onOutOfScope' : 'onLeave';

  test('and has no account gets none', () => {
    for (const policy of ['deactivate', 'delete', 'keep'] as const)
      expect(judged({ standing }, { [policyName]: policy })).toEqual({ notes: [] });
    // Neither created nor invited, though something would be desired.
    expect(judged({ standing, desired })).toEqual({ notes: [] });
  });

  test('is switched off, and nothing else of the account changes', () => {
    const { draft } = judged({ standing, account: linked, desired: { userName: 'z' } }, { [other]: 'keep' });
    expect(draft).toMatchObject({
      kind: 'deactivate',
      phase: PHASE.leave,
      after: { ...linked.resource, active: false },
      changes: [{ path: 'active', before: true, after: false }],
      why: 'not active in the source',
    });
  });

  test('is deleted where that is the policy, also when they are off already', () => {
    for (const account of [linked, off]) {
      const { draft } = judged({ standing, account }, { [policyName]: 'delete', [other]: 'keep' });
      expect(draft).toMatchObject({ kind: 'delete', phase: PHASE.leave, changes: [] });
      expect(draft).not.toHaveProperty('after');
    }
  });

  test('keeps the account where that is the policy', () => {
    expect(judged({ standing, account: linked }, { [policyName]: 'keep', [other]: 'delete' })).toEqual({
      notes: [],
    });
  });

  test('and is off already is left alone', () => {
    expect(judged({ standing, account: off })).toEqual({ notes: [] });
  });

  test('and is protected is left out, with what would have happened', () => {
    for (const policy of ['deactivate', 'delete'] as const) {
      const { draft, leftOut } = judged(
        { standing, account: linked, isProtected: true },
        { [policyName]: policy },
      );
      expect(draft).toBeUndefined();
      expect(leftOut).toEqual({
        key: 'p1',
        rule: 'protected',
        reason: 'protected; otherwise: not active in the source',
      });
    }
    // Where nothing would happen, nobody is protected from it.
    expect(judged({ standing, account: off, isProtected: true })).toEqual({ notes: [] });
    expect(judged({ standing, account: linked, isProtected: true }, { [policyName]: 'keep' })).toEqual({
      notes: [],
    });
  });

  test('counts and shows as deleted where switching off loses the id', () => {
    const profile = { ...exampleProfile, deactivate: { idSurvives: false } };
    const { draft } = judged({ standing, account: linked }, { profile });
    expect(draft).toMatchObject({
      kind: 'delete',
      after: { active: false },
      changes: [{ path: 'active', before: true, after: false }],
    });
  });

  test('and is allowed where a deactivation is, though DELETE is not', () => {
    const profile = { ...exampleProfile, deactivate: { idSurvives: false } };
    const person = { standing, account: linked } as const;
    expect(judged(person, { profile, allow: ['deactivate'] }).draft).toMatchObject({ kind: 'delete' });
    expect(judged(person, { profile, allow: ['delete'] }).draft).toBeUndefined();
    expect(
      judged(person, { allow: ['deactivate'], onLeave: 'delete', onOutOfScope: 'delete' }).draft,
    ).toBeUndefined();
  });
});

describe('createInactive', () => {
  const person = { standing: 'left', desired: { ...desired, active: false } } as const;

  test('creates whoever has left, where the service can', () => {
    const { draft } = judged(person, { createInactive: true });
    expect(draft).toMatchObject({ kind: 'create', after: { active: false } });
  });

  test('and nobody else: not out of scope, not with holes, not where the service would invite', () => {
    const cannot = { ...exampleProfile, create: { ...exampleProfile.create, inactive: false } };
    expect(judged(person, {}).draft).toBeUndefined();
    expect(judged(person, { createInactive: true, profile: cannot }).draft).toBeUndefined();
    expect(judged({ ...person, missing: ['emails'] }, { createInactive: true }).draft).toBeUndefined();
    expect(judged({ standing: 'left' }, { createInactive: true }).draft).toBeUndefined();
    expect(judged({ ...person, standing: 'outOfScope' }, { createInactive: true }).draft).toBeUndefined();
  });

  test('orders whoever is created below the manager too', () => {
    const after = managedBy('p2', person.desired);
    expect(judged({ ...person, desired: after }, { createInactive: true }).draft?.needs).toBe('p2');
  });
});

describe('what a target does not allow', () => {
  const cases: readonly [Kind, Partial<Case>, Partial<Policy>][] = [
    ['create', {}, {}],
    ['update', { account: accountWith({ userName: 'x' }) }, {}],
    ['reactivate', { account: off }, {}],
    ['deactivate', { standing: 'left', account: linked }, {}],
    ['delete', { standing: 'left', account: linked }, { onLeave: 'delete' }],
  ];
  test.each(cases)('%s is a note, and not done', (kind, person, policy) => {
    const allow = policyWith().allow.filter((one) => one !== kind && one !== 'link');
    const { draft, notes } = judged(person, { ...policy, allow });
    expect(draft).toBeUndefined();
    expect(notes).toEqual([
      { key: 'p1', rule: 'notAllowed', text: `${kind} is not among what this target allows` },
    ]);
    expect(judged(person, { ...policy, allow: [kind] }).draft?.kind).toBe(kind);
  });

  test('a create stays where a link is allowed, which it may turn out to be', () => {
    expect(judged({}, { allow: ['link'] }).draft?.kind).toBe('create');
  });

  test('the notes that were there stay', () => {
    const account = accountWith({ userName: 'old', displayName: 'x' });
    const { notes } = judged({ account }, { allow: [], profile: profileWith({ createOnly: ['userName'] }) });
    expect(notes.map(({ rule }) => rule)).toEqual(['cannotFollow', 'notAllowed']);
  });
});

describe('a manager who cannot be referred to', () => {
  const draft = ({ needs = 'p2', ...part }: Partial<Draft>): Draft => ({
    type: 'User',
    kind: 'update',
    key: 'p1',
    part: 0,
    phase: 10,
    changes: [],
    why: '',
    beforeDigest: '',
    needs,
    ...part,
  });
  const change = { path: MANAGER_PATH, before: { value: 'p9' }, after: { value: 'p2' } };

  test('leaves nothing of an update of the reference alone', () => {
    const operation = draft({ after: managedBy('p2', desired), changes: [change] });
    expect(withoutReference(operation, managedBy('p9', desired))).toBeUndefined();
  });

  test('leaves the other changes, and the manager whom the account has', () => {
    const title = { path: 'title', after: 'Countess' };
    const operation = draft({
      after: managedBy('p2', { ...desired, title: 'Countess' }),
      changes: [change, title],
      why: 'manager and title differ',
    });
    const next = withoutReference(operation, managedBy('p9', desired))!;
    expect(next).not.toHaveProperty('needs');
    expect(next.changes).toEqual([title]);
    expect(next.why).toBe('title differs');
    expect(next.after).toEqual(managedBy('p9', { ...desired, title: 'Countess' }));
  });

  test('is left out of a create and of a return, which go on', () => {
    const created = withoutReference(draft({ kind: 'create', after: managedBy('p2', desired) }), undefined);
    expect(created).toMatchObject({ kind: 'create', after: desired });
    expect(created!.after).not.toHaveProperty([ENTERPRISE]);
    const back = draft({ kind: 'reactivate', after: managedBy('p2', desired), changes: [change] });
    expect(withoutReference(back, { ...desired, active: false })).toMatchObject({
      changes: [],
      after: desired,
    });
  });

  test('an operation without a resource keeps what it is', () => {
    expect(withoutReference(draft({ kind: 'delete' }), undefined)).toMatchObject({ kind: 'delete' });
  });
});

test('withValueOf puts back what was there, at every kind of path', () => {
  const before = { title: 'a', name: { givenName: 'A' }, [ENTERPRISE]: { department: 'D' } };
  const after = { title: 'b', name: { givenName: 'B', familyName: 'F' }, [ENTERPRISE]: { department: 'E' } };
  expect(withValueOf(after, before, 'title')['title']).toBe('a');
  expect(withValueOf(after, before, 'name.givenName')['name']).toEqual({ givenName: 'A', familyName: 'F' });
  expect(withValueOf(after, before, 'name.familyName')['name']).toEqual({ givenName: 'B' });
  expect(withValueOf(after, before, `${ENTERPRISE}:department`)[ENTERPRISE]).toEqual({ department: 'D' });
  expect(withValueOf(after, {}, 'title')).not.toHaveProperty('title');
  expect(withValueOf(after, {}, `${ENTERPRISE}:department`)).not.toHaveProperty([ENTERPRISE]);
  expect(withValueOf({}, before, 'name.givenName')).toEqual({ name: { givenName: 'A' } });
  expect(after.title).toBe('b');
});

test('managerOf reads the identity key, and nothing else', () => {
  expect(managerOf(managedBy('p2'))).toBe('p2');
  for (const resource of [
    {},
    { [ENTERPRISE]: 'x' },
    { [ENTERPRISE]: {} },
    { [ENTERPRISE]: { manager: 'p2' } },
    { [ENTERPRISE]: { manager: { value: 2 } } },
  ])
    expect(managerOf(resource)).toBeUndefined();
});

describe('an account that is switched off first and deleted later', () => {
  const day = 86_400_000;
  const left = { standing: 'left', account: off } as const;
  const later = { deleteAfter: { left: 30 * day }, now: off.confirmedAt + 30 * day };

  test('is deleted when it has been off for long enough, and looked at until then', () => {
    const first = judged({ standing: 'left', account: linked }, later);
    expect([first.draft?.kind, first.isPending]).toEqual(['deactivate', true]);
    const early = judged(left, { ...later, now: later.now - 1 });
    expect([early.draft, early.isPending]).toEqual([undefined, true]);
    expect(judged(left, later).draft).toMatchObject({
      kind: 'delete',
      why: expect.stringContaining('switched off since') as string,
    });
    // Each reason has a policy of its own.
    expect(judged({ standing: 'outOfScope', account: off }, later)).toEqual({ notes: [] });
  });

  test('that was there before us is switched off, and not deleted unless that is asked for', () => {
    const adopted = { ...linked, origin: 'adopted' } as const;
    const policy = { onLeave: 'delete' } as const;
    const { draft, notes } = judged({ standing: 'left', account: adopted }, policy);
    expect([draft?.kind, notes.map(({ rule }) => rule)]).toEqual(['deactivate', ['adopted']]);
    const asked = judged({ standing: 'left', account: adopted }, { ...policy, deleteAdopted: true });
    expect(asked.draft?.kind).toBe('delete');
    const gone = { ...off, origin: 'adopted' } as const;
    expect(judged({ standing: 'left', account: gone }, later).draft).toBeUndefined();
  });
});
