import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ldapSource } from '../../../connectors/sources/ldap.ts';
import { normalDn } from '../../../src/model/dn.ts';
import type { LdapOptions } from '../../../src/model/index.ts';
import { selfSigned } from '../../support/certificate.ts';
import { ROOT, head, noSlapd, slapdWith } from '../../support/slapd.ts';
import type { Slapd } from '../../support/slapd.ts';
import { columns, readLdif } from './ldif-reading.ts';
import { readAll, refusal, temporaryFolder } from './reading.ts';
import type { Reading } from './reading.ts';

const folder = temporaryFolder();

const top = `${head}
dn: ou=guests,dc=example,dc=com
objectClass: organizationalUnit
ou: guests
`;

const person = (uid: string, more = '', unit = 'people') => `
dn: uid=${uid},ou=${unit},dc=example,dc=com
objectClass: inetOrgPerson
uid: ${uid}
cn: ${uid}
sn: ${uid}
mail: ${uid}@example.com
${more}`;

const many = (count: number) => Array.from({ length: count }, (_, at) => person(`p${at}`)).join('');

const wanted = columns('uid');
const asked = new Set(['mail', 'telephoneNumber']);

function optionsOf(port: number, more: Partial<LdapOptions> = {}): LdapOptions {
  return {
    url: `ldap://127.0.0.1:${port}`,
    startTls: false,
    bind: { dn: ROOT.dn, password: { kind: 'literal', value: ROOT.password } },
    searches: [{ base: 'dc=example,dc=com', scope: 'sub', filter: '(objectClass=inetOrgPerson)' }],
    pageSize: 100,
    timeoutSeconds: 20,
    expect: {},
    ...more,
  };
}

function read(
  slapd: Slapd,
  more: Partial<LdapOptions> = {},
  names = wanted,
  others: ReadonlySet<string> = asked,
): Promise<Reading> {
  const secretOf = ({ kind, ...rest }: { kind: string }) =>
    Promise.resolve(kind === 'literal' ? (rest as { value: string }).value : '');
  return readAll(
    ldapSource('people', optionsOf(slapd.port, more), { clock: Date.now, secretOf }),
    names,
    others,
  );
}

const uids = ({ records }: Reading) => records.map((record) => record.field('uid', 'first'));

if (noSlapd !== undefined) console.warn(noSlapd);

describe.skipIf(noSlapd !== undefined)('a real OpenLDAP', () => {
  test('gives its entries in pages, and all of them', async (context) => {
    const slapd = await slapdWith(context, top + many(501));
    for (const pageSize of [1, 100, 167, 500, 501, 0]) {
      const reading = await read(slapd, { pageSize });
      expect(reading.receipt).toMatchObject({ count: 501, complete: true, reasons: [] });
      expect(new Set(uids(reading)).size).toBe(501);
    }
  });

  test('an entry is a record as in an export of it: names, several values, bytes, and only what is asked for', async (context) => {
    const entry = person(
      'ada',
      `cn;lang-de: Ada von Beispiel
telephoneNumber: +1 555 0100
telephoneNumber: +1 555 0101
jpegPhoto:: /9j/AAEC/w==
description: not asked for
`,
    );
    const slapd = await slapdWith(context, top + entry);
    const live = await read(
      slapd,
      {},
      columns('uid', 'cn', 'cn;lang-de', 'telephoneNumber', 'jpegPhoto'),
      new Set(),
    );
    expect(live.records[0]?.fields()).toEqual({
      dn: 'uid=ada,ou=people,dc=example,dc=com',
      uid: ['ada'],
      cn: ['ada'],
      'cn;lang-de': ['Ada von Beispiel'],
      telephoneNumber: ['+1 555 0100', '+1 555 0101'],
      jpegPhoto: ['/9j/AAEC/w=='],
    });
    const exported = await readLdif(folder.path('ada.ldif'), `version: 1\n${entry}`);
    expect(exported.records[0]?.fields()).toMatchObject(live.records[0]!.fields());
  });

  test('the receipt tells a change, and not another order', async (context) => {
    const entries = [person('ada'), person('bob', 'telephoneNumber: 1\n')];
    const names = columns('uid', 'telephoneNumber');
    const first = await read(await slapdWith(context, top + entries.join('')), {}, names);
    const turned = await read(await slapdWith(context, top + entries.toReversed().join('')), {}, names);
    const other = await read(
      await slapdWith(context, top + entries.join('').replace(': 1\n', ': 2\n')),
      {},
      names,
    );
    expect(uids(turned)).toEqual(uids(first).toReversed());
    expect(first.receipt.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(turned.receipt.sha256).toBe(first.receipt.sha256);
    expect(other.receipt.sha256).not.toBe(first.receipt.sha256);
  });

  test('several bases, with a filter and a reach of their own; nobody is read twice', async (context) => {
    const slapd = await slapdWith(
      context,
      top + person('ada') + person('bob', '', 'guests') + person('carl'),
    );
    const reading = await read(slapd, {
      searches: [
        { base: 'ou=people,dc=example,dc=com', scope: 'one', filter: '(uid=*)' },
        { base: 'OU=Guests, DC=example,DC=com', scope: 'sub', filter: '(&(objectClass=person)(!(uid=x)))' },
        { base: 'uid=carl,ou=people,dc=example,dc=com', scope: 'base', filter: '(objectClass=*)' },
      ],
    });
    expect(uids(reading)).toEqual(['ada', 'carl', 'bob']);
    expect(reading.receipt.count).toBe(3);
  });

  test.for([
    [String.raw`(sn=Ren\c3\a9)`, ['ada']],
    ['(sn=René)', ['ada']],
    [String.raw`(sn=R*\C3\A9)`, ['ada']],
    [String.raw`(sn=\28\e2\82\ac\2a)`, ['bob']],
    [String.raw`(sn=\c3\83\c2\a9*)`, []],
  ] as const)('%s: what is escaped is bytes of UTF-8 (RFC 4515 §3)', async ([filter, found], context) => {
    const names = person('ada').replace('sn: ada', 'sn: René') + person('bob').replace('sn: bob', 'sn: (€*');
    const encoded = names.replaceAll(
      /^sn: (.*)$/gm,
      (_, name: string) => `sn:: ${Buffer.from(name).toString('base64')}`,
    );
    const slapd = await slapdWith(context, top + encoded);
    const reading = await read(slapd, { searches: [{ base: 'dc=example,dc=com', scope: 'sub', filter }] });
    expect(uids(reading)).toEqual(found);
  });

  test('a size limit makes the read incomplete, with a sentence', async (context) => {
    const limits =
      'limits dn.exact="cn=reader,dc=example,dc=com" size=3\naccess to * by * read by anonymous auth';
    const reader = `
dn: cn=reader,dc=example,dc=com
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: reader
userPassword: reading
`;
    const slapd = await slapdWith(context, top + many(10) + reader, { database: limits });
    const bind = {
      dn: 'cn=reader,dc=example,dc=com',
      password: { kind: 'literal', value: 'reading' },
    } as const;
    const { receipt } = await read(slapd, { bind, pageSize: 0 });
    expect(receipt).toMatchObject({
      count: 3,
      complete: false,
      reasons: ['below "dc=example,dc=com" the directory gives no more entries than its size limit'],
    });
  });

  test('a referral makes the read incomplete, and nobody goes there', async (context) => {
    const elsewhere = `
dn: ou=more,dc=example,dc=com
objectClass: referral
objectClass: extensibleObject
ou: more
ref: ldap://192.0.2.1/ou=more,dc=example,dc=com
`;
    const { receipt } = await read(await slapdWith(context, top + person('ada') + elsewhere));
    expect(receipt).toMatchObject({
      count: 1,
      complete: false,
      reasons: ['a part below "dc=example,dc=com" is on another server, to which we do not go'],
    });
  });

  test('a directory without anybody, or with fewer than are expected, proves nothing', async (context) => {
    const slapd = await slapdWith(context, top + person('ada'));
    const nobody = await read(slapd, {
      searches: [{ base: 'dc=example,dc=com', scope: 'sub', filter: '(uid=nobody)' }],
    });
    expect(nobody.receipt).toMatchObject({ complete: false, reasons: ['the directory gave no entries'] });
    const few = await read(slapd, { expect: { minimum: 2 } });
    expect(few.receipt.reasons).toEqual(['1 records were read, and at least 2 are expected']);
  });

  test.for<[string, Partial<LdapOptions>, RegExp]>([
    [
      'a wrong password',
      { bind: { dn: ROOT.dn, password: { kind: 'literal', value: 'wrong' } } },
      /^the directory does not know this name with this password$/,
    ],
    [
      'a name that is none',
      { bind: { dn: 'root', password: { kind: 'literal', value: 'x' } } },
      /^the name is no distinguished name/,
    ],
    [
      'a base that is not there',
      { searches: [{ base: 'ou=nothing,dc=example,dc=com', scope: 'sub', filter: '(uid=*)' }] },
      /^below "ou=nothing,dc=example,dc=com": there is no entry where the search is to begin$/,
    ],
    [
      'no TLS to be had',
      { startTls: true },
      /^the directory refuses StartTLS on this port \(result \d+ of RFC 4511\)$/,
    ],
  ])(
    '%s is said in one sentence, with the address and without a secret',
    async ([, more, sentence], context) => {
      const slapd = await slapdWith(context, top + person('ada'));
      const error = await refusal(read(slapd, more));
      expect(error.code).toBe('source');
      expect(error.message).toMatch(sentence);
      expect(error.problems[0]!.hint).toMatch(/\w/);
      expect(error.locus).toEqual({ file: `ldap://127.0.0.1:${slapd.port}` });
      expect(JSON.stringify(error)).not.toContain(ROOT.password);
    },
  );

  test('nobody there is said in one sentence', async (context) => {
    const slapd = await slapdWith(context, top + person('ada'));
    await slapd.stop();
    expect((await refusal(read(slapd))).message).toBe('nothing listens there');
  });

  test('names are names whatever their case, and the DN is one by RFC 4514', async (context) => {
    const slapd = await slapdWith(context, top + person('ada'));
    const { records } = await read(slapd, {}, columns('UID', 'MAIL'));
    expect([records[0]?.field('UID', 'first'), records[0]?.field('mail', 'first')]).toEqual([
      'ada',
      'ada@example.com',
    ]);
    expect(normalDn(records[0]!.fields()['dn'] as string)).toBe('uid=ada,ou=people,dc=example,dc=com');
  });
});

describe.skipIf(noSlapd !== undefined)('TLS', () => {
  test.for(['ldaps', 'ldap'] as const)(
    '%s with a certificate that is trusted, and with others',
    async (scheme, context) => {
      const own = selfSigned(folder.path('.'), '127.0.0.1')!;
      const global = `TLSCertificateFile ${own.certFile}\nTLSCertificateKeyFile ${own.keyFile}`;
      const slapd = await slapdWith(context, top + person('ada'), { global, scheme });
      const how = { url: `${scheme}://127.0.0.1:${slapd.port}`, startTls: scheme === 'ldap' };
      expect(uids(await read(slapd, { ...how, ca: own.certFile }))).toEqual(['ada']);
      const stranger = await refusal(read(slapd, how));
      expect(stranger.problems).toMatchObject([
        {
          message: 'nobody whom we trust vouches for the certificate',
          hint: expect.stringContaining('ca') as string,
        },
      ]);
      const missing = await refusal(read(slapd, { ...how, ca: join(slapd.folder, 'none.pem') }));
      expect(missing.message).toContain('the certificates of the authorities cannot be read');
    },
  );

  test('a certificate for another host is refused', async (context) => {
    const other = selfSigned(folder.path('.'), 'ldap.example.com')!;
    const global = `TLSCertificateFile ${other.certFile}\nTLSCertificateKeyFile ${other.keyFile}`;
    const slapd = await slapdWith(context, top, { global, scheme: 'ldaps' });
    const error = await refusal(read(slapd, { url: `ldaps://127.0.0.1:${slapd.port}`, ca: other.certFile }));
    expect(error.message).toBe('the certificate is for another host');
  });
});
