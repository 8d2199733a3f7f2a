import { readFileSync } from 'node:fs';
import { Attribute, Change, Client } from 'ldapts';
import { describe, expect, test } from 'vitest';
import { patient } from '../support/folder.ts';
import { openPlaceWithService } from '../support/place.ts';
import { accounts } from '../support/service.ts';
import { ROOT, head, noSlapd, slapdWith } from '../support/slapd.ts';

if (noSlapd !== undefined) console.warn(noSlapd);

/** A group as Active Directory has it, for a server that knows none. */
const schema = `
attributetype ( 1.3.6.1.4.1.55555.1.1 NAME 'groupType' SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 SINGLE-VALUE )
objectclass ( 1.3.6.1.4.1.55555.2.1 NAME 'Group' SUP top STRUCTURAL MUST ( groupType $ cn ) MAY member )
`;

const person = (uid: string, name: string, more = '') => `
dn: cn=${name}+sn=${uid},ou=people,dc=example,dc=com
objectClass: inetOrgPerson
cn: ${name}
sn: ${name.split(' ').at(-1)}
givenName: ${name.split(' ')[0]}
mail: ${uid}@example.com
uid: ${uid}
employeeType: active
${more}`;

const photo = `jpegPhoto:: ${Buffer.alloc(9000, 0xff).toString('base64')}\n`;
const people =
  person('ada', 'Ada Lovelace', photo) +
  person('bob', 'Bob Kahn') +
  person('carl', 'Carl, the Great'.replace(',', ''));
const group = (name: string, ...members: readonly string[]) => `
dn: cn=${name},ou=people,dc=example,dc=com
objectClass: Group
groupType: 2147483650
cn: ${name}
${members.map((one) => `member: ${one}\n`).join('')}`;
const dn = (uid: string, name: string) => `cn=${name}+sn=${uid},ou=people,dc=example,dc=com`;

const crew = (...more: readonly string[]) =>
  group('crew', 'SN=ada + CN=Ada Lovelace,ou=People,dc=example,dc=com', ...more);

const rest = (url: string) => `  where: \${'inetOrgPerson' in record.objectClass}
  key: \${first(record.uid)}
identity:
  userName: \${first(record.mail)}
  name: { givenName: "\${first(record.givenName)}", familyName: "\${first(record.sn)}" }
  emails: [{ value: "\${first(record.mail)}", type: work, primary: true }]
  active: { from: "\${first(record.employeeType)}", on: [active], off: [left] }
groups:
  - records: \${'Group' in record.objectClass}
    name: \${first(record.cn)}
    members: \${get(record, 'member')}
    match: \${record.dn}
targets:
  app:
    connector: generic
    baseUrl: ${url}
    auth: { kind: bearer, token: { env: APP_TOKEN } }
    assign: \${'crew' in groups}
`;

describe.skipIf(noSlapd !== undefined)('a directory and its export', patient, () => {
  test('give the same plan, byte for byte; groups decide who is assigned, and a change of one is seen', async (context) => {
    const place = await openPlaceWithService(context);
    const boss = group('boss', dn('carl', 'Carl the Great'));
    const content = head + people + crew('cn=boss,ou=people,dc=example,dc=com') + boss;
    const slapd = await slapdWith(context, content, { global: schema });
    const live = (port: number) => `state: ./live.db
source:
  connector: ldap
  url: ldap://127.0.0.1:${port}
  bind: { dn: "${ROOT.dn}", password: { env: LDAP_PASSWORD } }
  base: dc=example,dc=com
`;
    const { url } = place.mock;
    place.write(
      'export.yaml',
      `state: ./export.db\nsource:\n  connector: ldif\n  path: ./*.ldif\n${rest(url)}`,
    );
    place.write('live.yaml', live(slapd.port) + rest(url));
    place.write('1.ldif', head + people);
    place.write('2.ldif', crew('cn=boss,ou=people,dc=example,dc=com') + boss);
    const env = { env: { LDAP_PASSWORD: ROOT.password } };
    const planned = async (name: string) => {
      const out = place.path(`${name}.plan`);
      const ended = await place.runWith(env, 'plan', '--config', `${name}.yaml`, '--out', out, '--exit-code');
      expect(ended).toMatchObject({ code: 2, stderr: '' });
      const [, ...operations] = readFileSync(out, 'utf8').split('\n');
      return operations.join('\n');
    };
    const fromExport = await planned('export');
    expect(await planned('live')).toBe(fromExport);
    expect(fromExport).toContain('"ada"');

    expect(await place.runWith(env, 'sync', '--config', 'live.yaml')).toMatchObject({ code: 0 });
    expect(accounts(place.mock)).toEqual({ 'ada@example.com': true, 'carl@example.com': true });
    const again = await place.runWith(env, 'plan', '--config', 'live.yaml', '--exit-code');
    expect(again).toMatchObject({ code: 0, stderr: '' });

    // Bob joins, and whoever was in the group within it is not any more.
    const changed = await slapdWith(context, head + people + crew(dn('bob', 'Bob Kahn')) + boss, {
      global: schema,
    });
    place.write('live.yaml', live(changed.port) + rest(url));
    expect(await place.runWith(env, 'sync', '--config', 'live.yaml', '--quiet')).toMatchObject({ code: 0 });
    expect(accounts(place.mock)).toEqual({
      'ada@example.com': true,
      'bob@example.com': true,
      'carl@example.com': false,
    });
  });

  test('of which only what changed is read: changes at once, and who is gone with the next full read', async (context) => {
    const place = await openPlaceWithService(context);
    const everybody =
      person('ada', 'Ada Lovelace') + person('bob', 'Bob Kahn') + person('carl', 'Carl Great');
    const all = crew(dn('bob', 'Bob Kahn'), dn('carl', 'Carl Great'));
    const slapd = await slapdWith(context, head + everybody + all, { global: schema });
    const source = (full: string) => `source:
  connector: ldap
  url: ldap://127.0.0.1:${slapd.port}
  bind: { dn: "${ROOT.dn}", password: { env: LDAP_PASSWORD } }
  base: dc=example,dc=com
  incremental: { by: modifyTimestamp, full: ${full} }
`;
    place.write('rollcall.yaml', source('1d') + rest(place.mock.url));
    const env = { env: { LDAP_PASSWORD: ROOT.password } };
    const synced = async () => {
      const ended = await place.runWith(env, 'sync', '--json');
      expect(ended.code).toBe(0);
      return ended.json<{ source: { delta?: boolean; count: number } }>().source;
    };
    expect((await synced()).delta).toBeUndefined();
    const directory = new Client({ url: `ldap://127.0.0.1:${slapd.port}` });
    context.onTestFinished(() => directory.unbind());
    await directory.bind(ROOT.dn, ROOT.password);
    await directory.modify(dn('ada', 'Ada Lovelace'), [
      new Change({
        operation: 'replace',
        modification: new Attribute({ type: 'mail', values: ['countess@example.com'] }),
      }),
    ]);
    await directory.modify(dn('bob', 'Bob Kahn'), [
      new Change({
        operation: 'replace',
        modification: new Attribute({ type: 'employeeType', values: ['left'] }),
      }),
    ]);
    await directory.del(dn('carl', 'Carl Great'));
    expect(await synced()).toMatchObject({ delta: true });
    const off = { 'countess@example.com': true, 'bob@example.com': false };
    expect(accounts(place.mock)).toEqual({ ...off, 'carl@example.com': true });
    place.write('rollcall.yaml', source('0s') + rest(place.mock.url));
    expect((await synced()).delta).toBeUndefined();
    expect(accounts(place.mock)).toEqual({ ...off, 'carl@example.com': false });
  });

  test('whose password is wrong, or who is not there, makes nobody a leaver', async (context) => {
    const place = await openPlaceWithService(context);
    const slapd = await slapdWith(context, head + people + crew(), { global: schema });
    const source = `source:
  connector: ldap
  url: ldap://127.0.0.1:${slapd.port}
  bind: { dn: "${ROOT.dn}", password: { env: LDAP_PASSWORD } }
  base: dc=example,dc=com
`;
    place.write('rollcall.yaml', source + rest(place.mock.url));
    const env = (LDAP_PASSWORD: string) => ({ env: { LDAP_PASSWORD } });
    expect(await place.runWith(env(ROOT.password), 'sync', '--quiet')).toMatchObject({ code: 0 });
    const wrong = await place.runWith(env('wrong'), 'sync', '--quiet');
    expect(wrong).toMatchObject({ code: 1, stdout: '' });
    expect(wrong.stderr).toContain('the directory does not know this name with this password');
    await slapd.stop();
    const gone = await place.runWith(env(ROOT.password), 'sync', '--quiet');
    expect(gone.code).toBe(1);
    expect(gone.stderr).toContain(`ldap://127.0.0.1:${slapd.port}`);
    expect(gone.stderr).toContain('nothing listens there');
    expect(accounts(place.mock)).toEqual({ 'ada@example.com': true });
    for (const [name, bytes] of place.files())
      expect([name, bytes.includes(ROOT.password)]).toEqual([name, false]);
  });
});
