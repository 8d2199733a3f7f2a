import { describe, expect, test } from 'vitest';
import { ENTERPRISE, USER, ask, created, mockOf, patchOf, person } from './calling.ts';

const work = { value: 'work@example.com', type: 'work', primary: true };
const home = { value: 'home@example.org', type: 'home' };
const old = { value: 'old@example.com', type: 'work', display: 'Old' };
const start = {
  userName: 'ada',
  name: { givenName: 'Ada', familyName: 'Lovelace' },
  emails: [work, home, old],
  roles: [{ value: 'admin' }],
  [ENTERPRISE]: { department: 'R&D', manager: { value: 'm1' } },
};

async function after(...operations: readonly object[]) {
  const mock = await mockOf('rfc');
  const id = await created(mock, person('ada', start));
  const { status, body, text } = await ask(mock, 'PATCH', `/Users/${id}`, patchOf(...operations));
  expect(status, text).toBe(200);
  return body;
}

async function refusalOf(operation: object, more: object = start) {
  const mock = await mockOf('rfc');
  const id = await created(mock, person('ada', more));
  const before = (await ask(mock, 'GET', `/Users/${id}`)).text;
  const { status, body } = await ask(mock, 'PATCH', `/Users/${id}`, patchOf(operation));
  expect(status).toBe(400);
  expect((await ask(mock, 'GET', `/Users/${id}`)).text).toBe(before);
  return body['scimType'];
}

describe('RFC 7644 §3.5.2, figure 7: a path holds a filter of the whole grammar', () => {
  test.each<[string, readonly object[]]>([
    ['type eq "work" and value co "old"', [old]],
    ['type eq "work" and not (value co "old")', [work]],
    ['(type eq "home") or display pr', [home, old]],
    ['TYPE EQ "WORK" AND PRIMARY EQ TRUE', [work]],
    ['value sw "home" or (value ew ".com" and display eq "old")', [home, old]],
    ['not (display pr)', [work, home]],
    ['display eq null', [work, home]],
    ['value ew "]"', []],
    ['type ne "work"', [home]],
    ['value gt "i"', [work, old]],
  ])('emails[%s]', async (filter, chosen) => {
    const path = `emails[${filter}].display`;
    if (chosen.length === 0) {
      expect(await refusalOf({ op: 'replace', path, value: 'x' })).toBe('noTarget');
      return;
    }
    const changed = (await after({ op: 'replace', path, value: 'x' }))['emails'];
    expect(changed).toEqual(
      start.emails.map((one) => (chosen.includes(one) ? { ...one, display: 'x' } : one)),
    );
  });

  test('a bracket inside the text of a filter is text', async () => {
    const mails = [{ value: 'a]b@x' }, { value: '[' }, { value: 'q"]' }];
    const mock = await mockOf('rfc');
    const id = await created(mock, person('ada', { emails: mails }));
    const operations = [
      { op: 'replace', path: 'emails[value eq "a]b@x"].type', value: 'work' },
      { op: 'remove', path: 'emails[value eq "["]' },
      { op: 'replace', path: 'emails[value eq "q\\"]"]', value: { type: 'home' } },
    ];
    const { body, text } = await ask(mock, 'PATCH', `/Users/${id}`, patchOf(...operations));
    expect(body['emails'], text).toEqual([
      { value: 'a]b@x', type: 'work' },
      { value: 'q"]', type: 'home' },
    ]);
  });

  test.each([
    'emails[type eq "work"',
    'emails type eq "work"]',
    'emails[type eq "work"].',
    'emails[type eq "work"].value.x',
    'emails.value[type eq "work"]',
    'emails[value eq "x] or type eq "y"',
    'userName[value eq "ada"]',
    'name.givenName.x',
    'name.',
    '.name',
    'name..givenName',
    'title.value',
    ' title',
    'urn:',
    USER,
    `${USER}:`,
    `${USER}.title`,
    `${USER}:manager`,
    `${ENTERPRISE}:title`,
    `${ENTERPRISE}:manager.nobody`,
    `${ENTERPRISE}:manager[value eq "m1"]`,
    `${ENTERPRISE}x:manager`,
    'constructor',
    'toString',
    'name.constructor',
  ])('"%s" is invalidPath', async (path) => {
    expect(await refusalOf({ op: 'replace', path, value: 'x' })).toBe('invalidPath');
    expect(await refusalOf({ op: 'remove', path })).toBe('invalidPath');
  });

  test.each([
    'emails[]',
    'emails[type]',
    'emails[type eq]',
    'emails[type eq work]',
    'emails[type eq "work"]]',
    'emails[[type eq "work"]',
    'emails[type eq "work"].value[type eq "x"]',
    'emails[emails[type eq "work"]]',
    'emails[type eq "work" and]',
    'emails[not type eq "work"]',
    'emails[colour eq "red"]',
    'emails[primary gt true]',
    'emails[__proto__ eq "x"]',
  ])('the filter in "%s" is invalidFilter (§3.12, table 9)', async (path) => {
    expect(await refusalOf({ op: 'replace', path, value: 'x' })).toBe('invalidFilter');
    expect(await refusalOf({ op: 'remove', path })).toBe('invalidFilter');
  });

  test('a filter of too many terms, or nested too deeply, is invalidFilter', async () => {
    const many = Array.from({ length: 201 }, (_, at) => `value eq "${at}"`).join(' or ');
    const deep = `${'('.repeat(30)}value pr${')'.repeat(30)}`;
    for (const filter of [many, deep])
      expect(await refusalOf({ op: 'remove', path: `emails[${filter}]` })).toBe('invalidFilter');
  });
});

describe('RFC 7644 §3.10, names with their URN in a PATCH path', () => {
  test.each<[string, unknown, (body: Record<string, unknown>) => unknown, unknown]>([
    [`${USER}:name.givenName`, 'A', (body) => body['name'], { ...start.name, givenName: 'A' }],
    [
      `${USER.toUpperCase()}:emails[type eq "home"].display`,
      'H',
      (body) => (body['emails'] as object[])[1],
      { ...home, display: 'H' },
    ],
    [`${ENTERPRISE}:department`, 'X', (body) => body[ENTERPRISE], { ...start[ENTERPRISE], department: 'X' }],
    [
      `${ENTERPRISE}:manager.value`,
      'm2',
      (body) => body[ENTERPRISE],
      { ...start[ENTERPRISE], manager: { value: 'm2' } },
    ],
    [
      ENTERPRISE,
      { division: 'N', manager: { $ref: 'https://example.com/m1' } },
      (body) => body[ENTERPRISE],
      { ...start[ENTERPRISE], division: 'N', manager: { value: 'm1', $ref: 'https://example.com/m1' } },
    ],
  ])('replace %s', async (path, value, part, expected) => {
    const body = await after({ op: 'replace', path, value });
    expect(part(body as Record<string, unknown>)).toEqual(expected);
  });

  test('an extension that is emptied is gone from "schemas", and comes back with its first attribute', async () => {
    expect((await after({ op: 'remove', path: ENTERPRISE }))['schemas']).toEqual([USER]);
    const emptied = await after(
      { op: 'remove', path: `${ENTERPRISE}:manager` },
      { op: 'replace', path: `${ENTERPRISE}:department`, value: null },
    );
    expect(emptied['schemas']).toEqual([USER]);
    expect(emptied).not.toHaveProperty([ENTERPRISE]);
    const again = await after(
      { op: 'remove', path: ENTERPRISE },
      { op: 'add', path: `${ENTERPRISE}:manager.value`, value: 'm9' },
    );
    expect(again['schemas']).toEqual([USER, ENTERPRISE]);
    expect(again[ENTERPRISE]).toEqual({ manager: { value: 'm9' } });
  });

  test('to add nothing to an extension leaves it, to replace it with nothing takes it away', async () => {
    expect((await after({ op: 'add', path: ENTERPRISE, value: null }))[ENTERPRISE]).toEqual(
      start[ENTERPRISE],
    );
    expect((await after({ op: 'add', value: { [ENTERPRISE]: null } }))[ENTERPRISE]).toEqual(
      start[ENTERPRISE],
    );
    expect(await after({ op: 'replace', value: { [ENTERPRISE]: null } })).not.toHaveProperty([ENTERPRISE]);
    expect(await refusalOf({ op: 'add', path: ENTERPRISE, value: 'x' })).toBe('invalidValue');
  });
});

describe('RFC 7644 §3.5.2.1 to §3.5.2.3, several values', () => {
  test('what is said again of a value that is there is added to it (RFC 7643 §2.4)', async () => {
    const value = [
      { value: home.value, type: 'home', primary: true },
      { value: home.value, type: 'other' },
    ];
    expect((await after({ op: 'add', path: 'emails', value }))['emails']).toEqual([
      { ...work, primary: false },
      { ...home, primary: true },
      old,
      { value: home.value, type: 'other' },
    ]);
  });

  test('a value that is given twice in one operation is there once', async () => {
    const value = [{ value: 'user' }, { value: 'user' }, { value: 'admin' }];
    expect((await after({ op: 'add', path: 'roles', value }))['roles']).toEqual([
      { value: 'admin' },
      { value: 'user' },
    ]);
  });

  test.each<[string, unknown, unknown]>([
    ['one value in place of an array', { value: 'x@y' }, [{ value: 'x@y' }]],
    ['all of them', [home], [home]],
    ['none', [], undefined],
    ['null', null, undefined],
    ['an array of nothing', [null, {}], undefined],
  ])('replace of a whole multi-valued attribute: %s', async (_what, value, expected) => {
    expect((await after({ op: 'replace', path: 'emails', value }))['emails']).toEqual(expected);
  });

  test('a new primary without a path, and one that is replaced by a filter, take the old one’s place', async () => {
    const added = await after({ op: 'add', value: { emails: { value: 'n@x', primary: true } } });
    expect(added['emails']).toEqual([
      { ...work, primary: false },
      home,
      old,
      { value: 'n@x', primary: true },
    ]);
    const filtered = await after({
      op: 'replace',
      path: 'emails[value eq "old@example.com"]',
      value: { primary: true },
    });
    expect(filtered['emails']).toEqual([{ ...work, primary: false }, home, { ...old, primary: true }]);
  });

  test('null takes a part away, in an object and behind a filter', async () => {
    const value = { display: null, type: 'other' };
    expect((await after({ op: 'replace', path: 'emails[display pr]', value }))['emails']).toEqual([
      work,
      home,
      { value: old.value, type: 'other' },
    ]);
    expect((await after({ op: 'replace', path: 'name', value: { givenName: null } }))['name']).toEqual({
      familyName: 'Lovelace',
    });
    expect((await after({ op: 'add', path: 'name', value: { givenName: null } }))['name']).toEqual(
      start.name,
    );
  });

  test('the sub-attribute of all values', async () => {
    const changed = (await after({ op: 'replace', path: 'emails.display', value: 'x' }))['emails'];
    expect(changed).toEqual(start.emails.map((one) => ({ ...one, display: 'x' })));
    expect((await after({ op: 'remove', path: 'roles.value' }))['roles']).toBeUndefined();
    expect((await after({ op: 'add', path: 'ims.value', value: 'x' }))['ims']).toEqual([{ value: 'x' }]);
  });

  test('a value is made for "add" only as its filter says, and as the schema takes it', async () => {
    const phone = { op: 'add', path: 'phoneNumbers[type eq "fax" and primary eq true].value', value: '1' };
    expect((await after(phone))['phoneNumbers']).toEqual([{ type: 'fax', primary: true, value: '1' }]);
    const refused: readonly [string, string][] = [
      ['phoneNumbers[type eq "fax" or type eq "work"]', 'noTarget'],
      ['phoneNumbers[type eq "fax" and type eq "work"]', 'noTarget'],
      ['phoneNumbers[type ne "fax"]', 'noTarget'],
      ['phoneNumbers[type eq null]', 'noTarget'],
      ['phoneNumbers[primary eq "true"]', 'invalidValue'],
      ['phoneNumbers[type eq 7]', 'invalidValue'],
    ];
    for (const [path, scimType] of refused)
      expect(await refusalOf({ op: 'add', path: `${path}.value`, value: '1' }), path).toBe(scimType);
  });

  test.each(['emails[type eq "fax"]', 'emails[type eq "fax"].value', 'photos[type eq "photo"]'])(
    'replace and remove of %s, which is not there, are noTarget (§3.5.2.3; §3.12, table 9)',
    async (path) => {
      expect(await refusalOf({ op: 'replace', path, value: path.endsWith('value') ? 'x' : {} })).toBe(
        'noTarget',
      );
      expect(await refusalOf({ op: 'remove', path })).toBe('noTarget');
    },
  );
});
