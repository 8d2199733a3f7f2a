import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { TestContext } from 'vitest';
import { presets } from '../../connectors/sources/presets/index.ts';
import { recognise } from '../../connectors/sources/presets/recognise.ts';
import { sampleOf } from '../../src/cli/sample.ts';
import type { Looking } from '../../src/cli/sample.ts';
import { starterConfiguration } from '../../src/configuration/index.ts';
import { RollcallError } from '../../src/model/index.ts';
import { activity, samples, tryFile } from '../connectors/sources/presets/trying.ts';
import { temporaryFolder } from '../support/folder.ts';

/** What `init` writes for a file of people, and what comes of it. */
async function started(context: TestContext, name: string, content: string | Uint8Array, more: Looking = {}) {
  const folder = temporaryFolder(context);
  const people = join(folder, name);
  const config = join(folder, 'rollcall.yaml');
  writeFileSync(people, content);
  const text = starterConfiguration({
    path: `./${name}`,
    ...(await sampleOf(people, more)),
    connector: 'generic',
    baseUrl: 'https://app.example/scim',
    tokenVariable: 'T',
  });
  writeFileSync(config, text);
  return { text, tried: await tryFile(config) };
}

const openLdap = `dn: dc=example,dc=org
objectClass: domain

dn: uid=ada,ou=people,dc=example,dc=org
objectClass: inetOrgPerson
objectClass: person
uid: ada
givenName: Ada
sn: Lovelace
mail: ada@example.org
employeeNumber: 7

dn: uid=bob,ou=people,dc=example,dc=org
objectClass: inetOrgPerson
uid: bob
sn: Babbage
mail: bob@example.org
employeeNumber: 8

dn: cn=staff,ou=groups,dc=example,dc=org
objectClass: groupOfNames
cn: staff
member: uid=ada,ou=people,dc=example,dc=org
`;

describe('the configuration that init writes for', () => {
  test('an LDIF export: people by their class, groups beside them', async (context) => {
    const { text, tried } = await started(context, 'export.ldif', openLdap);
    expect(text).toContain('where: \'${"inetOrgPerson" in record.objectClass}\'');
    expect(tried.receipt).toMatchObject({ count: 2, complete: true });
    expect(tried.people).toMatchObject({
      '7': {
        attributes: { userName: 'ada@example.org', name: { givenName: 'Ada', familyName: 'Lovelace' } },
        groups: ['staff'],
      },
      '8': { attributes: { emails: [{ value: 'bob@example.org' }] }, groups: [] },
    });
  });

  test('classes in another case, as this file has them (RFC 4512 §1.4)', async (context) => {
    const group =
      'dn: cn=crew,dc=example,dc=org\nobjectClass: Group\ncn: crew\nmember: cn=ada,dc=example,dc=org\n';
    const ada =
      'dn: cn=ada,dc=example,dc=org\nobjectClass: InetOrgPerson\nuid: ada\nmail: ada@example.org\n\n';
    const { text, tried } = await started(context, 'export.ldif', ada + group);
    expect(text).toContain('"InetOrgPerson" in record.objectClass');
    expect(tried.people).toMatchObject({ ada: { groups: ['crew'] } });
  });

  test('nothing that is there is an error that speaks of no configuration', async (context) => {
    const folder = temporaryFolder(context);
    const error: unknown = await sampleOf(join(folder, 'none.ldif'), {}).catch((one: unknown) => one);
    expect(error).toBeInstanceOf(RollcallError);
    expect((error as RollcallError).problems).toMatchObject([
      {
        message: expect.stringContaining('no such file') as string,
        hint: expect.stringContaining('check --people or --csv') as string,
      },
    ]);
  });

  test('an export of Active Directory: the flag of the account, and the GUID as the key', async (context) => {
    const entry = (name: string, control: number) => `dn: CN=${name},DC=example
objectClass: user
cn: ${name}
sAMAccountName: ${name}
objectGUID:: ${Buffer.from(`${name}-------------`.slice(0, 16)).toString('base64')}
userAccountControl: ${control}

`;
    // By how it begins: its name says nothing.
    const { tried } = await started(context, 'export', `${entry('ada', 512)}${entry('bob', 514)}`);
    expect(Object.keys(tried.people)[0]).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(Object.values(activity(tried))).toEqual([true, false]);
  });

  test('JSON that nobody knows: names at the top and one step further inside', async (context) => {
    const people = [
      {
        id: 7,
        contact: { email: 'ada@example.org' },
        firstName: 'Ada',
        lastName: 'Lovelace',
        active: true,
        groups: ['Blue'],
      },
      { id: 8, contact: { email: 'bob@example.org' }, active: false },
    ];
    const { text, tried } = await started(context, 'people.json', JSON.stringify(people));
    expect(text).toContain('connector: json');
    expect(activity(tried)).toEqual({ '7': true, '8': false });
    expect(tried.people).toMatchObject({
      '7': { attributes: { userName: 'ada@example.org', name: { givenName: 'Ada' } }, groups: ['Blue'] },
    });
    const lines = people.map((one) => JSON.stringify(one)).join('\n');
    const again = await started(context, 'people.ndjson.gz', gzipSync(`${lines}\n`));
    expect(again.tried.people).toEqual(tried.people);
  });

  test('a list inside a document: where it is has to be said, and the error says it', async (context) => {
    const text = JSON.stringify({ workers: [{ id: 'a', mail: 'a@example.org' }] });
    await expect(started(context, 'people.json', text)).rejects.toThrow(
      'is an object and not the list of records',
    );
    await expect(started(context, 'people.json', text)).rejects.toMatchObject({
      problems: [{ hint: 'did you mean --records /workers?' }],
    });
    const { tried } = await started(context, 'people.json', text, { records: '/workers' });
    expect(activity(tried)).toEqual({ a: true });
  });

  test.for<readonly [string, string]>([
    ['okta', 'okta/users-1.json'],
    ['entra', 'entra/users-2.json'],
    ['google-workspace', 'google-workspace/users-2.json'],
    ['cognito', 'cognito/users-2.json'],
    ['workday', 'workday/report.json'],
    ['bamboohr', 'bamboohr/report.json'],
    ['scim', 'scim/users-1.json'],
  ])('%s: its preset', async ([preset, sample], context) => {
    const { text, tried } = await started(context, 'people.json', readFileSync(join(samples, sample)));
    expect(text).toContain(`  preset: ${preset} #`);
    expect(text).not.toContain('identity:');
    expect(tried.configuration.source).toMatchObject({ preset });
    expect(tried.receipt.count).toBeGreaterThan(0);
  });

  test.for<readonly [string, string, string]>([
    ['an empty list', '[]', 'no record that can be read'],
    ['an empty file', '', 'the file is empty'],
    ['text that is none', '[{"id":', 'no record that can be read'],
  ])('%s: an error, and no file', async ([, content, message], context) => {
    await expect(started(context, 'people.json', content)).rejects.toThrow(message);
  });
});

test('a preset is recognised where its own list is, and nowhere else', () => {
  const known = presets();
  const user = { id: '1', status: 'ACTIVE', profile: { login: 'a' } };
  expect(recognise('', user)).toBe('okta');
  expect(known.has(recognise('', user)!)).toBe(true);
  expect(recognise('/value', user)).toBeUndefined();
  expect(recognise('', { id: '1', status: 'ACTIVE', profile: null })).toBeUndefined();
});
