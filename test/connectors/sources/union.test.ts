import { describe, expect, test } from 'vitest';
import { peopleIn, targets } from './people.ts';
import { refusal, temporaryFolder } from './reading.ts';

const folder = temporaryFolder();

const person = (uid: string, more = '') => `dn: uid=${uid},dc=x\nobjectClass: person\nuid: ${uid}\n${more}\n`;
const device = 'dn: cn=printer,dc=x\nobjectClass: device\ncn: printer\n\n';
const group = (cn: string, ...uids: readonly string[]) =>
  `dn: cn=${cn},dc=x\nobjectClass: groupOfNames\ncn: ${cn}\n${uids.map((uid) => `member: uid=${uid},dc=x\n`).join('')}\n`;

const configuration = (more = '') => `
sources:
  here: { connector: ldif, path: ./here.ldif, key: "\${first(record.uid)}"${more} }
  there: { connector: ldif, path: ./there.ldif, key: "\${first(record.uid)}"${more} }
population: { union: [here, there] }
identity: { userName: "\${first(record.uid)}", active: true }
groups:
  - records: \${"groupOfNames" in record.objectClass}
    name: \${first(record.cn)}
    members: \${record.member}
    match: \${record.dn}
${targets}`;
const united = (yaml: string, here: string, there: string) =>
  peopleIn(folder.path, { 'rollcall.yaml': yaml, 'here.ldif': here, 'there.ldif': there });
const named = (userName: string, ...groups: readonly string[]) => ({ active: true, userName, groups });

describe('a union', () => {
  const onlyPeople = `, where: "\${'person' in record.objectClass}"`;

  test('finds the groups of each source, and whom they name in another, whatever it asks of people', async () => {
    const here = person('ada') + device + group('here', 'ada', 'bob');
    const there = group('there', 'ada') + person('bob');
    for (const more of ['', onlyPeople]) {
      const { people, receipt } = await united(
        configuration(more),
        more === '' ? here.replace(device, '') : here,
        there,
      );
      expect(people).toEqual({ ada: named('ada', 'here', 'there'), bob: named('bob', 'here') });
      expect(receipt).toMatchObject({ complete: true, count: 2 });
    }
  });

  test('where a condition finds nobody is not complete, however many groups there are', async () => {
    const { receipt } = await united(
      configuration(onlyPeople),
      device.replace('cn: ', 'uid: ') + group('a', 'bob'),
      person('bob'),
    );
    expect(receipt.complete).toBe(false);
    expect(receipt.reasons.join()).toMatch(/^here: none of 2 records is one of those that /);
  });

  test('counts the parts of each source by themselves', async () => {
    const { receipt } = await united(
      configuration(`, expect: { by: "\${first(record.l)}" }`),
      person('ada', 'l: Sales\n') + person('bob', 'l: IT\n'),
      person('carl', 'l: Sales\n'),
    );
    expect(receipt.counts).toEqual({ here: 2, 'here: Sales': 1, 'here: IT': 1, there: 1, 'there: Sales': 1 });
  });

  test('of more parts than anybody has is an error, and no part is left uncounted', async () => {
    const many = Array.from({ length: 10_001 }, (_, at) => person(`p${at}`)).join('');
    const yaml = configuration(`, expect: { by: "\${first(record.uid)}" }`);
    const error = await refusal(united(yaml, many, many));
    expect(error.message).toMatch(/first\(record\.uid\)\} makes more than 10,?000 parts/);
  });
});
