import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { TestContext } from 'vitest';
import { temporaryFolder } from '../../../support/folder.ts';
import { samples, tryFile } from './trying.ts';
import type { Tried } from './trying.ts';

const targets =
  'targets: { app: { connector: generic, baseUrl: "https://app.example", auth: { kind: none } } }';
const lists = 'groups: { path: ./groups.json, members: { path: "./members-*.json" } }';

/** A preset with the lists of groups beside it; `change` may do something to the samples first. */
async function trying(
  context: TestContext,
  preset: string,
  change: (path: (name: string) => string) => void = () => undefined,
  text = `source: { preset: ${preset}, path: "./users-*.json", ${lists} }`,
): Promise<Tried> {
  const folder = temporaryFolder(context);
  cpSync(join(samples, preset), folder, { recursive: true });
  change((name) => join(folder, name));
  const file = join(folder, 'rollcall.yaml');
  writeFileSync(file, `${text}\n${targets}`);
  return tryFile(file);
}

/** The groups of everybody who is in any, by user name; a group whose key is not its name has it behind. */
function groupsIn({ people }: Tried): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    Object.values(people).flatMap((one) => {
      if (typeof one === 'string' || one.groups.length === 0) return [];
      const { attributes, groups, groupKeys } = one;
      return [
        [attributes['userName'] as string, groups.map((name) => `${name} ${groupKeys?.get(name) ?? ''}`)],
      ];
    }),
  );
}

describe('groups that are listed apart from the people', () => {
  test.for<readonly [string, object, readonly object[]]>([
    [
      'okta',
      {
        'ada.lovelace@example.com': ['Engineers 00g1emaKYZTWRYYRRTS1', 'West Coast 00g1emaKYZTWRYYRRTS2'],
        'grace.hopper@example.com': ['Engineers 00g1emaKYZTWRYYRRTS1'],
        'kay@example.com': ['West Coast 00g1emaKYZTWRYYRRTS2'],
      },
      [{ name: 'Engineers' }, { name: 'West Coast' }, { name: 'Nobody yet' }],
    ],
    [
      'entra',
      {
        'AdeleV@contoso.example': [
          'All staff d7797254-3084-44d0-99c9-a3b5ab149538',
          'Research 45b7d2e7-b882-4a80-ba97-10b7a63b8fa4',
        ],
        'AlexW@contoso.example': ['All staff d7797254-3084-44d0-99c9-a3b5ab149538'],
      },
      [{ name: 'Research' }, { name: 'All staff' }],
    ],
    [
      'google-workspace',
      {
        'admin@example.com': ['Admins 01ci93xb3tmzyin', 'Everybody 01ci93xb3tmzyi2'],
        'liz@example.com': ['Everybody 01ci93xb3tmzyi2'],
      },
      [{ name: 'Everybody' }, { name: 'Empty' }, { name: 'Admins' }],
    ],
  ])('%s: two lines more name them, also the empty ones', async ([preset, groups, all], context) => {
    const tried = await trying(context, preset);
    expect(groupsIn(tried)).toEqual(groups);
    expect(tried.receipt).toMatchObject({ complete: true, reasons: [], groups: all });
    expect(tried.receipt.counts).toEqual({ groups: all.length });
    expect(tried.configuration.warnings).toEqual([]);
  });

  test('of Entra within groups can be kept apart', async (context) => {
    const text = `source: { preset: entra, path: "./users-*.json", ${lists.replace('{ path', '{ nested: keep, path')} }`;
    const { 'AdeleV@contoso.example': adele } = groupsIn(await trying(context, 'entra', undefined, text));
    expect(adele).toEqual(['Research 45b7d2e7-b882-4a80-ba97-10b7a63b8fa4']);
  });

  test('are not read where nobody names the lists, and change nothing about the people', async (context) => {
    const without = await trying(
      context,
      'okta',
      undefined,
      'source: { preset: okta, path: "./users-*.json" }',
    );
    expect(groupsIn(without)).toEqual({});
    expect(without.receipt).not.toHaveProperty('groups');
    const { receipt } = await trying(context, 'okta');
    expect(receipt.count).toBe(without.receipt.count);
  });

  test('are those of their own source where two have the same ids', async (context) => {
    const source = `preset: okta, path: "./users-1.json", groups: { path: ./groups.json, members: { path: "./members-*.json" } }`;
    const text = `sources:
  here: { ${source} }
  there: { preset: okta, path: "./users-2.json" }
population: { union: [here, there] }`;
    const groups = groupsIn(await trying(context, 'okta', undefined, text));
    expect(Object.keys(groups)).toEqual(['ada.lovelace@example.com', 'grace.hopper@example.com']);
  });

  test('come along from a source that is joined', async (context) => {
    const text = `sources:
  hr: { connector: csv, path: ./hr.csv, key: "\${record.id}" }
  okta: { preset: okta, path: "./users-*.json", ${lists} }
population: { join: { authority: hr, with: { okta: "\${record.profile.login}" } } }
identity: { userName: "\${record.id}", active: true }`;
    const tried = await trying(
      context,
      'okta',
      (path) => writeFileSync(path('hr.csv'), 'id\nkay@example.com\nnobody@example.com\n'),
      text,
    );
    expect(groupsIn(tried)).toEqual({ 'kay@example.com': ['West Coast 00g1emaKYZTWRYYRRTS2'] });
  });
});

describe('a group whose members are not known for sure', () => {
  const first = 'members-00g1emaKYZTWRYYRRTS1.json';
  test.for<readonly [string, string, (path: (name: string) => string) => void, string]>([
    [
      'has no file',
      'okta',
      (path) => rmSync(path('members-00g1emaKYZTWRYYRRTS3.json')),
      'no file of members is named after the group "Nobody yet" (00g1emaKYZTWRYYRRTS3)',
    ],
    [
      'has a file that is cut',
      'okta',
      (path) => writeFileSync(path(first), '[{"id":"1"},'),
      'the members of the group "Engineers" are unknown: the file ends before the list of records does: it looks cut',
    ],
    [
      'has a member without an id',
      'okta',
      (path) => writeFileSync(path(first), '[{"status":"ACTIVE"}]'),
      '${record.id} gives a member nothing',
    ],
    [
      'lacks a page',
      'entra',
      (path) => rmSync(path('members-d7797254-3084-44d0-99c9-a3b5ab149538-2.json')),
      'still has a value at /@odata.nextLink, so a page is missing behind it',
    ],
    [
      'has an error in the place of an answer',
      'google-workspace',
      (path) => writeFileSync(path('members-01ci93xb3tmzyi3.json'), '{"error":{"code":403,"message":"no"}}'),
      'the members of the group "Empty" are unknown: the document has no name "members"',
    ],
  ])(
    '%s: nobody is taken for gone from it, and the others go on',
    async ([, preset, change, reason], context) => {
      const { receipt } = await trying(context, preset, change);
      expect(receipt.complete).toBe(true);
      const unknown = receipt.groups!.flatMap((group) => group.unknown ?? []);
      expect(unknown).toEqual([expect.stringContaining(reason)]);
    },
  );

  test.for<readonly [string, string, (path: (name: string) => string) => void, string]>([
    [
      'is on no list, which may lack a page',
      'okta',
      (path) => writeFileSync(path('members-00g1emaKYZTWRYYRRTS9.json'), '[]'),
      'members-00g1emaKYZTWRYYRRTS9.json: no group of the list is named so, and the list may lack a page',
    ],
    [
      'has no name',
      'okta',
      (path) => writeFileSync(path('groups.json'), '[{"id":"00g1emaKYZTWRYYRRTS1","profile":{}}]'),
      'gives the group 00g1emaKYZTWRYYRRTS1 no name',
    ],
    [
      'may be on a further page of the list',
      'google-workspace',
      (path) =>
        writeFileSync(
          path('groups.json'),
          '{"groups":[{"id":"01ci93xb3tmzyin","name":"Admins"}],"nextPageToken":"more"}',
        ),
      'the list of groups: ',
    ],
  ])('%s: the read proves nothing about who is in it', async ([, preset, change, reason], context) => {
    const { receipt } = await trying(context, preset, change);
    expect(receipt.complete).toBe(false);
    expect(receipt.reasons.join('\n')).toContain(reason);
  });
});
