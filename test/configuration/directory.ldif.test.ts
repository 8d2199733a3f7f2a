import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ldifSource } from '../../connectors/sources/ldif.ts';
import { compileTemplate, createLanguage } from '../../src/configuration/index.ts';
import type { SourceRecord } from '../../src/model/index.ts';
import { temporaryFolder } from './support.ts';

const now = Date.UTC(2026, 2, 1, 12);
const language = createLanguage({ timeZone: 'UTC', clock: () => now, record: 'any' });

/** The entries of an export as records. */
async function recordsOf(text: string): Promise<readonly SourceRecord[]> {
  const path = join(temporaryFolder(), 'export.ldif');
  writeFileSync(path, text);
  const source = ldifSource('source', { paths: [path], allowFiles: false, expect: {} }, { clock: () => now });
  const records: SourceRecord[] = [];
  const reading = source.read(new Map());
  for (let step = await reading.next(); !step.done; step = await reading.next()) records.push(...step.value);
  return records;
}

function evaluate(expression: string, record: SourceRecord): unknown {
  const place = { path: 'identity.title', locus: {}, at: () => ({}) };
  const template = compileTemplate(
    `\${${expression}}`,
    place,
    { language, variables: ['record'], wants: 'json' },
    ({ message }) => {
      throw new Error(message);
    },
  );
  return template!.evaluate({ record: record.fields() });
}

const guidBytes = Buffer.from('33221100554477668899aabbccddeeff', 'hex');
const sidBytes = Buffer.from('01020000000000052000000020020000', 'hex');

const exported = `version: 1

dn: CN=Doe\\, Jane,OU=Sales,DC=example,DC=com
objectClass: user
cn: Doe, Jane
objectGUID:: ${guidBytes.toString('base64')}
objectSid:: ${sidBytes.toString('base64')}
whenCreated: 20240101120000.0Z
accountExpires: 9223372036854775807
lockoutTime: 0
userAccountControl: 514
manager: CN=Boss,OU=Sales,DC=example,DC=com

# Sixteen bytes that happen to be text, which some programs write without base64.
dn:: ${Buffer.from('CN=Žofie,OU=People,DC=example,DC=com').toString('base64')}
objectGUID: ABCDEFGHIJKLMNOP
accountExpires: 134168256000000000
userAccountControl: 512
pwdAccountLockedTime: 000001010000Z

dn: cn=Many,dc=example,dc=com
objectGUID:: ${Buffer.from('ABCDEFGHIJKLMN\u00f6').toString('base64')}
mail: one@example.com
mail: two@example.com
`;

test('the entries of an export, with their bytes, are read by what there is for them', async () => {
  const [jane, zofie, many] = (await recordsOf(exported)) as [SourceRecord, SourceRecord, SourceRecord];
  const values: readonly (readonly [string, unknown, unknown])[] = [
    [
      'guid(record.objectGUID)',
      '00112233-4455-6677-8899-aabbccddeeff',
      '44434241-4645-4847-494a-4b4c4d4e4f50',
    ],
    ['sid(get(record, "objectSid"))', 'S-1-5-32-544', undefined],
    ['generalizedTime(get(record, "whenCreated"))', '2024-01-01T12:00:00Z', undefined],
    ['fileTime(record.accountExpires)', undefined, '2026-03-01T08:00:00Z'],
    ['isExpired(record.accountExpires)', false, true],
    ['isLocked(get(record, "lockoutTime"), duration("30m"))', false, false],
    ['isLocked(get(record, "pwdAccountLockedTime"), duration("30m"))', false, true],
    ['hasFlag(record.userAccountControl, "ACCOUNTDISABLE")', true, false],
    ['rdnValue(record.dn, "cn")', 'Doe, Jane', 'Žofie'],
    ['rdnValue(get(record, "manager"), "cn")', 'Boss', undefined],
    ['first(dnValues(record.dn, "ou"))', 'Sales', 'People'],
    ['isUnder(record.dn, "ou=people,dc=example,dc=com")', false, true],
    [
      'normalDn(record.dn)',
      'cn=doe\\, jane,ou=sales,dc=example,dc=com',
      'cn=žofie,ou=people,dc=example,dc=com',
    ],
  ];
  for (const [expression, ofJane, ofZofie] of values) {
    expect(evaluate(expression, jane), expression).toBe(ofJane);
    expect(evaluate(expression, zofie), expression).toBe(ofZofie);
  }
  expect(evaluate('guid(record.objectGUID)', many)).toBe('44434241-4645-4847-494a-4b4c4d4ec3b6');
  expect(() => evaluate('normalDn(record.mail)', many)).toThrow(/normalDn met several values/);
});
