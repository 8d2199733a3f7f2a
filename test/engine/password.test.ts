import { expect, test } from 'vitest';
import { column, openCompany, targetWith } from './company.ts';
import type { Person } from './company.ts';
import { exampleMapping, exampleProfile, template } from '../planning/example.ts';

const person = (id: string, part: Person = {}): Person => ({ id, user: id, status: 'active', ...part });

test('a password whose operation went out in a run that did not read it follows', async () => {
  const profile = { ...exampleProfile, users: { ...exampleProfile.users, password: 'accepted' as const } };
  const company = openCompany([person('a', { pass: 'a first one' })], {
    targets: [targetWith({ profile })],
    mapping: {
      ...exampleMapping,
      attributes: template(({ record }) => ({ userName: record['user'] as string })),
      password: column('pass'),
    },
  });
  company.directory.before = ({ method }) =>
    method === 'POST'
      ? {
          kind: 'failed',
          failure: { class: 'transient', code: 'server', message: 'busy', retryAfter: 60_000 },
        }
      : undefined;
  await company.sync();
  company.directory.before = () => undefined;
  company.now += 60_000;
  const read = company.people;
  company.people = [];
  company.receipt = { complete: false, reasons: ['it was cut'] };
  await company.sync();
  expect(company.directory.content()['a']).not.toHaveProperty('password');
  company.people = read;
  company.receipt = {};
  expect((await company.sync()).view.operations).toEqual(['update a']);
  expect(company.directory.content()['a']).toMatchObject({ password: 'a first one' });
  expect((await company.sync()).view.operations).toEqual([]);
});
