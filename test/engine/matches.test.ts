import { describe, expect, test } from 'vitest';
import { ENTERPRISE } from '../../src/model/index.ts';
import type { Profile, Resource } from '../../src/model/index.ts';
import { exampleMapping, exampleProfile, profileWith, template } from '../planning/example.ts';
import { openCompany } from './company.ts';
import type { Person } from './company.ts';

const person = (id: string, part: Person = {}): Person => ({ id, user: `u${id}`, status: 'active', ...part });
const noLinks = { link: { count: 0, floor: 0 } };
/** Everybody is looked up, one by one. */
const lookUps: Profile = { ...exampleProfile, list: { ...exampleProfile.list, provesAbsence: false } };

function populated(accounts: readonly Resource[], people: readonly Person[], profile = exampleProfile) {
  const company = openCompany(people, { target: { profile, limits: noLinks } });
  for (const account of accounts) company.directory.add(account);
  return company;
}

describe('asking whether people are there already', () => {
  test('costs one list on an empty target, whose creates then cost one request each', async () => {
    const company = populated([], [person('1'), person('2'), person('3')]);
    await company.sync();
    expect(company.directory.reads).toBe(1);
    expect(company.directory.log).toHaveLength(3);
  });

  test('costs nothing where nobody is created', async () => {
    const company = populated([], [person('1')]);
    await company.sync();
    company.directory.reads = 0;
    company.people = [person('1', { title: 'Dr' })];
    await company.sync();
    expect(company.directory.reads).toBe(0);
  });

  test('goes person by person where a list cannot prove an absence', async () => {
    const company = populated([], [person('1', { mail: 'a@x.example' }), person('2')], lookUps);
    await company.sync();
    expect(company.directory.reads).toBe(5);
    expect(company.directory.log).toHaveLength(2);
  });

  test('goes person by person where the list was not whole', async () => {
    const company = populated([], [person('1')]);
    company.directory.isComplete = false;
    await company.sync();
    expect(company.directory.reads).toBe(3);
    expect(company.directory.log).toEqual(['POST u1']);
  });

  test('goes person by person where that is fewer requests than the pages of the list', async () => {
    const profile = { ...exampleProfile, list: { ...exampleProfile.list, pageSize: 1 } };
    const company = populated([], [person('1'), person('2'), person('3')], profile);
    await company.sync();
    company.directory.reads = 0;
    company.people = [...company.people, person('4')];
    await company.sync();
    expect(company.directory.reads).toBe(2);
  });
});

describe.each([
  ['by the list', exampleProfile],
  ['one by one', lookUps],
])('somebody whom the target knows, found %s,', (_, profile) => {
  const met = async (accounts: readonly Resource[], people: readonly Person[]) => {
    const company = populated(accounts, people, profile);
    const { view, result } = await company.sync();
    return { company, view, result };
  };

  test('is linked by externalId, after an approval, and not written to', async () => {
    const { company, view, result } = await met(
      [{ userName: 'old', externalId: '1', active: false }],
      [person('1'), person('2')],
    );
    expect(view).toMatchObject({ operations: ['link 1', 'create 2'], held: ['link'] });
    expect(result).toMatchObject({ state: 'held', counts: { create: 1 } });
    expect(company.directory.content()['old']).toMatchObject({ active: false });
    company.approve();
    expect((await company.sync()).result).toMatchObject({ state: 'done', counts: { link: 1 } });
    expect(company.directory.log).toEqual(['POST u2']);
    // The next run sees what differs, and says it.
    expect((await company.sync()).view.operations).toEqual(['reactivate 1']);
    expect(company.directory.content()['u1']).toMatchObject({ active: true });
    expect((await company.sync()).view.operations).toEqual([]);
  });

  test('keeps what the configuration does not map, for ever', async () => {
    const compared = ['userName', 'title', 'externalId', 'active'];
    const company = openCompany([person('1', { title: 'Dr' })], {
      target: { profile, limits: noLinks, drift: { compared, attributes: {} } },
    });
    const theirs = {
      displayName: 'The First',
      phoneNumbers: [{ value: '1' }],
      name: { givenName: 'F' },
      [ENTERPRISE]: { department: 'Theirs' },
    };
    company.directory.add({ userName: 'old', externalId: '1', title: 'Old', ...theirs });
    await company.sync();
    company.approve();
    await company.sync();
    expect((await company.sync()).view.operations).toEqual(['update 1']);
    company.people = [person('1', { title: 'Prof' })];
    await company.sync();
    expect(company.directory.log).toEqual(['PATCH old title userName', 'PATCH u1 title']);
    expect(company.directory.content()['u1']).toMatchObject({ ...theirs, title: 'Prof' });
  });

  test('is linked by a name or an address alone, if the account is on', async () => {
    const { view } = await met(
      [{ userName: 'U1' }, { userName: 'other', emails: [{ value: 'A@x.example' }] }],
      [person('1'), person('2', { mail: 'a@X.example' })],
    );
    expect(view.operations).toEqual(['link 1', 'link 2']);
  });

  test('is linked where `allow` names link alone, and nobody else gets an account', async () => {
    const target = { profile, limits: noLinks, allow: ['link', 'update'] as const };
    const company = openCompany([person('1'), person('2')], { target });
    company.directory.add({ userName: 'u1', externalId: '1' });
    const { view } = await company.sync();
    expect(view).toMatchObject({ operations: ['link 1'], leftOut: {} });
    company.approve();
    await company.sync();
    expect((await company.sync()).view.operations).toEqual([]);
    expect(Object.keys(company.directory.content())).toEqual(['u1']);
  });

  test('is left out where `allow` does not name link', async () => {
    const target = { profile, allow: ['create', 'update'] as const };
    const company = openCompany([person('1'), person('2')], { target });
    company.directory.add({ userName: 'u1', externalId: '1', active: true });
    const { view } = await company.sync();
    expect(view).toMatchObject({ operations: ['create 2'], held: [], leftOut: { 1: 'disputed' } });
  });

  test('is disputed by a name alone, if the account is off: it may be a former colleague’s', async () => {
    const { company, view } = await met([{ userName: 'u1', active: false }], [person('1'), person('2')]);
    expect(view).toMatchObject({ operations: ['create 2'], leftOut: { 1: 'disputed' } });
    expect(company.directory.content()['u1']).toMatchObject({ active: false });
  });

  test('is disputed by a name, if the account has the externalId of somebody else, who may have left', async () => {
    const { view } = await met(
      [{ userName: 'u1', externalId: '2' }],
      [person('1'), person('2', { user: 'other', status: 'left' })],
    );
    expect(view).toMatchObject({ operations: [], leftOut: { 1: 'disputed' } });
  });

  test('is disputed, if several could be meant', async () => {
    const { view } = await met(
      [{ userName: 'u1' }, { userName: 'x', emails: [{ value: 'a@x.example' }] }],
      [person('1', { mail: 'a@x.example' })],
    );
    expect(view).toMatchObject({ operations: [], leftOut: { 1: 'disputed' } });
  });

  test('is left out, if the account is somebody else’s', async () => {
    const { company } = await met([], [person('1', { mail: 'a@x.example' })]);
    company.people = [...company.people, person('2', { mail: 'A@x.example' }), person('3')];
    const { view, result } = await company.sync();
    expect(view).toMatchObject({ operations: ['create 3'], leftOut: { 2: 'nameTaken' } });
    expect(result.state).toBe('partial');
  });
});

test('the primary address is the one that counts, wherever it stands', async () => {
  const attributes = template(({ record }) => ({
    userName: record['user'],
    emails: [{ value: 'home@x.example' }, { value: 'work@x.example', primary: true }],
  }));
  for (const profile of [exampleProfile, lookUps]) {
    const company = openCompany([person('1')], {
      mapping: { ...exampleMapping, attributes },
      target: { profile, limits: noLinks },
    });
    company.directory.add({ userName: 'other', emails: [{ value: 'Work@x.example' }] });
    expect((await company.sync()).view.operations).toEqual(['link 1']);
  }
});

describe('an account that two people could have', () => {
  test('is disputed between them, unless it is marked as that of one', async () => {
    const held = [{ userName: 'u1', externalId: 'E1', emails: [{ value: 'u1@example.com', primary: true }] }];
    const both = [person('E1', { user: 'u1' }), person('X1', { user: 'x1', mail: 'u1@example.com' })];
    const company = populated(held, both);
    const marked = (await company.sync()).view;
    expect(marked).toMatchObject({ operations: ['link E1'], leftOut: { X1: 'disputed' } });
    const [{ externalId: _, ...plain }] = held as [(typeof held)[0]];
    const other = populated([plain], both);
    expect((await other.sync()).view).toMatchObject({
      operations: [],
      leftOut: { E1: 'disputed', X1: 'disputed' },
    });
  });
});

describe('a target that cannot be asked', () => {
  test('as a whole is failed, nothing is created, and other targets go on', async () => {
    const company = populated([], [person('1')]);
    company.directory.trouble = { class: 'target', code: 'unauthorised', message: 'the token was refused' };
    const { result } = await company.sync();
    expect(result).toMatchObject({ state: 'failed', error: { code: 'unauthorised' } });
    expect(company.directory.log).toEqual([]);
    company.directory.trouble = undefined;
    expect((await company.sync()).result).toMatchObject({ state: 'done', counts: { create: 1 } });
  });

  test('about anybody who is new switches leavers off all the same, if it may answer to that', async () => {
    const company = populated([], [person('1'), person('2')]);
    await company.sync();
    company.people = [person('1', { status: 'left' }), person('2'), person('3')];
    company.directory.trouble = { class: 'target', code: 'forbidden', message: 'this key may not read' };
    const { view, result } = await company.sync();
    expect(view).toMatchObject({ operations: ['deactivate 1'], leftOut: { 3: 'unproved' } });
    expect(result).toMatchObject({ state: 'partial', counts: { deactivate: 1 } });
    company.directory.trouble = undefined;
    expect((await company.sync()).view.operations).toEqual(['create 3']);
  });

  test('about anybody, since it is out of reach, is sent nothing, and whoever leaves is known to be on', async () => {
    const company = populated([], [person('1'), person('2')]);
    await company.sync();
    company.directory.log.length = 0;
    company.people = [person('1', { status: 'left' }), person('2'), person('3')];
    company.directory.trouble = { class: 'target', code: 'unreachable', message: 'no such host' };
    const { view, result } = await company.sync();
    expect(result).toMatchObject({ state: 'failed', error: { code: 'unreachable' }, waiting: 2 });
    expect(view).toMatchObject({ operations: ['deactivate 1'], leftOut: { 3: 'unproved' } });
    expect(company.directory.log).toEqual([]);
    company.directory.trouble = undefined;
    expect((await company.sync()).result).toMatchObject({ state: 'done' });
    expect(company.directory.content()).toMatchObject({ u1: { active: false }, u3: { active: true } });
  });

  test('about anybody who is new in words of SCIM is sent what it may answer to', async () => {
    const company = populated([], [person('1'), person('2')]);
    await company.sync();
    company.people = [person('1', { status: 'left' }), person('2'), person('3')];
    company.directory.trouble = { class: 'target', code: 'protocol', message: 'an HTML page' };
    expect((await company.sync()).result).toMatchObject({ state: 'partial', counts: { deactivate: 1 } });
  });

  test('about some leaves those out, and switches leavers off all the same', async () => {
    const company = populated([], [person('1'), person('2')], lookUps);
    await company.sync();
    company.people = [person('1', { status: 'left' }), person('2'), person('3')];
    company.directory.trouble = { class: 'transient', code: 'server', message: 'busy' };
    const { view, result } = await company.sync();
    expect(view).toMatchObject({ operations: ['deactivate 1'], leftOut: { 3: 'unproved' } });
    expect(result).toMatchObject({ state: 'partial', counts: { deactivate: 1 } });
    company.directory.trouble = undefined;
    expect((await company.sync()).view.operations).toEqual(['create 3']);
  });
});

test('a create without what the service demands is left out and named', async () => {
  const company = populated(
    [],
    [person('1', { name: 'One' }), person('2')],
    profileWith({ required: ['userName', 'displayName'] }),
  );
  const { view } = await company.sync();
  expect(view).toMatchObject({ operations: ['create 1'], leftOut: { 2: 'required' } });
});
