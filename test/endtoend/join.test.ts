import { rmSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { patient } from '../support/folder.ts';
import { openPlaceWithService } from '../support/place.ts';
import { accounts, writes } from '../support/service.ts';

const configuration = (url: string) => `state: ./rollcall.db
sources:
  hr: { connector: csv, path: ./hr.csv, key: "\${record.number}" }
  ldap: { connector: ldif, path: ./export.ldif }
population:
  join:
    authority: hr
    with: { ldap: "\${first(record.employeeNumber)}" }
identity:
  userName: \${first(record.ldap.mail)}
  name: { givenName: "\${record.first}", familyName: "\${record.last}" }
  title: '\${has(record.ldap.title) ? first(record.ldap.title) : none()}'
  active: { from: "\${record.status}", on: [active], off: [left] }
groups:
  - records: \${"groupOfNames" in record.objectClass}
    name: \${first(record.cn)}
    members: \${record.member}
    match: \${record.dn}
targets:
  app:
    connector: generic
    baseUrl: ${url}
    auth: { kind: bearer, token: { env: APP_TOKEN } }
    assign: \${"crew" in groups}
`;
const hr = (...rows: readonly string[]) => ['number,first,last,status', ...rows, ''].join('\n');
const entry = (number: string, mail: string, more = '') =>
  `dn: uid=${mail},dc=x\nobjectClass: person\nemployeeNumber: ${number}\nmail: ${mail}\n${more}\n`;
const crew = (...mails: readonly string[]) =>
  `dn: cn=crew,dc=x\nobjectClass: groupOfNames\ncn: crew\n${mails.map((one) => `member: uid=${one},dc=x\n`).join('')}\n`;
const everybody = hr('1,Ada,Lovelace,active', '2,Bob,Kahn,active', '3,Carl,Great,active');
const entries = entry('1', 'ada@x', 'title: Countess\n') + entry('2', 'bob@x') + entry('3', 'carl@x');

describe.concurrent('people of one source with what another says of them', patient, () => {
  test('names, addresses and groups come together by the key; a change in either is seen', async (context) => {
    const place = await openPlaceWithService(context);
    place.write('rollcall.yaml', configuration(place.mock.url));
    place.write('hr.csv', everybody);
    place.write('export.ldif', entries + entry('9', 'machine@x') + crew('ada@x', 'bob@x'));
    const synced = await place.run('sync');
    expect([synced.code, synced.stderr]).toEqual([0, '']);
    expect(accounts(place.mock)).toEqual({ 'ada@x': true, 'bob@x': true });
    expect(place.mock.users()[0]).toMatchObject({
      externalId: '1',
      title: 'Countess',
      name: { givenName: 'Ada' },
    });
    expect(await place.run('plan', '--exit-code')).toMatchObject({ code: 0 });
    place.write('export.ldif', entries.replaceAll('bob@x', 'robert@x') + crew('ada@x', 'robert@x', 'carl@x'));
    await place.settle();
    expect(accounts(place.mock)).toEqual({ 'ada@x': true, 'robert@x': true, 'carl@x': true });
    place.write('hr.csv', everybody.replace('1,Ada,Lovelace,active', '1,Ada,Lovelace,left'));
    await place.settle();
    expect(accounts(place.mock)).toMatchObject({ 'ada@x': false });
  });

  test('who is not in the other source, or twice in it, stays as they are; who left leaves all the same', async (context) => {
    const place = await openPlaceWithService(context);
    place.write('rollcall.yaml', configuration(place.mock.url));
    place.write('hr.csv', everybody);
    place.write('export.ldif', entries + crew('ada@x', 'bob@x', 'carl@x'));
    await place.settle();
    place.write('hr.csv', everybody.replace('3,Carl,Great,active', '3,Carl,Great,left'));
    place.write('export.ldif', entry('1', 'ada@y') + entry('1', 'ada@z') + crew('ada@y'));
    const ended = await place.run('sync', '--json');
    expect(ended.code).toBe(4);
    const { rejections } = ended.json<{ rejections: { key: string; reason: string }[] }>();
    expect(rejections.map(({ key }) => key)).toEqual(['1', '2']);
    expect(rejections[0]?.reason).toMatch(
      /2 records of ldap have this key: \S+export\.ldif:1, \S+export\.ldif:6/,
    );
    expect(rejections[1]?.reason).toContain('ldap');
    expect(accounts(place.mock)).toEqual({ 'ada@x': true, 'bob@x': true, 'carl@x': false });
  });

  test('a source that cannot be read, or is cut, is unknown: the read is held, and nothing is cleared', async (context) => {
    const place = await openPlaceWithService(context);
    place.write('rollcall.yaml', configuration(place.mock.url));
    place.write('hr.csv', everybody);
    place.write('export.ldif', entries + crew('ada@x', 'bob@x', 'carl@x'));
    await place.settle();
    const before = writes(place.mock).length;
    for (const damage of [
      () => rmSync(place.path('export.ldif')),
      () => place.write('export.ldif', ''),
      () => place.write('export.ldif', entries.slice(0, -20)),
    ]) {
      damage();
      const ended = await place.run('sync');
      expect(ended.code).toBe(3);
      expect(ended.stdout + ended.stderr).toMatch(/ldap(:| could not be read:) /);
      expect(writes(place.mock)).toHaveLength(before);
    }
    expect(accounts(place.mock)).toEqual({ 'ada@x': true, 'bob@x': true, 'carl@x': true });
  });
});
