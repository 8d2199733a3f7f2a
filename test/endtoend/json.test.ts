import { mkdirSync, rmSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { people, person } from '../support/company.ts';
import type { Person } from '../support/company.ts';
import { exportConfiguration, harmsNobody, jsonParts, members, syncedExport } from '../support/exports.ts';
import type { BadExport, SyncedExport } from '../support/exports.ts';
import { patient } from '../support/folder.ts';
import { openPlaceWithService } from '../support/place.ts';
import { accounts } from '../support/service.ts';

/** Four people on two pages; so few that no limit would hold anything back. */
const company = people(4).map((one, index) => (index === 0 ? one : { ...one, manager: 'P0001' }));
const allOn = Object.fromEntries(company.map(({ email }) => [email, true]));
const page = (rows: readonly Person[], next?: string) =>
  JSON.stringify({ '@odata.nextLink': next, value: members(rows) }, null, 1);
const files = {
  'people-1.json': page(company.slice(0, 2), 'https://hr.example/people?page=2'),
  'people-2.json': page(company.slice(2)),
};
const synced = (context: Parameters<typeof syncedExport>[0]) => syncedExport(context, jsonParts, files);

describe.concurrent('JSON in pages', patient, () => {
  test('is checked, planned and synced, and then there is nothing to do', async (context) => {
    const place = await openPlaceWithService(context);
    place.write('rollcall.yaml', exportConfiguration(place.mock.url, jsonParts));
    for (const [name, content] of Object.entries(files)) place.write(name, content);
    const check = await place.run('check');
    expect(check).toMatchObject({ code: 0, stderr: '' });
    expect(check.stdout).toMatch(/ok source +people-\*\.json: 4 records, read to its end/);
    const plan = await place.run('plan', '--json', '--exit-code');
    expect(plan.code).toBe(2);
    const { operations } = plan.json<{ targets: { app: { operations: { key: string }[] } } }>().targets.app;
    expect(operations.map(({ key }) => key)).toEqual(['P0001', 'P0002', 'P0003', 'P0004']);
    expect(await place.run('sync')).toMatchObject({ code: 0 });
    expect(accounts(place.mock)).toEqual(allOn);
    expect(place.mock.users()[1]).toMatchObject({
      externalId: 'P0002',
      name: { givenName: 'First2', familyName: 'Last2' },
      emails: [{ value: 'person2@example.com', primary: true }],
    });
    expect(await place.run('plan', '--exit-code')).toMatchObject({ code: 0 });
  });

  test('that is told in other files, in another layout or compressed says the same', async (context) => {
    const place = await synced(context);
    rmSync(place.path('people-1.json'));
    place.write('people-2.json', gzipSync(page(company)));
    expect(await place.run('plan', '--exit-code')).toMatchObject({ code: 0 });

    const lines = { ...jsonParts, source: '  connector: json\n  path: [people.ndjson]\n  key: ${record.id}' };
    place.write('rollcall.yaml', exportConfiguration(place.mock.url, lines));
    place.write(
      'people.ndjson',
      members(company)
        .map((one) => `${JSON.stringify(one)}\n`)
        .join(''),
    );
    expect(await place.run('plan', '--exit-code')).toMatchObject({ code: 0 });

    const left = members([{ ...company[0]!, status: 'left' }, company[1]!, company[2]!]);
    place.write('people.ndjson', left.map((one) => `${JSON.stringify(one)}\n`).join(''));
    await place.settle();
    expect(accounts(place.mock)).toEqual({
      ...allOn,
      'person1@example.com': false,
      'person4@example.com': false,
    });
  });

  test('has keys that are numbers', async (context) => {
    const place = await openPlaceWithService(context);
    const numbered = members(company).map((one, index) => ({ ...one, id: index + 1, manager: undefined }));
    place.write('rollcall.yaml', exportConfiguration(place.mock.url, withoutManager));
    place.write('people-1.json', JSON.stringify({ value: numbered }));
    await place.settle();
    expect(
      place.mock
        .users()
        .map(({ externalId }) => externalId as unknown)
        .sort(),
    ).toEqual(['1', '2', '3', '4']);
    expect(await place.run('plan', '--exit-code')).toMatchObject({ code: 0 });
  });

  test('names the file of a record that is rejected, and of both that have one key or one name', async (context) => {
    const place = await synced(context);
    const again = [company[0]!, person(7, { email: company[1]!.email })];
    place.write('people-2.json', page([...again, { ...company[3]!, id: '' }]));
    const ended = await place.run('plan', '--json');
    expect(ended.code).toBe(4);
    const { rejections } = ended.json<{ rejections: { file: string; rule: string; reason: string }[] }>();
    const [one, two] = [place.path('people-1.json'), place.path('people-2.json')];
    expect(rejections.map(({ file, rule }) => [file, rule])).toEqual([
      [one, 'duplicateKey'],
      [one, 'duplicateUserName'],
      [two, 'duplicateKey'],
      [two, 'duplicateUserName'],
      [two, 'key'],
    ]);
    expect(rejections[0]!.reason).toMatch(
      /2 active records have the key P0001: \S+1\.json:\d+, \S+2\.json:\d+$/,
    );
    expect(rejections[1]!.reason).toMatch(/have this userName: \S+1\.json:\d+, \S+2\.json:\d+$/);
    const told = await place.run('check');
    expect(told.stdout).toMatch(/ {4}people-2\.json:\d+ {2}\(no key\) {2}key: the key is empty/);
  });
});

const withoutManager = { ...jsonParts, identity: jsonParts.identity.replace(/\n +manager: .*/, '') };

const second = (content: string | Uint8Array) => (place: SyncedExport) =>
  place.write('people-2.json', content);
const cut = (text: string, before: string) => text.slice(0, text.indexOf(before));
const text = files['people-2.json'];

const bad: readonly BadExport[] = [
  {
    name: 'is not there',
    spoil: (place) => Object.keys(files).forEach((name) => rmSync(place.path(name))),
    code: 1,
    says: [/no file is called people-\*\.json/, /check `path` in the configuration/],
  },
  {
    name: 'lacks its last page',
    spoil: (place) => rmSync(place.path('people-2.json')),
    code: 3,
    says: [/people-1\.json still has a value at \/@odata\.nextLink, so a page is missing behind it/],
  },
  {
    name: 'has a page that is a folder',
    spoil: (place) => mkdirSync(place.path('people-3.json')),
    code: 1,
    says: [/people-3\.json: the source cannot be read: it is a folder/],
  },
  { name: 'has an empty page', spoil: second(''), code: 1, says: [/people-2\.json: the file is empty/] },
  {
    name: 'is a wrapper around nobody',
    spoil: (place) => {
      rmSync(place.path('people-1.json'));
      place.write('people-2.json', '{"value": []}');
    },
    code: 3,
    says: [/NOT COMPLETE/, /the list has no records/],
  },
  {
    name: 'is an error in the place of a list',
    spoil: second('{"error": {"code": "InvalidAuthenticationToken"}}'),
    code: 1,
    says: [/people-2\.json:1: the document has no name "value", which `records` asks for/],
  },
  {
    name: 'is cut in the middle of a record',
    spoil: second(cut(text, '"Last4"')),
    code: 3,
    says: [/NOT COMPLETE/, /the file ends inside the record that begins on line \d+: it looks cut/],
  },
  {
    name: 'is UTF-16',
    spoil: second(Buffer.from(`\ufeff${text}`, 'utf16le')),
    code: 1,
    says: [/people-2\.json:1: the file is UTF-16 or UTF-32/],
  },
  {
    name: 'has a record that is Latin-1',
    spoil: second(Buffer.from(text.replace('Last4', 'Müller'), 'latin1')),
    code: 4,
    says: [/people-2\.json:\d+ {2}P0004 {2}ragged: "name" holds bytes that are not UTF-8/],
  },
  {
    name: 'has a comma too many',
    spoil: second(text.replace(/\n \]\n\}$/, ',\n ]\n}')),
    code: 1,
    says: [/people-2\.json:\d+:\d+: not JSON: /],
  },
  {
    name: 'has a name twice in one record',
    spoil: second(text.replace('"department"', '"id": "P0001", "department"')),
    code: 4,
    says: [/people-2\.json:\d+ {2}\(no key\) {2}\w+: the name "id" stands more than once in one object/],
  },
  {
    name: 'has somebody twice',
    spoil: second(page([...company.slice(1)])),
    code: 4,
    says: [/2 active records have the key P0002: \S+people-1\.json:\d+, \S+people-2\.json:\d+/],
  },
  {
    name: 'has a word for the status that nobody knows',
    spoil: second(text.replace('"active": true', '"active": "on leave"')),
    code: 4,
    says: [/P0003 {2}status: status "on leave" is named neither under active\.on nor/],
  },
  {
    name: 'has a value of more than 16 MB',
    spoil: second(text.replace('Last4', 'x'.repeat(17_000_000))),
    code: 1,
    says: [/people-2\.json:\d+:\d+: the record that begins here is longer than 16 MiB/],
  },
  {
    name: 'has no record with a name that is read',
    spoil: (place) => {
      for (const [name, content] of Object.entries(files))
        place.write(name, content.replaceAll('department', 'departmentName'));
    },
    code: 1,
    says: [/\(identity\.enterprise\.department\): no record of \S+ has the name "department"/],
  },
  {
    name: 'is compressed, and ends early',
    spoil: second(gzipSync(text).subarray(0, -20)),
    code: 3,
    says: [/the compressed data end early: the file looks cut/],
  },
  {
    name: 'is compressed, and damaged',
    spoil: second(gzipSync(text).fill(7, 12, 40)),
    code: 1,
    says: [/people-2\.json: the compressed file is damaged/, /check it with `gzip --test`/],
  },
];

describe.concurrent('JSON that', patient, () => {
  test.for(bad)('$name gets a reason with its place, and nobody is switched off', async (one, context) => {
    const place = await synced(context);
    await harmsNobody(place, one, allOn);
    rmSync(place.path('people-3.json'), { recursive: true, force: true });
    for (const [name, content] of Object.entries(files)) place.write(name, content);
    expect(await place.run('plan', '--exit-code')).toMatchObject({ code: 0 });
  });
});
