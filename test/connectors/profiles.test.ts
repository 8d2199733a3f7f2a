import { format } from 'prettier';
import { expect, test } from 'vitest';
import { profiles } from '../../connectors/targets/profiles.ts';
import { capabilityTable } from '../../src/reports/capabilities.ts';
import { validateProfile } from '../../src/scim/profile.ts';
import type { Profile } from '../../src/model/index.ts';

const generic = profiles().get('generic')!;

test('every profile is found under its own name and holds together', () => {
  expect([...profiles().keys()].slice(0, 3)).toEqual(['generic', 'cosmo', 'cosmo-controlplane']);
  for (const [name, profile] of profiles()) {
    expect(profile.name).toBe(name);
    expect(validateProfile(profile), name).toEqual([]);
  }
});

test('a profile is plain data: it survives the way through JSON', () => {
  for (const profile of profiles().values()) expect(JSON.parse(JSON.stringify(profile))).toEqual(profile);
});

test('the control plane is told only what it keeps', () => {
  const { users, update, active, groups, discovery } = profiles().get('cosmo-controlplane')!;
  expect(users.writable).not.toContain('externalId');
  expect(users.createOnly).toEqual(['userName', 'emails']);
  expect([update.method, active.form, active.as]).toEqual(['put', 'pathless', 'boolean']);
  expect([groups.supported, discovery]).toEqual([false, false]);
});

test.each<[string, Partial<Profile>, string]>([
  ['an unknown attribute', { users: { ...generic.users, writable: ['userName', 'shoeSize'] } }, 'shoeSize'],
  [
    'a readOnly attribute',
    { users: { ...generic.users, writable: [...generic.users.writable, 'groups'] } },
    'readOnly',
  ],
  [
    'active among the writable',
    { users: { ...generic.users, writable: [...generic.users.writable, 'active'] } },
    'active',
  ],
  ['a requirement that cannot be met', { users: { ...generic.users, required: ['password'] } }, 'password'],
  ['a bound on a single value', { users: { ...generic.users, maxValues: { title: 1 } } }, 'title'],
  ['a bound of nothing', { users: { ...generic.users, maxValues: { emails: 0 } } }, 'emails'],
  ['a pattern that fits everything', { answers: { ...generic.answers, exists: [{}] } }, 'fits every answer'],
  ['a pattern that is none', { answers: { ...generic.answers, exists: [{ detail: '(' }] } }, 'no expression'],
  ['no pages', { list: { ...generic.list, pageSize: 0 } }, 'pageSize'],
  ['no requests', { pace: { concurrency: 0 } }, 'concurrency'],
  ['a probe elsewhere', { probe: 'https://x' }, 'probe'],
  ['an invitation for the absent', { create: { ...generic.create, invites: true } }, 'invites'],
  ['a name that is none', { name: 'My App' }, 'name'],
])('%s is refused', (_, part, word) => {
  expect(validateProfile({ ...generic, ...part }).join('\n')).toContain(word);
});

test('the capability tables have a row for each profile and say no where nothing is said', () => {
  const lines = capabilityTable(profiles()).split('\n');
  const rows = (name: string): readonly (readonly string[])[] =>
    lines
      .filter((line) => line.startsWith(`| ${name} `))
      .map((line) =>
        line
          .split('|')
          .slice(2, -1)
          .map((cell) => cell.trim()),
      );
  const [people, told, groups] = rows('`cosmo-controlplane`');
  expect(people).toEqual([
    ...['WunderGraph Cosmo control plane', 'by invitation', 'no', 'PUT', 'yes', 'yes', 'no'],
    ...['`userName`, `emails`', '`userName`, `emails`'],
  ]);
  expect(told).toEqual(['as it is', '`givenName`, `familyName`', 'one', 'no', 'no', 'no', 'no', 'no']);
  expect(groups).toEqual(['no', 'no', 'no', 'no', 'no', 'no', 'no', '', '', '']);
  expect(rows('`generic`')[2]).toEqual([
    ...['yes', 'yes', 'yes', 'on request', 'yes', 'yes', 'no', 'as it is', '100'],
    '`externalId`, `displayName`',
  ]);
  expect(lines.filter((line) => /undefined|null|NaN/.test(line))).toEqual([]);
});

test('the capability table is formatted as the documents that hold it are', async () => {
  const table = capabilityTable(profiles());
  expect(await format(table, { parser: 'markdown', printWidth: 110 })).toBe(table);
});
