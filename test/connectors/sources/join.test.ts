import { describe, expect, test } from 'vitest';
import { openKeyedTexts } from '../../../src/store/keyed.ts';
import { peopleIn, targets } from './people.ts';
import { refusal, temporaryFolder } from './reading.ts';

const folder = temporaryFolder();

const configuration = (ldap = '{ connector: ldif, path: ./ldap.ldif }', more = '') => `
sources:
  hr: { connector: csv, path: ./hr.csv, key: "\${record.number}"${more} }
  ldap: ${ldap}
population: { join: { authority: hr, with: { ldap: "\${first(record.employeeNumber)}" } } }
identity:
  userName: \${record.mail}
  active: { from: "\${record.status}", on: [active], off: [left] }
groups:
  - records: \${"groupOfNames" in record.objectClass}
    name: \${first(record.cn)}
    members: \${record.member}
    match: \${record.dn}
${targets}`;
const hr = 'number,mail,status\n1,ada@x,active\n2,bob@x,active\n3,carl@x,left\n';
const entry = (number: string, more = '') =>
  `dn: uid=${number},dc=x\nobjectClass: person\nemployeeNumber: ${number}\ntitle: T${number}\n${more}\n`;
const crew = (...numbers: readonly string[]) =>
  `dn: cn=crew,dc=x\nobjectClass: groupOfNames\ncn: crew\n${numbers.map((one) => `member: uid=${one},dc=x\n`).join('')}\n`;
const ada = { active: true, userName: 'ada@x', groups: ['crew'] };
const bob = { active: true, userName: 'bob@x', groups: ['crew'] };

const joined = (ldap: string, yaml = configuration(), people = hr) =>
  peopleIn(folder.path, { 'rollcall.yaml': yaml, 'hr.csv': people, 'ldap.ldif': ldap });

describe('people of one source with what another says of them', () => {
  test('have the groups of both', async () => {
    const { people, receipt } = await joined(entry('1') + entry('2') + crew('1', '2'));
    expect(people).toEqual({ 1: ada, 2: bob, 3: { active: false, userName: 'carl@x', groups: [] } });
    expect(receipt).toMatchObject({ complete: true, counts: { ldap: 2 } });
  });

  test('who stand there twice have unknown groups and not none; who left has left', async () => {
    const { people } = await joined(
      entry('1') + entry('1') + entry('2') + entry('3') + entry('3') + crew('2'),
    );
    expect(people['1']).toMatch(/^2 records of ldap have this key: \S+ldap\.ldif:1, \S+ldap\.ldif:6$/);
    expect(people['2']).toEqual(bob);
    expect(people['3']).toMatchObject({ active: false });
  });

  test('have what it says of them, and nothing of it where they are not in it', async () => {
    const yaml = configuration().replace(
      'userName: ${record.mail}',
      "userName: '${has(record.ldap) ? first(record.ldap.title) : record.mail}'",
    );
    const { people } = await joined(entry('1') + crew('1'), yaml);
    expect(people).toMatchObject({ 1: { userName: 'T1' }, 2: { userName: 'bob@x' } });
    const twice = await joined(entry('1') + entry('2') + entry('2') + crew('1'), yaml);
    expect(twice.people).toMatchObject({
      1: { userName: 'T1' },
      2: expect.stringMatching(/2 records of ldap/) as string,
    });
  });

  test('where it cannot be read, nobody has no groups', async () => {
    const { people, receipt } = await peopleIn(folder.path, {
      'rollcall.yaml': configuration('{ connector: ldif, path: ./nowhere.ldif }'),
      'hr.csv': hr,
    });
    expect(people['1']).toMatch(/^ldap could not be read: /);
    expect(people['3']).toMatchObject({ active: false });
    expect(receipt.complete).toBe(false);
  });

  test('whose record there cannot be read are unknown, and nobody else is', async () => {
    const broken = entry('1', 'mail:: =\n');
    const { people } = await joined(broken + entry('2') + crew('1', '2'));
    expect(people['1']).toMatch(/^the record of ldap at \S+ldap\.ldif:1 cannot be read: /);
    expect(people['2']).toEqual(bob);
  });

  test('a record there that could be anybody makes unknown whoever is not found', async () => {
    const broken = entry('1').replace('employeeNumber: 1', 'employeeNumber:: =');
    const { people } = await joined(broken + entry('2') + crew('1', '2'));
    expect(people['1']).toMatch(/^a record of ldap cannot be read, and could be anybody's: \S+ldap\.ldif:1 /);
    expect(people['2']).toEqual(bob);
  });

  test('a read of it that is not complete makes unknown whoever is not found', async () => {
    const yaml = configuration('{ connector: ldif, path: ./ldap.ldif, expect: { minimum: 9 } }');
    const { people } = await joined(entry('2') + crew('2'), yaml);
    expect(people['1']).toMatch(/^ldap is not complete: /);
    expect(people['2']).toEqual(bob);
  });

  test('a row of the authority that cannot be read is no group', async () => {
    const { receipt } = await joined(entry('1') + crew('1'), configuration(), `${hr}4,dora@x\n`);
    expect(receipt).toMatchObject({ complete: true, count: 4 });
  });

  test('numbers and texts are the same key', async () => {
    const { people } = await peopleIn(folder.path, {
      'rollcall.yaml': configuration('{ connector: json, path: ./ldap.json }')
        .replace('first(record.employeeNumber)', "has(record.number) ? record.number : ''")
        .replace('${record.mail}', '"$${has(record.ldap) ? record.ldap.mail : record.mail}"'),
      'hr.csv': hr,
      'ldap.json': '[{"number":1,"mail":"ada@y"}]',
    });
    expect(people).toMatchObject({ 1: { userName: 'ada@y' }, 2: { userName: 'bob@x' } });
  });

  test('groups that stand in the authority count as well', async () => {
    const { people } = await peopleIn(folder.path, {
      'rollcall.yaml': `
sources:
  ldap: { connector: ldif, path: ./ldap.ldif, key: "\${first(record.employeeNumber)}" }
  hr: { connector: csv, path: ./hr.csv }
population: { join: { authority: ldap, with: { hr: "\${record.number}" } } }
identity: { userName: "\${record.hr.mail}", active: true }
groups:
  - { records: '\${"groupOfNames" in record.objectClass}', name: "\${first(record.cn)}", members: "\${record.member}", match: "\${record.dn}" }
${targets}`,
      'hr.csv': hr,
      'ldap.ldif': entry('1') + entry('2') + crew('1'),
    });
    expect(people).toEqual({ 1: ada, 2: { ...bob, groups: [] } });
  });

  test('a field that is called as the source is an error of the whole', async () => {
    const error = await refusal(
      peopleIn(folder.path, {
        'rollcall.yaml': configuration().replace('csv, path: ./hr.csv', 'json, path: ./hr.json'),
        'hr.json': '[{"number":"1","mail":"ada@x","status":"active","ldap":"x"}]',
        'ldap.ldif': entry('1'),
      }),
    );
    expect(error.code).toBe('source');
    expect(error.message).toMatch(/has a field ldap already/);
  });
});

test('what was joined is forgotten, whatever ends the reading', async () => {
  let open = 0;
  const keyed = () => {
    const texts = openKeyedTexts();
    open++;
    return {
      put: () => {
        throw new Error('the disk is full');
      },
      get: (key: string) => texts.get(key),
      close: () => {
        open--;
        texts.close();
      },
    };
  };
  const ended = peopleIn(
    folder.path,
    { 'rollcall.yaml': configuration(), 'hr.csv': hr, 'ldap.ldif': entry('1') },
    keyed,
  );
  await expect(ended).rejects.toThrow('the disk is full');
  expect(open).toBe(0);
});
