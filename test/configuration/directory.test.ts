import { describe, expect, test } from 'vitest';
import { load, problemsOf, configurationText, shown } from './support.ts';
import { compileTemplate, createLanguage } from '../../src/configuration/index.ts';
import type { TemplateOptions } from '../../src/configuration/index.ts';
import { EvaluationError } from '../../src/model/index.ts';

const now = Date.UTC(2026, 2, 1, 12);
const language = createLanguage({ timeZone: 'UTC', clock: () => now, record: 'any' });

function evaluate(
  expression: string,
  record: Readonly<Record<string, unknown>> = {},
  wants: TemplateOptions['wants'] = 'json',
): unknown {
  const place = { path: 'identity.title', locus: {}, at: () => ({}) };
  const template = compileTemplate(
    `\${${expression}}`,
    place,
    { language, variables: ['record'], wants },
    ({ message }) => {
      throw new Error(message);
    },
  );
  return template!.evaluate({ record });
}

/** FILETIME of a time in milliseconds since 1970. */
const fileTimeOf = (time: number): string => String((BigInt(time) + 11_644_473_600_000n) * 10_000n);

describe('Generalized Time', () => {
  test.each([
    // The two examples of RFC 4517 §3.3.13, and what Active Directory and OpenLDAP write.
    ['199412161032Z', '1994-12-16T10:32:00Z'],
    ['199412160532-0500', '1994-12-16T10:32:00Z'],
    ['20240101120000.0Z', '2024-01-01T12:00:00Z'],
    ['20260301080000Z', '2026-03-01T08:00:00Z'],
    // A fraction is of the smallest unit that is there.
    ['2026030108.5Z', '2026-03-01T08:30:00Z'],
    ['2026030108,1Z', '2026-03-01T08:06:00Z'],
    ['202603010830.25Z', '2026-03-01T08:30:15Z'],
    ['20260301083059.999999Z', '2026-03-01T08:30:59Z'],
    ['2026030108+01', '2026-03-01T07:00:00Z'],
    ['202603010030+0530', '2026-02-28T19:00:00Z'],
    ['20261231235960Z', '2027-01-01T00:00:00Z'],
    ['20240229000000Z', '2024-02-29T00:00:00Z'],
    ['000001010000Z', '0000-01-01T00:00:00Z'],
    [' 20260301080000Z ', '2026-03-01T08:00:00Z'],
  ])('%s is %s', (text, iso) => {
    expect(evaluate('generalizedTime(record.t)', { t: text })).toBe(iso);
    expect(evaluate('generalizedTime(record.t)', { t: [text] })).toBe(iso);
  });

  test.each([
    '20260301080000',
    '20260230080000Z',
    '20230229080000Z',
    '20261301080000Z',
    '20260301240000Z',
    '20260301086000Z',
    '20260301080061Z',
    '20260301080000.Z',
    '20260301Z',
    '20260301080000z',
    '20260301080000+2400',
    '20260301080000+01:00',
    '2026-03-01T08:00:00Z',
    '000001010000+0100',
    '999912312359-0100',
    'tomorrow',
  ])('%j is none', (text) => {
    expect(() => evaluate('generalizedTime(record.t)', { t: text })).toThrow(
      /^identity\.title .* failed: generalizedTime met text that is no Generalized Time$/,
    );
  });
});

describe('FILETIME', () => {
  test.each([
    // The example of https://learn.microsoft.com/windows/win32/api/minwinbase/ns-minwinbase-filetime: it counts from 1601.
    ['1', '1601-01-01T00:00:00Z'],
    ['116444736000000000', '1970-01-01T00:00:00Z'],
    ['133170048000000000', '2023-01-01T00:00:00Z'],
    ['133170048009999999', '2023-01-01T00:00:00Z'],
    ['0', undefined],
    ['9223372036854775807', undefined],
  ])('%s is %s', (text, iso) => {
    expect(evaluate('fileTime(record.t)', { t: [text] })).toBe(iso);
  });

  test('is read of a number, too, as long as it is exact', () => {
    expect(evaluate('fileTime(record.t)', { t: 0 })).toBeUndefined();
    expect(evaluate('fileTime(116444736000000000)')).toBe('1970-01-01T00:00:00Z');
    expect(() => evaluate('fileTime(record.t)', { t: 133170048000000000 })).toThrow(/too large to be exact/);
    expect(() => evaluate('fileTime(record.t)', { t: 1.5 })).toThrow(/not whole/);
  });

  test.each(['-1', '1.5', '0x1', '9223372036854775806', '9223372036854775808', '2650467744000000000'])(
    '%s is none',
    (text) => {
      expect(() => evaluate('fileTime(record.t)', { t: text })).toThrow(/fileTime met something that is no/);
    },
  );
});

test.each([
  ['20513', '2026-03-01T00:00:00Z'],
  ['1', '1970-01-02T00:00:00Z'],
  [20513, '2026-03-01T00:00:00Z'],
  ['-1', undefined],
  ['', undefined],
])('epochDays of %j is %s', (days, iso) => {
  expect(evaluate('epochDays(record.t)', { t: days })).toBe(iso);
});

test.each([
  ['0', /read as never and others as 1970/],
  ['-2', /no such number/],
  ['9999999', /no year of four digits/],
  ['soon', /no such number/],
])('epochDays does not read %s', (days, message) => {
  expect(() => evaluate('epochDays(record.t)', { t: days })).toThrow(message);
});

describe('an account has expired', () => {
  test.each<[unknown, boolean]>([
    [fileTimeOf(now), true],
    [fileTimeOf(now + 1000), false],
    [fileTimeOf(now - 1000), true],
    ['0', false],
    ['9223372036854775807', false],
    ['20260301115959Z', true],
    ['20260301120001Z', false],
    ['2026-03-01T13:00:00+01:00', true],
    ['2026-03-01T12:00:00-01:00', false],
    [['20260301120000Z'], true],
    [[], false],
    ['', false],
  ])('%j: %s', (time, expired) => {
    expect(evaluate('isExpired(record.t)', { t: time }, 'condition')).toBe(expired);
  });

  test('absent, or through another function', () => {
    expect(evaluate('isExpired(get(record, "accountExpires"))')).toBe(false);
    expect(evaluate('isExpired(epochDays(record.t))', { t: '20513' })).toBe(true);
    expect(evaluate('isExpired(epochDays(record.t))', { t: '20514' })).toBe(false);
    expect(evaluate('isExpired(epochDays(record.t))', { t: '-1' })).toBe(false);
    expect(evaluate('isExpired(fileTime(record.t))', { t: fileTimeOf(now - 1) })).toBe(true);
  });

  test.each(['20513', '1772366400', '1772366400000', '-1'])('%s is a number of another kind', (time) => {
    expect(() => evaluate('isExpired(record.t)', { t: time })).toThrow(/isExpired met/);
  });

  test.each(['2026-03-01', '2026-03-01T08:00:00', '2026-02-30T08:00:00Z', '01.03.2026', 'never'])(
    '%s says no time',
    (time) => {
      expect(() => evaluate('isExpired(record.t)', { t: time })).toThrow(/isExpired met text that is no/);
    },
  );
});

describe('an account is locked', () => {
  test.each<[unknown, string, boolean]>([
    ['0', '30m', false],
    [fileTimeOf(now - 29 * 60_000), '30m', true],
    [fileTimeOf(now - 30 * 60_000), '30m', false],
    [fileTimeOf(now - 365 * 86_400_000), '0s', true],
    ['20260301114500Z', '30m', true],
    ['20260301112000Z', '30m', false],
    ['20260301112000Z', '0s', true],
    ['000001010000Z', '30m', true],
    ['00000101000000Z', '30m', true],
    [['000001010000Z'], '30m', true],
    [[], '30m', false],
    ['', '30m', false],
  ])('%j, for %s: %s', (time, span, locked) => {
    expect(evaluate(`isLocked(record.t, duration("${span}"))`, { t: time }, 'condition')).toBe(locked);
  });

  test('absent; a span that is negative; none', () => {
    expect(evaluate('isLocked(get(record, "lockoutTime"), duration("30m"))')).toBe(false);
    expect(() => evaluate('isLocked(record.t, duration("-1m"))', { t: '20260301112000Z' })).toThrow(
      /span of time that is negative/,
    );
    expect(() => evaluate('isLocked(record.t)', { t: '1' })).toThrow(/no isLocked|isLocked\(/);
  });
});

describe('identifiers', () => {
  const canonical = '00112233-4455-6677-8899-aabbccddeeff';
  const bytes = Buffer.from('33221100554477668899aabbccddeeff', 'hex');

  test.each([
    [bytes.toString('base64'), canonical],
    [canonical, canonical],
    [canonical.toUpperCase(), canonical],
    [` {${canonical}} `, canonical],
    // Bytes that happen to be text are shown as text by whoever reads a directory.
    ['ABCDEFGHIJKLMNOP', '44434241-4645-4847-494a-4b4c4d4e4f50'],
    ['ABCDEFGHIJKLMNö', '44434241-4645-4847-494a-4b4c4d4ec3b6'],
    ['', undefined],
    ['  ', undefined],
  ])('guid of %j is %s', (text, guid) => {
    expect(evaluate('guid(record.id)', { id: [text] })).toBe(guid);
  });

  test.each([
    canonical.replaceAll('-', ''),
    canonical.slice(1),
    `{${canonical}`,
    bytes.toString('base64').slice(0, -1),
    Buffer.concat([bytes, bytes]).toString('base64'),
    'somebody',
    'x'.repeat(100_000),
  ])('%s is no GUID', (text) => {
    expect(() => evaluate('guid(record.id)', { id: text })).toThrow(/guid met something that is no GUID/);
  });

  test.each([
    // The well-known SID of the built-in administrators (MS-DTYP §2.4.2.4), and one of a domain.
    [Buffer.from('01020000000000052000000020020000', 'hex').toString('base64'), 'S-1-5-32-544'],
    [
      Buffer.from('010500000000000515000000a065cf7e784b9b5fe77c8770091c0100', 'hex').toString('base64'),
      'S-1-5-21-2127521184-1604012920-1887927527-72713',
    ],
    ['S-1-5-32-544', 'S-1-5-32-544'],
    ['s-1-0xffffffffffff-1', 'S-1-0xFFFFFFFFFFFF-1'],
  ])('sid of %j is %s', (text, sid) => {
    expect(evaluate('sid(record.id)', { id: [text] })).toBe(sid);
  });

  test.each(['S-1-5', 'S-2-5-32', 'S-1-5-4294967296', 'AQIAAAAAAAUgAAAA', 'AgIAAAAAAAUgAAAAIAIAAA==', 'x'])(
    '%s is no SID',
    (text) => {
      expect(() => evaluate('sid(record.id)', { id: text })).toThrow(/sid met something that is no SID/);
    },
  );

  test.each([
    [['S-1-5-21-1-2-3-1104'], ['513'], 'S-1-5-21-1-2-3-513'],
    [
      Buffer.from('010500000000000515000000a065cf7e784b9b5fe77c8770091c0100', 'hex').toString('base64'),
      514,
      'S-1-5-21-2127521184-1604012920-1887927527-514',
    ],
    [['S-1-5-21-1-2-3-1104'], [], undefined],
    [[], ['513'], undefined],
  ])('the primary group of %j by %j is %s', (own, number, sid) => {
    expect(evaluate('primaryGroupSid(record.own, record.number)', { own, number })).toBe(sid);
  });

  test.each([
    [['x'], ['513'], 'primaryGroupSid met something that is no SID'],
    [['S-1-5-32-544'], ['users'], 'primaryGroupSid met a group that is no number'],
    [['S-1-5-32-544'], ['1', '2'], 'primaryGroupSid met several values'],
  ])('there is none of %j by %j', (own, number, message) => {
    expect(() => evaluate('primaryGroupSid(record.own, record.number)', { own, number })).toThrow(message);
  });

  test('two values are not one', () => {
    expect(() => evaluate('guid(record.id)', { id: [canonical, canonical] })).toThrow(
      /guid met several values where one is needed/,
    );
    expect(evaluate('guid(first(record.id))', { id: [canonical, canonical] })).toBe(canonical);
    expect(() => evaluate('guid(record.id)', { id: [[canonical]] })).toThrow(/list in a list/);
    expect(() => evaluate('guid(record.id)', { id: true })).toThrow(EvaluationError);
  });
});

describe('flags of an account', () => {
  test.each<[unknown, string, unknown]>([
    ['514', 'ACCOUNTDISABLE', true],
    ['512', 'ACCOUNTDISABLE', false],
    [['66050'], 'ACCOUNTDISABLE', true],
    [514, 'NORMAL_ACCOUNT', true],
    ['66048', 'DONT_EXPIRE_PASSWORD', true],
    ['67108864', 'PARTIAL_SECRETS_ACCOUNT', true],
    ['-2147483646', 'ACCOUNTDISABLE', true],
    ['', 'ACCOUNTDISABLE', undefined],
    [[], 'ACCOUNTDISABLE', undefined],
  ])('%j has %s: %s', (value, flag, result) => {
    expect(evaluate(`hasFlag(record.uac, "${flag}")`, { uac: value })).toBe(result);
  });

  test('what was not read is neither: a decision that hangs on it rejects the record', () => {
    expect(() => evaluate('!hasFlag(get(record, "uac"), "ACCOUNTDISABLE")', {}, 'condition')).toThrow(
      EvaluationError,
    );
    expect(() => evaluate('hasFlag(get(record, "uac"), "ACCOUNTDISABLE")', {}, 'condition')).toThrow(
      EvaluationError,
    );
  });

  test.each(['0x202', '4294967296', '-2147483649', '1e3', 'disabled'])(
    '%s is no number of flags',
    (value) => {
      expect(() => evaluate('hasFlag(record.uac, "ACCOUNTDISABLE")', { uac: value })).toThrow(
        /hasFlag met something that is no number of 32 bits/,
      );
    },
  );
});

describe('DNs', () => {
  const dn = String.raw`CN=Doe\, Jane+UID=jd,OU=Sales,OU=People,DC=example,DC=com`;
  test.each<[string, unknown]>([
    ['rdn(record.dn)', String.raw`CN=Doe\, Jane+UID=jd`],
    ['rdnValue(record.dn, "cn")', 'Doe, Jane'],
    ['rdnValue(record.dn, "uid")', 'jd'],
    ['rdnValue(record.dn, "ou")', undefined],
    ['rdnValue(parentDn(record.dn), "ou")', 'Sales'],
    ['dnValues(record.dn, "ou")', ['Sales', 'People']],
    ['first(dnValues(record.dn, "OU"))', 'Sales'],
    ['join(dnValues(record.dn, "dc"), ".")', 'example.com'],
    ['dnValues(record.dn, "l")', []],
    ['parentDn(record.dn)', 'OU=Sales,OU=People,DC=example,DC=com'],
    ['parentDn("dc=com")', undefined],
    ['parentDn(parentDn("dc=com"))', undefined],
    ['rdn("dc=com")', 'dc=com'],
    [String.raw`rdn("cn=a\\,")`, String.raw`cn=a\,`],
    ['normalDn(record.dn)', String.raw`cn=doe\, jane+uid=jd,ou=sales,ou=people,dc=example,dc=com`],
    ['isUnder(record.dn, "ou=people, dc=example, dc=com")', true],
    ['isUnder(record.dn, "ou=groups,dc=example,dc=com")', false],
    ['isUnder(get(record, "manager"), "dc=com")', false],
    ['rdnValue(get(record, "manager"), "cn")', undefined],
    ['dnValues(get(record, "manager"), "cn")', []],
    ['normalDn([])', undefined],
    ['parentDn(record.blank)', undefined],
    ['rdn([record.dn])', String.raw`CN=Doe\, Jane+UID=jd`],
  ])('%s', (expression, result) => {
    expect(evaluate(expression, { dn, blank: ' ' })).toEqual(result);
  });

  test.each(['rdn(record.x)', 'parentDn(record.x)', 'normalDn(record.x)', 'rdnValue(record.x, "cn")'])(
    '%s of what is no DN',
    (expression) => {
      expect(() => evaluate(expression, { x: 'Jane Doe' })).toThrow(/met text that is no DN/);
    },
  );

  test('no answer is made up for what is no DN, or is not text', () => {
    expect(() => evaluate('isUnder(record.x, "dc=com")', { x: 'Jane' })).toThrow(
      /isUnder met text that is no DN/,
    );
    expect(() => evaluate('dnValues(record.x, "1.2")', { x: '1.2=#04024869' })).toThrow(/in hexadecimal/);
  });
});

describe('in a configuration', () => {
  test.each([
    ['hasFlag(record.uac, "ACCOUNTDISABLED")', /no flag of this name; did you mean ACCOUNTDISABLE\?/],
    ['hasFlag(record.uac, record.flag)', /the flag of hasFlag is written out/],
    ['isUnder(record.dn, "people")', /this is no DN, such as/],
    ['isUnder(record.dn, record.base)', /the base of isUnder is written out/],
    ['rdnValue(record.dn, "c n") == "x"', /this is no name of an attribute/],
    ['isLocked(record.t)', /isLocked\(string, google\.protobuf\.Duration\)/],
  ])('%s is refused when it is loaded', async (expression, words) => {
    const problems = await problemsOf(configurationText({ target: `assign: \${${expression}}` }));
    expect(problems.map(shown).join('\n')).toMatch(words);
    expect(problems).toHaveLength(1);
  });

  test('a record is mapped, and what reads the clock is known for it', async () => {
    const { mapping } = await load(
      configurationText({
        identity: [
          'externalId: ${guid(record.guid)}',
          'nickName: ${rdnValue(record.dn, "cn")}',
          'title: ${fileTime(record.expires)}',
        ].join('\n'),
      }),
    );
    const record = {
      guid: 'MyIRAFVEd2aImaq7zN3u/w==',
      dn: 'CN=Jane,DC=example',
      expires: '9223372036854775807',
      email: 'jane@example.com',
      name: 'Jane',
    };
    expect(mapping.attributes.evaluate({ record })).toEqual({
      userName: 'jane@example.com',
      displayName: 'Jane',
      externalId: '00112233-4455-6677-8899-aabbccddeeff',
      nickName: 'Jane',
    });
    expect(mapping.attributes.readsClock).toBe(false);
    expect(() => mapping.attributes.evaluate({ record: { ...record, guid: 'secret-value' } })).toThrow(
      /^(?!.*secret-value).*externalId.*guid met something that is no GUID/,
    );

    const { targets } = await load(
      configurationText({
        target:
          'assign: ${!isExpired(record.expires) && !isLocked(record.locked, duration("30m")) && isUnder(record.dn, "dc=example")}',
      }),
    );
    const assign = targets[0]!.mapping.assign!;
    expect(assign.readsClock).toBe(true);
    const here = { ...record, locked: '0' };
    expect(assign.evaluate({ record: here })).toBe(true);
    expect(assign.evaluate({ record: { ...here, expires: '116444736000000000' } })).toBe(false);
    expect(assign.evaluate({ record: { ...here, locked: '000001010000Z' } })).toBe(false);
    expect(assign.evaluate({ record: { ...here, dn: 'CN=Jane,DC=other' } })).toBe(false);
  });

  test('active may hang on the flags of a directory', async () => {
    const text = configurationText().replace(
      /active: .*/,
      'active: ${!hasFlag(record.uac, "ACCOUNTDISABLE")}',
    );
    const { mapping } = await load(text);
    if (mapping.active.kind !== 'condition') throw new Error('this is a condition');
    const { condition } = mapping.active;
    expect(condition.evaluate({ record: { uac: '512' } })).toBe(true);
    expect(condition.evaluate({ record: { uac: '514' } })).toBe(false);
    expect(() => condition.evaluate({ record: { uac: '' } })).toThrow(EvaluationError);
  });
});

describe('a class of objects is the same whatever its case (RFC 4512 §1.4)', () => {
  const record = { objectClass: ['top', 'InetOrgPerson'], title: ['CEO'] };
  test.each([
    [`'inetOrgPerson' in record.objectClass`, true],
    [`"INETORGPERSON" in get(record, 'objectClass')`, true],
    [`record.objectClass.exists(one, one == 'inetorgperson')`, true],
    [`'Top' in record.objectClass && 'top' in record.objectClass`, true],
    [`'person' in record.objectClass`, false],
    // What is no class is compared letter by letter.
    [`'ceo' in record.title`, false],
  ])('%s', (expression, expected) => {
    expect(evaluate(expression, record)).toBe(expected);
  });

  test('and its attribute has its name in any case, and otherwise stands as it is', () => {
    expect(evaluate(`'PERSON' in record.objectclass`, { objectclass: ['Person'] })).toBe(true);
    expect(evaluate('record.objectClass', record)).toEqual(['top', 'InetOrgPerson']);
    expect(evaluate(`record.objectClass == 'x'`, { objectClass: 'X' })).toBe(false);
  });
});
