import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { csv, people, person } from '../support/company.ts';
import type { Person } from '../support/company.ts';
import {
  exportConfiguration,
  jsonParts,
  ldif,
  ldifParts,
  members,
  syncedExport,
} from '../support/exports.ts';
import { patient } from '../support/folder.ts';
import { openPlaceWithService } from '../support/place.ts';
import { accounts, journalled, playService, writes } from '../support/service.ts';

/** As a script gives it on stdin. */
const fromStdin = { shell: '"$@" < changes' };
const three = people(3);
const dn = (id: string): string => `uid=${id},ou=people,dc=example,dc=com`;

async function syncedRows(context: Parameters<typeof openPlaceWithService>[0], rows: readonly Person[]) {
  const place = await openPlaceWithService(context);
  place.people(rows);
  await place.settle();
  return place;
}

describe.concurrent('changes in the place of a read of everybody', patient, () => {
  test('a part of a record changes that part, of that person alone; the same once more changes nothing', async (context) => {
    const place = await syncedRows(context, people(3));
    const before = journalled(place.mock);
    place.write('changes', 'id,department\nP0002,Sales\n');
    const plan = await place.runWith(fromStdin, 'plan', '--input', '-', '--json');
    expect(plan.json()).toMatchObject({
      source: { count: 1, complete: true, delta: true },
      targets: {
        app: {
          counts: { User: { update: 1 } },
          operations: [{ key: 'P0002', changes: [{ before: 'Engineering', after: 'Sales' }] }],
        },
      },
    });
    expect(await place.runWith(fromStdin, 'sync', '--input', '-', '--quiet')).toMatchObject({ code: 0 });
    expect(writes(place.mock, before)).toHaveLength(1);
    expect(await place.runWith(fromStdin, 'sync', '--input', '-', '--quiet')).toMatchObject({ code: 0 });
    expect(writes(place.mock, before)).toHaveLength(1);
    // What the next part says is applied to what the last one made.
    place.write('changes', 'id,last\nP0002,Married\n');
    expect(await place.runWith(fromStdin, 'sync', '--input', '-', '--quiet')).toMatchObject({ code: 0 });
    expect(place.mock.users().find(({ externalId }) => externalId === 'P0002')).toMatchObject({
      name: { givenName: 'First2', familyName: 'Married' },
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { department: 'Sales' },
    });
    // The file is what a read of everybody goes by, and nothing is left of the changes.
    await place.settle();
    expect(await place.run('plan', '--exit-code')).toMatchObject({ code: 0 });
    expect(place.mock.users().find(({ externalId }) => externalId === 'P0002')).toMatchObject({
      name: { familyName: 'Last2' },
    });
  });

  test('somebody new, somebody who leaves, a manager and a name that only the state knows', async (context) => {
    const place = await syncedRows(context, people(3));
    const rows = [
      'id,first,last,email,status,department,manager',
      'P0004,New,Hire,new@example.com,active,Sales,P0001',
      'P0003,,,,left,,',
      'P0005,Other,Hire,PERSON2@example.com,active,Sales,',
    ];
    place.write('changes', rows.join('\n') + '\n');
    const ended = await place.runWith(fromStdin, 'sync', '--input', '-', '--json');
    expect(ended.code).toBe(0);
    expect(ended.json<{ rejections: object[] }>().rejections).toEqual([
      expect.objectContaining({
        key: 'P0005',
        file: 'standard input',
        line: 4,
        rule: 'duplicateUserName',
        reason: 'this userName is that of P0002',
      }),
    ]);
    expect(accounts(place.mock)).toEqual({
      'person1@example.com': true,
      'person2@example.com': true,
      'person3@example.com': false,
      'new@example.com': true,
    });
    const [first, , , hire] = place.mock.users();
    expect(hire?.['urn:ietf:params:scim:schemas:extension:enterprise:2.0:User']).toMatchObject({
      manager: { value: first!.id },
    });
  });

  test('whoever goes without a manager refers to them when a later delta has them', async (context) => {
    const place = await syncedRows(context, [...people(2), person(3, { manager: 'P0009' })]);
    const managerOf = (key: string): unknown =>
      place.mock.users().find(({ externalId }) => externalId === key)?.[
        'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
      ];
    const tell = async (row: string): Promise<void> => {
      place.write('changes', `id,first,last,email,status,department,manager\n${row}\n`);
      expect(await place.runWith(fromStdin, 'sync', '--input', '-', '--quiet')).toMatchObject({ code: 0 });
    };
    expect(managerOf('P0003')).not.toHaveProperty('manager');
    await tell('P0007,Second,Report,second@example.com,active,Sales,P0008');
    await tell('P0009,New,Manager,manager@example.com,active,Sales,');
    const boss = place.mock.users().find(({ externalId }) => externalId === 'P0009')!;
    expect(managerOf('P0003')).toMatchObject({ manager: { value: boss.id } });
    await tell('P0008,Other,Manager,other@example.com,left,Sales,');
    expect(managerOf('P0007')).not.toHaveProperty('manager');
    await tell('P0008,Other,Manager,other@example.com,active,Sales,');
    const other = place.mock.users().find(({ externalId }) => externalId === 'P0008')!;
    expect(managerOf('P0007')).toMatchObject({ manager: { value: other.id } });
    const before = journalled(place.mock);
    await tell('P0008,Other,Manager,other@example.com,active,Sales,');
    expect(writes(place.mock, before)).toEqual([]);
  });

  test('a delete is carried out, whatever is said of the entry after it', async (context) => {
    const place = await syncedExport(context, ldifParts, { 'people.ldif': ldif(people(2)) });
    const modify = [`dn: ${dn('P0001')}`, 'changetype: modify', 'replace: sn', 'sn: Changed', '-', '', ''];
    place.write('changes', `dn: ${dn('P0001')}\nchangetype: delete\n\n${modify.join('\n')}`);
    await place.runWith(fromStdin, 'sync', '--input', '-', '--quiet');
    expect(accounts(place.mock)).toMatchObject({ 'person1@example.com': false, 'person2@example.com': true });
  });

  test('an entry that changes add has the password that is made of the record as a whole', async (context) => {
    const withPassword = (text: string): string =>
      text.replaceAll(/^uid: .*$/gm, '$&\nuserPassword: correct-horse-1!');
    const parts = {
      ...ldifParts,
      identity: `${ldifParts.identity}\n  password: '\${record["user" + "Password"][0]}'`,
    };
    const place = await syncedExport(context, parts, { 'people.ldif': withPassword(ldif(people(2))) });
    const added = withPassword(ldif([person(4)])).replace(/^dn: .*$/m, '$&\nchangetype: add');
    place.write('changes', added);
    expect(await place.runWith(fromStdin, 'sync', '--input', '-', '--quiet')).toMatchObject({ code: 0 });
    expect(accounts(place.mock)).toMatchObject({ 'person4@example.com': true });
  });

  test('an absence that waits for the next read of everybody is not forgotten by what changes of others', async (context) => {
    const place = await openPlaceWithService(context);
    place.configure({ baseUrl: place.mock.url, source: 'confirmAbsence: true' });
    place.people(people(5));
    await place.settle();
    const isOn = (): boolean | undefined => accounts(place.mock)['person5@example.com'];
    for (const expected of [true, false]) {
      place.people(people(4));
      await place.run('sync', '--quiet');
      expect(isOn()).toBe(expected);
      place.write('changes', `id,department\nP0001,${expected ? 'Sales' : 'Support'}\n`);
      await place.runWith(fromStdin, 'sync', '--input', '-', '--quiet');
      expect(isOn()).toBe(expected);
    }
  });

  test('nobody stays without the password that only a read of everybody knows', async (context) => {
    const place = await openPlaceWithService(context);
    place.configure({
      baseUrl: place.mock.url,
      connector: 'cosmo',
      identity: 'password: ${get(record, "pass")}',
    });
    const file = (rows: readonly Person[]): void => {
      const [head, ...lines] = csv(rows).trim().split('\n');
      place.write(
        'people.csv',
        [`${head},pass`, ...lines.map((line) => `${line},correct-horse-1!`)].join('\n'),
      );
    };
    const passwords = (): unknown =>
      Object.fromEntries(
        place.mock.users().map(({ userName, passwordSet }) => [userName as unknown as string, passwordSet]),
      );
    file(people(2));
    await place.run('sync', '--quiet');
    place.mock.addFault('status=400,method=POST');
    file(people(4));
    await place.run('sync', '--quiet');
    place.mock.clearFaults();
    await place.run('retry', 'app');
    // One is mentioned and goes without it for now; the other, whom nothing is said of, waits for it.
    place.write('changes', 'id,department\nP0003,Sales\n');
    await place.runWith(fromStdin, 'sync', '--input', '-', '--quiet');
    expect(passwords()).toMatchObject({ 'person3@example.com': false });
    await place.run('sync', '--quiet');
    expect(passwords()).toEqual({
      'person1@example.com': true,
      'person2@example.com': true,
      'person3@example.com': true,
      'person4@example.com': true,
    });
    expect((await place.run('plan', '--exit-code')).code).toBe(0);
  });

  test('a password is set by whoever tells all of it that is kept nowhere, and by no other change', async (context) => {
    const place = await openPlaceWithService(context);
    const identity = 'password: ${record.last + "-" + record.pin}';
    place.configure({ baseUrl: place.mock.url, connector: 'cosmo', identity });
    const withPin = (rows: readonly Person[]): string => {
      const [head, ...lines] = csv(rows).trim().split('\n');
      return [`${head},pin`, ...lines.map((line) => `${line},correct-horse-1!`)].join('\n') + '\n';
    };
    place.write('people.csv', withPin([person(1), person(2, { manager: 'P0009' })]));
    await place.run('sync', '--quiet');
    const told = async (changes: string): Promise<string> => {
      const before = journalled(place.mock);
      place.write('changes', changes);
      expect(await place.runWith(fromStdin, 'sync', '--input', '-', '--quiet')).toMatchObject({ code: 0 });
      return JSON.stringify(writes(place.mock, before).map(({ body }) => body));
    };
    // What the password and the name are made of is kept, for the name.
    expect(await told('id,department\nP0001,Sales\n')).toMatch(/^(?!.*(password|family)).*Sales/);
    expect(await told('id,pin\nP0001,another-horse-2!\n')).toMatch(/password/);
    // Whoever finds their manager was not mentioned at all.
    const found = await told(withPin([person(9)]));
    expect(found.match(/"password"/g)).toHaveLength(1);
    expect(found).toMatch(/manager/);
    const before = journalled(place.mock);
    place.write('people.csv', withPin([person(1), person(2, { manager: 'P0009' }), person(9)]));
    await place.run('sync', '--quiet');
    expect(JSON.stringify(writes(place.mock, before)).match(/"password"/g)).toHaveLength(1);
    expect(place.mock.users()[0]).toMatchObject({ name: { familyName: 'Last1' } });
  });

  test('of an object that holds a password, all is kept but that', async (context) => {
    const secret = 'Abc-12345-xyz!';
    const parts = {
      source: '  connector: json\n  path: ./people.json\n  key: ${record.id}',
      identity: [
        '  userName: ${record.profile.mail}',
        '  emails: [{ value: "${record.profile.mail}", type: work, primary: true }]',
        '  name: { givenName: One, familyName: Person }',
        '  active: { from: "${record.status}", on: [active], off: [left] }',
        '  title: ${get(record, "title")}',
        '  password: ${get(record.profile, "secret")}',
      ].join('\n'),
    };
    const profile = { mail: 'one@example.com', secret };
    const place = await openPlaceWithService(context);
    place.write(
      'rollcall.yaml',
      exportConfiguration(place.mock.url, parts).replace('connector: generic', 'connector: cosmo'),
    );
    place.write('people.json', JSON.stringify([{ id: 'P1', status: 'active', profile }]));
    expect(await place.run('sync', '--quiet')).toMatchObject({ code: 0 });
    const tell = async (change: object): Promise<string> => {
      const before = journalled(place.mock);
      place.write('changes', JSON.stringify({ id: 'P1', ...change }));
      expect(await place.runWith(fromStdin, 'sync', '--input', '-', '--quiet')).toMatchObject({ code: 0 });
      return JSON.stringify(writes(place.mock, before).map(({ body }) => body));
    };
    expect(await tell({ title: 'Boss' })).toMatch(/^(?!.*password).*Boss/);
    expect(await tell({ profile: { mail: 'two@example.com' } })).toMatch(/^(?!.*password).*two/);
    expect(await tell({ profile: { secret: `${secret}2` } })).toMatch(/password/);
    for (const file of ['rollcall.db', 'rollcall.db-wal'].map((name) => place.path(name)))
      if (existsSync(file)) expect(readFileSync(file).includes(secret)).toBe(false);
  });

  test('records of JSON are patched as RFC 7396 says, one on each line', async (context) => {
    const file = JSON.stringify({ value: members([person(1), person(2, { manager: 'P0001' })]) });
    const place = await syncedExport(context, jsonParts, { 'people-1.json': file });
    const lines = [
      { id: 'P0001', name: { last: 'Patched' } },
      { id: 'P0002', manager: null, department: 'Sales' },
      { id: 'P0001', active: false },
    ];
    place.write('changes', lines.map((line) => JSON.stringify(line)).join('\n') + '\n');
    expect(await place.runWith(fromStdin, 'sync', '--input', '-', '--quiet')).toMatchObject({ code: 0 });
    expect(accounts(place.mock)).toEqual({ 'person1@example.com': false, 'person2@example.com': true });
    const enterprise = place.mock.users()[1]!['urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'];
    expect(enterprise).toEqual({ department: 'Sales' });
    // One alone, as README has it.
    place.write('changes', JSON.stringify({ id: 'P0002', active: false }));
    expect(await place.runWith(fromStdin, 'sync', '--input', '-', '--quiet')).toMatchObject({ code: 0 });
    expect(accounts(place.mock)).toEqual({ 'person1@example.com': false, 'person2@example.com': false });
  });

  test.for<readonly [string, string, RegExp]>([
    ['an envelope', '{"value": [{"id": "P0001", "active": false}]}', /has .*"id"/],
    ['a record that is cut', '{"id": "P0001", "active": false', /it looks cut/],
  ])('%s of JSON is no change, and says so', async ([, changes, reason], context) => {
    const file = JSON.stringify({ value: members([person(1)]) });
    const place = await syncedExport(context, jsonParts, { 'people-1.json': file });
    place.write('changes', changes);
    const ended = await place.runWith(fromStdin, 'sync', '--input', '-');
    expect([1, 3]).toContain(ended.code);
    expect(ended.stdout + ended.stderr).toMatch(reason);
    expect(accounts(place.mock)).toEqual({ 'person1@example.com': true });
  });

  test('change records of LDIF add, modify, rename and delete entries', async (context) => {
    const place = await syncedExport(context, ldifParts, { 'people.ldif': ldif(three) });
    place.write(
      'changes.ldif',
      [
        'version: 1',
        '',
        `dn: ${dn('P0001')}`,
        'changetype: modify',
        'replace: departmentNumber',
        'departmentNumber: Sales',
        '-',
        'add: title',
        'title: Chief',
        '-',
        '',
        `dn: ${dn('P0002')}`,
        'changetype: modrdn',
        'newrdn: uid=P0002',
        'deleteoldrdn: 1',
        'newsuperior: ou=elsewhere,dc=example,dc=com',
        '',
        'dn: uid=P0002,ou=elsewhere,dc=example,dc=com',
        'changetype: modify',
        'replace: sn',
        'sn: Moved',
        '-',
        '',
        `dn: ${dn('P0003')}`,
        'changetype: delete',
        '',
        ldif([person(4)]).replace(/^(dn: .*)$/m, '$1\nchangetype: add'),
        `dn: ${dn('P0099')}`,
        'changetype: delete',
        '',
      ].join('\n'),
    );
    const ended = await place.run('sync', '--input', 'changes.ldif', '--json');
    expect(ended.json<{ rejections: object[] }>().rejections).toEqual([
      expect.objectContaining({
        line: 40,
        reason: expect.stringContaining(`nobody is known under ${dn('P0099')}`) as string,
      }),
    ]);
    expect(ended.code).toBe(0);
    expect(accounts(place.mock)).toEqual({
      'person1@example.com': true,
      'person2@example.com': true,
      'person3@example.com': false,
      'person4@example.com': true,
    });
    expect(place.mock.users().slice(0, 2)).toMatchObject([
      {
        title: 'Chief',
        'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { department: 'Sales' },
      },
      { name: { familyName: 'Moved' } },
    ]);
    // The file may be read twice: the second time it says nothing new.
    expect(await place.run('plan', '--input', 'changes.ldif', '--exit-code')).toMatchObject({ code: 0 });
  });

  test('entries that are no people are no trouble, and a value that is no number is that of one person', async (context) => {
    const place = await syncedExport(
      context,
      { ...ldifParts, source: `${ldifParts.source}\n  where: \${"inetOrgPerson" in record.objectClass}` },
      { 'people.ldif': ldif(people(4)) },
    );
    const units = Array.from(
      { length: 25 },
      (_, index) => `dn: ou=u${index},dc=example,dc=com\nobjectClass: organizationalUnit\nou: u${index}\n\n`,
    );
    const modify = `dn: ${dn('P0001')}\nchangetype: modify\nincrement: departmentNumber\ndepartmentNumber: 1\n-\n\n`;
    const leaver = ldif([person(3, { status: 'left' })]);
    place.write('changes.ldif', [...units, modify, leaver].join(''));
    const ended = await place.run('sync', '--input', 'changes.ldif', '--json');
    expect(ended.json<{ rejections: object[] }>().rejections).toEqual([
      expect.objectContaining({
        key: 'P0001',
        reason: 'departmentNumber cannot be incremented: it is no whole number',
      }),
    ]);
    expect(accounts(place.mock)).toMatchObject({ 'person1@example.com': true, 'person3@example.com': false });
    // Whoever has a name there is not gone by having no key: that is for the next read of everybody.
    const keyless = ldif([person(4)])
      .replace(/^uid: .*\n/m, '')
      .replaceAll('inetOrgPerson', 'device');
    place.write('changes.ldif', [...units, keyless].join(''));
    const other = await place.run('sync', '--input', 'changes.ldif', '--json');
    expect(other.json<{ rejections: object[] }>().rejections).toHaveLength(1);
    expect(accounts(place.mock)).toMatchObject({ 'person4@example.com': true });
  });

  test('what one target has heard, another hears with the next changes of anybody', async (context) => {
    const place = await openPlaceWithService(context);
    const other = await playService(context, 'rfc');
    const targets = `other: { connector: generic, baseUrl: "${other.url}", auth: { kind: bearer, token: { env: APP_TOKEN } } }`;
    place.configure({ baseUrl: place.mock.url, targets });
    place.people(people(3));
    await place.settle();
    place.write('changes', 'id,last,status\nP0001,Heard,active\nP0002,Last2,left\n');
    const one = await place.runWith(fromStdin, 'sync', 'app', '--input', '-', '--quiet');
    expect(one).toMatchObject({ code: 0 });
    place.write('changes', 'id,last\nP0003,Heard\n');
    expect(await place.runWith(fromStdin, 'sync', '--input', '-', '--quiet')).toMatchObject({ code: 0 });
    for (const mock of [place.mock, other]) {
      expect(mock.users()).toMatchObject(
        ['Heard', 'Last2', 'Heard'].map((familyName) => ({ name: { familyName } })),
      );
      expect(accounts(mock)).toMatchObject({ 'person2@example.com': false });
    }
  });

  test('whoever is removed while somebody else delivers to a target leaves it with the next changes of anybody', async (context) => {
    const place = await syncedExport(context, ldifParts, { 'people.ldif': ldif(people(4)) });
    const other = await playService(context, 'rfc');
    const second = `  other: { connector: generic, baseUrl: "${other.url}", auth: { kind: bearer, token: { env: APP_TOKEN } } }\n`;
    place.write('rollcall.yaml', exportConfiguration(place.mock.url, ldifParts) + second);
    await place.settle();
    const removal = `dn: ${dn('P0003')}\nchangetype: delete\n\n`;
    place.write('changes.ldif', removal);
    expect(await place.run('sync', 'app', '--input', 'changes.ldif', '--quiet')).toMatchObject({ code: 0 });
    expect(accounts(other)).toMatchObject({ 'person3@example.com': true });
    // What cannot be of somebody who was removed takes nothing of that back.
    place.write('changes.ldif', removal.replace('delete', 'modify\nreplace: sn\nsn: Late\n-'));
    const again = await place.run('sync', '--input', 'changes.ldif', '--json');
    expect(again.json<{ rejections: object[] }>().rejections).toEqual([
      expect.objectContaining({
        key: 'P0003',
        reason: expect.stringContaining('is not kept: it was removed') as string,
      }),
    ]);
    for (const mock of [place.mock, other])
      expect(accounts(mock)).toMatchObject({ 'person3@example.com': false, 'person4@example.com': true });
    // The same once more is no mistake.
    place.write('changes.ldif', removal);
    expect(await place.run('plan', '--input', 'changes.ldif', '--exit-code')).toMatchObject({ code: 0 });
  });

  test('whoever a change takes out of those who are meant is back by the next', async (context) => {
    const place = await openPlaceWithService(context);
    place.configure({ baseUrl: place.mock.url, source: 'where: ${record.department != "External"}' });
    place.people(people(3));
    await place.settle();
    for (const [department, isOn] of [
      ['External', false],
      ['Sales', true],
    ] as const) {
      place.write('changes', `id,department\nP0002,${department}\n`);
      expect(await place.runWith(fromStdin, 'sync', '--input', '-', '--quiet')).toMatchObject({ code: 0 });
      expect(accounts(place.mock)).toMatchObject({ 'person2@example.com': isOn });
    }
  });

  test('a source that is a delta makes nobody a leaver, and what is held of others stays held', async (context) => {
    const place = await syncedRows(context, people(60));
    place.people(people(20));
    const held = await place.run('sync', '--json');
    expect(held.code).toBe(3);
    const standing = async () =>
      (await place.run('status', '--json')).json<{ targets: readonly { held: object[] }[] }>().targets[0]
        ?.held;
    const before = await standing();
    expect(before).toHaveLength(2);
    const parts = {
      baseUrl: place.mock.url,
      source: 'mode: delta',
      target: 'limits: { deactivate: { count: 1, floor: 0 } }',
    };
    place.configure(parts);
    place.people([person(1, { department: 'Sales' }), person(61)]);
    const ended = await place.run('sync', '--json');
    expect([ended.code, ended.stderr]).toEqual([0, '']);
    expect(Object.values(accounts(place.mock)).filter((active) => active)).toHaveLength(61);
    expect(await standing()).toEqual(before);
  });

  test.for<readonly [string, string, RegExp]>([
    ['nothing', '', /standard input: .*empty/],
    ['a header alone', 'id,department\n', /the file has a header and no records/],
    ['no key', 'department\nSales\n', /standard input has no column "id"/],
  ])('%s on stdin gets a reason, and nothing is sent', async ([, content, reason], context) => {
    const place = await syncedRows(context, people(2));
    const before = journalled(place.mock);
    place.write('changes', content);
    const ended = await place.runWith(fromStdin, 'sync', '--input', '-');
    expect([1, 3]).toContain(ended.code);
    expect(ended.stdout + ended.stderr).toMatch(reason);
    expect(writes(place.mock, before)).toEqual([]);
  });
});
