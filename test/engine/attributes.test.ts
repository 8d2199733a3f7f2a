import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { openCompany, targetWith } from './company.ts';
import type { Person } from './company.ts';
import { exampleMapping, exampleProfile, template } from '../planning/example.ts';
import type { PasswordRule, TargetConfiguration } from '../../src/model/index.ts';

const person = (id: string, part: Person = {}): Person => ({ id, user: id, status: 'active', ...part });

test('what the source has no longer is kept, cleared or replaced, as the target says of each attribute', async () => {
  const attributes = { keep: ['title'], createOnly: [] };
  const mapping = { defaults: template(() => ({ emails: [{ value: 'info@example.org' }] })) };
  const company = openCompany([person('a', { title: 'Dr', name: 'Ada', mail: 'ada@example.org' })], {
    target: { attributes, mapping },
  });
  await company.sync();
  company.people = [person('a')];
  await company.sync();
  const held = { userName: 'a', title: 'Dr', emails: [{ value: 'info@example.org' }] };
  expect(company.directory.content()['a']).toEqual({ active: true, externalId: 'a', ...held });
  expect((await company.sync()).view.operations).toEqual([]);
  company.people = [person('a', { title: 'Prof' })];
  await company.sync();
  expect(company.directory.content()['a']).toMatchObject({ title: 'Prof' });
});

test('what is set by a create alone is not changed by what comes after it, and nothing is said of it', async () => {
  const company = openCompany([person('a', { title: 'Dr', name: 'Ada' })], {
    target: { attributes: { keep: [], createOnly: ['title'] } },
  });
  await company.sync();
  company.people = [person('a', { title: 'Prof', name: 'Ada L' }), person('b', { title: 'Prof' })];
  expect((await company.sync()).view).toMatchObject({ operations: ['update a', 'create b'], notes: [] });
  expect(company.directory.log).toContain('PATCH a displayName');
  expect(company.directory.content()).toMatchObject({ a: { title: 'Dr' }, b: { title: 'Prof' } });
  expect((await company.sync()).view.operations).toEqual([]);
});

const secretive = { ...exampleProfile, users: { ...exampleProfile.users, password: 'accepted' as const } };

/** A company in which some have a password in the source, and whose target has a rule for it. */
function withPasswords(
  people: readonly Person[],
  password: PasswordRule,
  part: Partial<TargetConfiguration> = {},
) {
  return openCompany(people, {
    targets: [targetWith({ profile: secretive, password, ...part })],
    mapping: {
      ...exampleMapping,
      attributes: template(({ record }) => ({ userName: record['user'] as string })),
      password: template(({ record }) => record['pass']),
    },
  });
}

test('a password that is made goes with a create, is another one each time, and is never made again', async () => {
  const company = withPasswords([person('a', { pass: 'of the source' }), person('b')], { length: 12 });
  expect((await company.sync()).view.operations).toEqual(['create a', 'create b']);
  const made = ['a', 'b'].map((name) => company.directory.content()[name]!['password']);
  expect(made.toSorted()).toEqual(['made-1......', 'made-2......']);
  company.people = [person('a', { pass: 'another' }), person('b', { pass: 'a first one' })];
  expect((await company.sync()).view.operations).toEqual([]);
  expect(company.passwords).toBe(2);
  const folder = dirname(company.configuration.state);
  const files = readdirSync(folder).map((name) => readFileSync(join(folder, name)));
  expect(files.some((bytes) => bytes.includes('create'))).toBe(true);
  expect(files.some((bytes) => bytes.includes('made-'))).toBe(false);
});

test('a create that was lost is sent with another password, and one that was found has the one it was sent with', async () => {
  const company = withPasswords([person('a'), person('b')], { length: 12 });
  let lost = 0;
  company.directory.before = ({ method, body }, name) => {
    if (method !== 'POST' || ++lost > 2) return undefined;
    if (name === 'b') company.directory.add(body!);
    return { kind: 'failed', failure: { class: 'unanswered', code: 'unreachable', message: 'cut off' } };
  };
  for (let run = 0; run < 3; run++) await company.sync();
  const { a, b } = company.directory.content();
  expect([a!['password'], b!['password']]).toEqual(['made-3......', expect.stringMatching(/^made-[12]\.+$/)]);
  expect(company.directory.log.filter((line) => line.startsWith('P'))).toHaveLength(3);
  expect((await company.sync()).view.operations).toEqual([]);
});

test('a password of the source is told once, where a target asks for that, and never where it asks for none', async () => {
  const once = withPasswords([person('a', { pass: 'a first one' })], 'create');
  await once.sync();
  once.people = [person('a', { pass: 'a second one' })];
  expect((await once.sync()).view.operations).toEqual([]);
  expect(once.directory.content()['a']).toMatchObject({ password: 'a first one' });

  const none = withPasswords([person('a', { pass: 'a first one' })], 'none');
  await none.sync();
  expect(none.directory.content()['a']).not.toHaveProperty('password');
});
