import { mkdirSync, rmSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { people, person } from '../support/company.ts';
import {
  entry,
  exportConfiguration,
  harmsNobody,
  ldif,
  ldifParts,
  syncedExport,
} from '../support/exports.ts';
import type { BadExport, SyncedExport } from '../support/exports.ts';
import { patient } from '../support/folder.ts';
import { openPlaceWithService } from '../support/place.ts';
import { accounts } from '../support/service.ts';

/** So few that no limit would hold anything back: if one of these files made a leaver, somebody would be switched off. */
const company = people(4).map((one, index) => (index === 0 ? one : { ...one, manager: 'P0001' }));
const whole = ldif(company);
const allOn = Object.fromEntries(company.map(({ email }) => [email, true]));
const synced = (context: Parameters<typeof syncedExport>[0]) =>
  syncedExport(context, ldifParts, { 'people.ldif': whole });

describe.concurrent('an LDIF file', patient, () => {
  test('is checked, planned and synced, and then there is nothing to do', async (context) => {
    const place = await openPlaceWithService(context);
    place.write('rollcall.yaml', exportConfiguration(place.mock.url, ldifParts));
    place.write('people.ldif', whole);
    const check = await place.run('check');
    expect(check).toMatchObject({ code: 0, stderr: '' });
    expect(check.stdout).toMatch(/ok source +people\.ldif: 4 records, read to its end/);
    const plan = await place.run('plan', '--json', '--exit-code');
    expect(plan.code).toBe(2);
    const { operations } = plan.json<{ targets: { app: { operations: { key: string }[] } } }>().targets.app;
    expect(operations.map(({ key }) => key)).toEqual(['P0001', 'P0002', 'P0003', 'P0004']);
    expect(await place.run('sync')).toMatchObject({ code: 0 });
    expect(accounts(place.mock)).toEqual(allOn);
    expect(place.mock.users()[1]).toMatchObject({
      externalId: 'P0002',
      userName: 'person2@example.com',
      name: { givenName: 'First2', familyName: 'Last2' },
      emails: [{ value: 'person2@example.com', type: 'work', primary: true }],
    });
    expect(await place.run('plan', '--exit-code')).toMatchObject({ code: 0 });
  });

  test('that says the same in another way changes nothing, and one that says less switches off', async (context) => {
    const place = await synced(context);
    const [first, second, third, fourth] = company.map(entry);
    const folded = second!.replace('givenName: First2', 'givenName:: Rmly\n c3Qy').replace('uid:', 'UID:');
    const report = '# search result\nsearch: 2\nresult: 0 Success\n\n# numResponses: 5\n# numEntries: 4\n';
    place.write(
      'people.ldif',
      `# LDAPv3\n\nversion: 1\n\n${fourth}${folded}# a comment\n${first}${third}${report}`,
    );
    expect(await place.run('plan', '--exit-code')).toMatchObject({ code: 0, stderr: '' });
    // As ldifde exports it.
    place.write('people.ldif', whole.replaceAll('objectClass: inetOrgPerson', 'changetype: add\n$&'));
    expect(await place.run('plan', '--exit-code')).toMatchObject({ code: 0, stderr: '' });

    place.write('people.ldif', ldif([{ ...company[0]!, status: 'left' }, company[1]!, company[2]!]));
    await place.settle();
    expect(accounts(place.mock)).toEqual({
      ...allOn,
      'person1@example.com': false,
      'person4@example.com': false,
    });
  });

  test('with UTF-8 in the open is read, and that is said once', async (context) => {
    const place = await synced(context);
    place.write(
      'people.ldif',
      whole + entry(person(5, { last: 'Müller' })) + entry(person(6, { last: 'Łuk' })),
    );
    const warning = /people\.ldif:\d+: the file holds UTF-8 outside of base64/g;
    const plan = await place.run('plan', '--json');
    expect(plan.code).toBe(0);
    expect(plan.stderr.match(warning)).toHaveLength(1);
    const check = await place.run('check');
    expect(check.stdout.match(warning)).toHaveLength(1);
    expect(check).toMatchObject({ code: 0, stderr: '' });
    const { source } = (await place.run('check', '--json')).json<{ source: { warnings: object[] } }>();
    expect(source.warnings).toEqual([
      expect.objectContaining({
        locus: { file: place.path('people.ldif'), line: expect.any(Number) as number },
      }),
    ]);
  });

  test('in which one entry cannot be read leaves that person as they are, and everybody whom it might be', async (context) => {
    const place = await synced(context);
    const [first, second, third] = company.map(entry);
    const bad = second!.replace('mail: person2', 'mail:: person2');
    place.write('people.ldif', first! + bad + third! + entry(person(5)));
    const ended = await place.run('sync', '--json', '--wait', '0s');
    expect(ended.code).toBe(4);
    expect(ended.json()).toMatchObject({
      rejections: [
        {
          key: 'P0002',
          rule: 'ragged',
          file: place.path('people.ldif'),
          line: first!.split('\n').length,
          reason: expect.stringMatching(/^line \d+: "mail" is not base64/) as string,
        },
      ],
    });
    // The fourth is in no record, and this read misses none: their leaving is seen all the same.
    expect(accounts(place.mock)).toEqual({
      ...allOn,
      'person4@example.com': false,
      'person5@example.com': true,
    });

    place.write('people.ldif', first! + second!.replace('uid: P0002', 'uid:: ?') + third!);
    const unknown = await place.run('sync', '--wait', '0s');
    expect(unknown.stdout).toMatch(/nobody leaves by absence in this run/);
    expect(accounts(place.mock)).toMatchObject({ 'person2@example.com': true, 'person5@example.com': true });
  });
});

const write = (content: string | Uint8Array) => (place: SyncedExport) => place.write('people.ldif', content);
const [, second] = company.map(entry);

const bad: readonly BadExport[] = [
  {
    name: 'is not there',
    spoil: (place) => rmSync(place.path('people.ldif')),
    code: 1,
    says: [/people\.ldif: the source cannot be read: there is no such file/],
  },
  {
    name: 'is a folder',
    spoil: (place) => {
      rmSync(place.path('people.ldif'));
      mkdirSync(place.path('people.ldif'));
    },
    code: 1,
    says: [/people\.ldif: the source cannot be read: it is a folder/],
  },
  { name: 'is empty', spoil: write(''), code: 1, says: [/people\.ldif: the file is empty/] },
  {
    name: 'has a version and no entries',
    spoil: write('version: 1\n'),
    code: 3,
    says: [/NOT COMPLETE/, /the file holds no entries/],
  },
  {
    name: 'is cut in the middle of an entry',
    spoil: write(whole.slice(0, whole.indexOf('sn: Last3') + 5)),
    code: 3,
    says: [/NOT COMPLETE/, /the file ends in the middle of a line, in the entry of line \d+: it looks cut/],
  },
  {
    name: 'is UTF-16',
    spoil: write(Buffer.from(`\ufeff${whole}`, 'utf16le')),
    code: 1,
    says: [/people\.ldif:1: the file is utf-16le text, and LDIF is UTF-8/, /ldifde writes UTF-16 with its/],
  },
  {
    name: 'is Latin-1',
    spoil: write(Buffer.from(whole.replace('Last2', 'Müller'), 'latin1')),
    code: 4,
    says: [/people\.ldif:\d+ {2}P0002 {2}ragged: line \d+: "sn" holds bytes that are not UTF-8/],
  },
  {
    name: 'has somebody twice',
    spoil: write(whole + second!.replace('First2', 'Other')),
    code: 4,
    says: [/2 active records have the key P0002: lines \d+, \d+/],
  },
  {
    name: 'has a value of 10 MB that is read',
    spoil: write(whole.replace('Last2', 'x'.repeat(11_000_000))),
    code: 4,
    says: [/P0002 {2}ragged: line \d+: "sn" is longer than 10 MB/],
  },
  {
    name: 'lacks an attribute that is read',
    spoil: write(whole.replaceAll('departmentNumber', 'department')),
    code: 1,
    says: [
      /rollcall\.yaml:13:\d+ \(identity\.enterprise\.department\): no entry of \S+people\.ldif has the attribute "departmentNumber"/,
      /There are .*"department"/,
    ],
  },
  {
    name: 'went beyond the limit of a search',
    spoil: write(`${ldif(company.slice(0, 2))}search: 2\nresult: 4 Size limit exceeded\n\n`),
    code: 3,
    says: [/the search ended with "4 Size limit exceeded" \(line \d+\): the size limit was exceeded/],
  },
  {
    name: 'refers to another server, as ldapsearch -L says it',
    spoil: write(`${ldif(company.slice(0, 2))}# refldap://other.example/dc=example\n\n`),
    code: 3,
    says: [/refers to another place, which was not searched: ldap:\/\/other\.example/],
  },
  {
    name: 'refers to another server, as ldapsearch says it',
    spoil: write(`${ldif(company.slice(0, 2))}ref: ldap://other.example/dc=example??sub\n\n`),
    code: 3,
    says: [/ldap:\/\/other\.example\/dc=example/],
  },
  {
    name: 'is of another version',
    spoil: write(`version: 2\n\n${whole}`),
    code: 1,
    says: [/people\.ldif:1: the file says that it is LDIF of version "2"/],
  },
  {
    name: 'holds changes',
    spoil: write(`dn: uid=P0002,ou=people,dc=example,dc=com\nchangetype: delete\n\n`),
    code: 4,
    says: [/is a change record \(delete\), and this source is read as full content/],
  },
  {
    name: 'is compressed, and ends early',
    spoil: write(gzipSync(whole).subarray(0, 100)),
    code: 3,
    says: [/the compressed data end early: the file looks cut/],
  },
  {
    name: 'is too short',
    spoil: (place) => {
      const { source } = ldifParts;
      const parts = { ...ldifParts, source: `${source}\n  expect: { minimum: 4 }` };
      place.write('rollcall.yaml', exportConfiguration(place.mock.url, parts));
      place.write('people.ldif', ldif(company.slice(0, 3)));
    },
    code: 3,
    says: [/3 records were read, and at least 4 are expected/],
  },
];

describe.concurrent('an LDIF file that', patient, () => {
  test.for(bad)('$name gets a reason with its place, and nobody is switched off', async (one, context) => {
    const place = await synced(context);
    await harmsNobody(place, one, allOn);
    rmSync(place.path('people.ldif'), { recursive: true, force: true });
    place.write('people.ldif', whole);
    expect(await place.run('plan', '--exit-code')).toMatchObject({ code: 0 });
  });
});
