import { expect } from 'vitest';
import type { Person } from './company.ts';
import type { Ending } from './folder.ts';
import { openPlaceWithService } from './place.ts';
import { accounts, journalled, writes } from './service.ts';

/** A configuration that reads an export and has one target, `app`; further lines of the source come with their indentation. */
export function exportConfiguration(
  baseUrl: string,
  { source, identity }: { readonly source: string; readonly identity: string },
): string {
  return [
    'state: ./rollcall.db',
    `source:\n${source}`,
    `identity:\n${identity}`,
    'targets:',
    '  app:',
    '    connector: generic',
    `    baseUrl: ${baseUrl}`,
    '    auth: { kind: bearer, token: { env: APP_TOKEN } }',
    '',
  ].join('\n');
}

/** The entries of these people, as OpenLDAP's ldapsearch -LLL writes them. */
export function ldif(people: readonly Person[]): string {
  return people.map(entry).join('');
}

export function entry({ id, first, last, email, status, department, manager }: Person): string {
  return [
    `dn: ${dn(id)}`,
    'objectClass: inetOrgPerson',
    'objectClass: person',
    `uid: ${id}`,
    `givenName: ${first}`,
    `sn: ${last}`,
    `mail: ${email}`,
    `mail: ${id}@old.example`,
    `employeeType: ${status}`,
    `departmentNumber: ${department}`,
    ...(manager === '' ? [] : [`manager: ${dn(manager)}`]),
    '\n',
  ].join('\n');
}

function dn(id: string): string {
  return `uid=${id},ou=people,dc=example,dc=com`;
}

/** Attributes are spelled otherwise than in the file, on purpose. */
export const ldifParts = {
  source: ['  connector: ldif', '  path: ./people.ldif', '  key: ${first(record.UID)}'].join('\n'),
  identity: [
    '  userName: ${record.mail[0]}',
    '  name: { givenName: "${first(record.givenname)}", familyName: "${first(record.sn)}" }',
    '  emails: [{ value: "${record.mail[0]}", type: work, primary: true }]',
    '  active: { from: "${first(record.employeeType)}", on: [active], off: [left] }',
    '  title: \'${has(record.title) ? first(record.title) : ""}\'',
    '  enterprise:',
    '    department: ${first(record.departmentNumber)}',
  ].join('\n'),
};

/** The records of these people, as an HR system lists them. */
export function members(people: readonly Person[]): readonly object[] {
  return people.map(({ id, first, last, email, status, department, manager }) => ({
    id,
    name: { first, last },
    mails: [{ value: email, primary: true }],
    active: status === 'active',
    department,
    ...(manager !== '' && { manager: { id: manager } }),
  }));
}

export const jsonParts = {
  source: [
    '  connector: json',
    '  path: ./people-*.json',
    '  records: /value',
    '  key: ${record.id}',
    '  expect: { noMore: "/@odata.nextLink" }',
  ].join('\n'),
  identity: [
    '  userName: ${record.mails[0].value}',
    '  name: { givenName: "${record.name.first}", familyName: "${record.name.last}" }',
    '  emails: ${record.mails}',
    '  active: { from: "${record.active}", on: [true], off: [false] }',
    '  enterprise:',
    '    department: ${record.department}',
    '    manager: { value: "${has(record.manager) ? ref(record.manager.id) : none()}" }',
  ].join('\n'),
};

/** A place whose configuration reads an export, and in which the people of that export have accounts. */
export async function syncedExport(
  ending: Ending,
  parts: { readonly source: string; readonly identity: string },
  files: Readonly<Record<string, string>>,
) {
  const place = await openPlaceWithService(ending);
  place.write('rollcall.yaml', exportConfiguration(place.mock.url, parts));
  for (const [name, content] of Object.entries(files)) place.write(name, content);
  await place.settle();
  return { ...place, before: journalled(place.mock) };
}

export type SyncedExport = Awaited<ReturnType<typeof syncedExport>>;

/** What is wrong with an export, and how a sync of it ends. */
export interface BadExport {
  readonly name: string;
  readonly spoil: (place: SyncedExport) => void;
  readonly code: 1 | 3 | 4;
  /** All of these stand in what is said. */
  readonly says: readonly RegExp[];
}

/** A sync of it ends as it has to and says why, and everybody stays as they are, with nothing sent. */
export async function harmsNobody(
  place: SyncedExport,
  { spoil, code, says }: BadExport,
  everybody: Readonly<Record<string, boolean>>,
): Promise<void> {
  spoil(place);
  const ended = await place.run('sync', '--wait', '0s');
  expect(ended).toMatchObject({ code });
  for (const words of says) expect(ended.stdout + ended.stderr).toMatch(words);
  expect(ended.stdout + ended.stderr).not.toMatch(/\n\s+at /);
  expect(writes(place.mock, place.before)).toEqual([]);
  expect(accounts(place.mock)).toEqual(everybody);
}
