import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { genericProfile } from '../../connectors/targets/generic/profile.ts';
import { ENTERPRISE, canonical, differing } from '../../src/model/index.ts';
import type { Json, Profile, Resource } from '../../src/model/index.ts';
import { encode } from '../../src/scim/encode.ts';
import { encodeGroup, encodeMembers, encodeWholeGroup } from '../../src/scim/group.ts';
import type { GroupProfile } from '../../src/scim/group.ts';
import { changesBetween } from './changes.ts';

const folders = { entra: 'entra', 'entra-2020': 'entra-flag', 'okta-aiw': 'okta', 'okta-oin': 'okta' };
type Dialect = keyof typeof folders;

function speaking(dialect: Dialect): Profile & GroupProfile {
  return differing(genericProfile, genericProfile.dialects![dialect]!) as Profile & GroupProfile;
}

/** What the provider sends, as it is documented; ids are those of `${id:…}`. */
function documented(dialect: Dialect, number: string): unknown {
  const folder = new URL(`../fixtures/${folders[dialect]}/`, import.meta.url);
  const file = readdirSync(folder).find((name) => name.startsWith(`${number}-`))!;
  const text = readFileSync(new URL(file, folder), 'utf8').replaceAll(/\$\{id:(\w+)\}/g, '$1');
  const { method, path, body } = (JSON.parse(text) as { request: Record<string, unknown> }).request;
  return { method, path, ...(body !== undefined && { body }) };
}

const joy: Resource = {
  externalId: 'joy-1',
  userName: 'joy@example.com',
  displayName: 'Joy Young',
  name: { givenName: 'Joy', familyName: 'Young' },
  emails: [{ value: 'joy@example.com', type: 'work', primary: true }],
  active: true,
};

function updated(dialect: Dialect, id: string, before: Resource, after: Resource, managerId?: string) {
  const sendable = { kind: 'update', after, changes: changesBetween(before, after) } as const;
  return encode(sendable, speaking(dialect), { remoteId: id, before, ...(managerId && { managerId }) });
}

function switched(dialect: Dialect, id: string, resource: Resource) {
  const after = { ...resource, active: false };
  const sendable = { kind: 'deactivate', after, changes: changesBetween(resource, after) } as const;
  return encode(sendable, speaking(dialect), { remoteId: id, before: resource });
}

function renamed(dialect: Dialect, id: string, before: string, after: string) {
  const [from, to] = [{ displayName: before }, { displayName: after }];
  const sendable = { kind: 'updateGroup', after: to, changes: changesBetween(from, to) } as const;
  return encodeGroup(sendable, id, speaking(dialect));
}

const joyWith = (parts: Resource): Resource => ({ ...joy, ...parts });
const mail = (value: string): Resource => ({ value, type: 'work', primary: true });

describe('Entra', () => {
  test.each<[Dialect, string, Resource, Resource]>([
    [
      'entra',
      '11',
      joyWith({}),
      joyWith({ emails: [mail('joy@contoso.example')], name: { givenName: 'Joy', familyName: 'Old' } }),
    ],
    ['entra', '12', joyWith({ userName: 'jyoung@example.com' }), joyWith({})],
    ['entra', '13', joyWith({}), joyWith({ nickName: 'Babs' })],
    ['entra-2020', '05', joyWith({}), joyWith({ nickName: 'Babs' })],
    [
      'entra-2020',
      '06',
      joyWith({ [ENTERPRISE]: { employeeNumber: '1' } }),
      joyWith({
        displayName: 'Bjfe',
        name: { givenName: 'Kkom', familyName: 'Unua' },
        emails: [mail('test@contoso.example')],
        [ENTERPRISE]: { employeeNumber: 'Aklq' },
      }),
    ],
  ])('%s changes people as in %s', (dialect, number, before, after) => {
    const said = updated(dialect, 'joy', before, after);
    const { Operations, ...rest } = said!.body as { Operations: unknown[] };
    const told = documented(dialect, number) as { body: { Operations: unknown[] } };
    expect({ ...said, body: rest }).toEqual({ ...told, body: { schemas: rest['schemas' as never] } });
    expect(new Set(Operations.map((one) => canonical(one as Json)))).toEqual(
      new Set(told.body.Operations.map((one) => canonical(one as Json))),
    );
  });

  test.each<[Dialect, string, Resource, Resource, string | undefined]>([
    [
      'entra',
      '19',
      joyWith({ [ENTERPRISE]: { manager: { value: 'K' } } }),
      joyWith({ [ENTERPRISE]: { manager: { value: 'N' } } }),
      'noa',
    ],
    ['entra', '20', joyWith({ [ENTERPRISE]: { manager: { value: 'N' } } }), joyWith({}), undefined],
    ['entra-2020', '07', joyWith({}), joyWith({ [ENTERPRISE]: { manager: { value: 'M' } } }), 'mia'],
    [
      'entra-2020',
      '08',
      joyWith({ [ENTERPRISE]: { manager: { value: 'M' } } }),
      joyWith({ [ENTERPRISE]: { manager: { value: 'N' } } }),
      'noa',
    ],
    ['entra-2020', '09', joyWith({ [ENTERPRISE]: { manager: { value: 'N' } } }), joyWith({}), undefined],
  ])('%s says a manager as in %s', (dialect, number, before, after, managerId) => {
    expect(updated(dialect, 'joy', before, after, managerId)).toEqual(documented(dialect, number));
  });

  test.each<[Dialect, string]>([
    ['entra', '24'],
    ['entra-2020', '10'],
  ])('%s switches somebody off as in %s', (dialect, number) => {
    expect(switched(dialect, 'joy', joy)).toEqual(documented(dialect, number));
  });

  test('a create says meta and an empty list of roles', () => {
    const mia: Resource = {
      externalId: 'mia',
      userName: 'mia@example.com',
      active: true,
      emails: [{ primary: true, type: 'work', value: 'mia@example.com' }],
      name: { formatted: 'Mia Berg', familyName: 'Berg', givenName: 'Mia' },
      [ENTERPRISE]: { manager: { value: 'N' } },
    };
    const told = documented('entra', '05') as { body: { schemas: string[] } };
    const said = encode({ kind: 'create', after: mia, changes: [] }, speaking('entra'))!;
    // Rollcall names no schema of which nothing is sent.
    expect(said).toEqual({ ...told, body: { ...told.body, schemas: told.body.schemas.slice(0, 1) } });
  });

  test('groups are created, renamed, filled and emptied', () => {
    const after = { externalId: '8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159', displayName: 'Readers' };
    for (const [dialect, number] of [
      ['entra', '28'],
      ['entra-2020', '12'],
    ] as const)
      expect(encodeGroup({ kind: 'createGroup', after, changes: [] }, undefined, speaking(dialect))).toEqual(
        documented(dialect, number),
      );
    expect(renamed('entra', 'readers', 'Readers', 'Writers')).toEqual(documented('entra', '30'));
    expect(encodeMembers('memberAdd', 'readers', ['joy'], speaking('entra'))).toEqual(
      documented('entra', '31'),
    );
    expect(encodeMembers('memberRemove', 'readers', ['joy'], speaking('entra'))).toEqual(
      documented('entra', '34'),
    );
    expect(encodeMembers('memberAdd', 'readers', ['joy', 'noa'], speaking('entra-2020'))).toEqual(
      documented('entra-2020', '13'),
    );
    expect(encodeMembers('memberRemove', 'readers', ['joy'], speaking('entra-2020'))).toEqual(
      documented('entra-2020', '14'),
    );
  });

  test('a value that comes, goes or has no type of its own changes the whole attribute', () => {
    const said = (emails: readonly Resource[]) =>
      (
        updated('entra', 'joy', joy, joyWith({ emails }))!.body as { Operations: { path: string }[] }
      ).Operations.map(({ path }) => path);
    expect(said([mail('joy@example.com'), { value: 'j@home.example', type: 'home' }])).toEqual(['emails']);
    expect(said([{ value: 'new@example.com' }])).toEqual(['emails']);
    expect(said([{ value: 'joy@example.com', type: 'work' }])).toEqual(['emails']);
    expect(said([mail('new@example.com')])).toEqual(['emails[type eq "work"].value']);
  });
});

describe('Okta', () => {
  const ada: Resource = {
    userName: 'ada@example.com',
    name: { givenName: 'Ada', middleName: '', familyName: 'Lovelace' },
    emails: [{ primary: true, value: 'ada@example.com', type: 'work', display: 'ada@example.com' }],
    displayName: 'Ada Lovelace',
    locale: 'en-US',
    externalId: '00uada',
    active: true,
  };

  test('a create says an empty list of groups, and the password that is given', () => {
    const after: Resource = {
      ...ada,
      name: { givenName: 'Ada', familyName: 'Byron' },
      emails: [{ primary: true, value: 'ada@example.com', type: 'work' }],
      displayName: 'Ada Byron',
    };
    const said = encode({ kind: 'create', after, changes: [] }, speaking('okta-aiw'), {
      password: '1mz050nq',
    });
    expect(said).toEqual(documented('okta-aiw', '03'));
  });

  test('an app of the wizard is updated and switched off by PUT, one of the catalogue is switched off by PATCH', () => {
    const before = { ...ada, name: { givenName: 'Ada', familyName: 'Byron' } };
    expect(updated('okta-aiw', 'ada', before, ada)).toEqual(documented('okta-aiw', '07'));
    expect(switched('okta-aiw', 'ada', ada)).toEqual(documented('okta-aiw', '08'));
    expect(switched('okta-oin', 'ben', ada)).toEqual(documented('okta-oin', '17'));
  });

  test('groups', () => {
    const after = { displayName: 'Engineers' };
    expect(encodeGroup({ kind: 'createGroup', after, changes: [] }, undefined, speaking('okta-aiw'))).toEqual(
      documented('okta-aiw', '22'),
    );
    expect(renamed('okta-oin', 'engineers', 'Engineers', 'Makers')).toEqual(documented('okta-oin', '26'));
    // Okta says the names of people beside their ids, for eyes alone.
    const plain = (request: unknown): unknown =>
      JSON.parse(JSON.stringify(request, (name, value: unknown) => (name === 'display' ? undefined : value)));
    expect(encodeWholeGroup('engineers', { displayName: 'Builders' }, ['ada'])).toEqual(
      plain(documented('okta-aiw', '25')),
    );
    const [removed, added] = (documented('okta-oin', '27') as { body: { Operations: unknown[] } }).body
      .Operations;
    const operations = (kind: 'memberAdd' | 'memberRemove', id: string) =>
      encodeMembers(kind, 'engineers', [id], speaking('okta-oin')).body!['Operations'];
    expect(operations('memberRemove', 'ada')).toEqual([removed]);
    expect(operations('memberAdd', 'ben')).toEqual(plain([added]));
  });
});
