import { describe, expect, test } from 'vitest';
import { ldapSource } from '../../../connectors/sources/ldap.ts';
import { reasonOf, resultReason, startTlsReason } from '../../../connectors/sources/ldap/reasons.ts';
import type { LdapOptions } from '../../../src/model/index.ts';
import type { Ending } from '../../support/folder.ts';
import { ldapServer } from '../../support/ldap-server.ts';
import type { Answer, Asked } from '../../support/ldap-server.ts';
import { columns } from './ldif-reading.ts';
import { readAll, refusal } from './reading.ts';
import type { Reading } from './reading.ts';

type Entry = readonly [string, Readonly<Record<string, readonly string[]>>];
const person = (at: number): Entry => [`uid=p${at},dc=example`, { uid: [`p${at}`] }];

async function read(
  ending: Ending,
  answer: (asked: Asked) => Answer,
  more: Partial<LdapOptions> = {},
): Promise<{ readonly reading: Promise<Reading>; readonly asked: readonly Asked[] }> {
  const { port, asked } = await ldapServer(ending, answer);
  const options: LdapOptions = {
    url: `ldap://127.0.0.1:${port}`,
    startTls: false,
    searches: [{ base: 'dc=example', scope: 'sub', filter: '(objectClass=*)' }],
    pageSize: 2,
    timeoutSeconds: 1,
    expect: {},
    ...more,
  };
  const reading = readAll(
    ldapSource('people', options, { clock: Date.now }),
    columns('uid'),
    new Set(['member']),
  );
  // Where it fails before anybody looks, that is no failure of the test.
  reading.catch(() => undefined);
  return { reading, asked };
}

const gone = 'below "dc=example": the connection was cut';

test('each reason comes with what to do about it', () => {
  for (let code = 1; code < 124; code++) expect(resultReason(code).hint, String(code)).toMatch(/\w/);
  for (const code of [
    'ECONNREFUSED',
    'ENOTFOUND',
    'ETIMEDOUT',
    'CERT_HAS_EXPIRED',
    'ERR_SSL_WRONG_VERSION_NUMBER',
    'EOTHER',
  ])
    expect(reasonOf(Object.assign(new Error(), { code })).hint, code).toMatch(/\w/);
  for (const said of [
    'timed out',
    'before secure TLS connection was established',
    'Connection closed',
    'garbage',
  ])
    expect(reasonOf(new Error(said)).hint, said).toMatch(/\w/);
  expect(startTlsReason(Object.assign(new Error(), { code: 2 }))).toEqual({
    message: 'the directory refuses StartTLS on this port (result 2 of RFC 4511)',
    hint: expect.stringMatching(/ldaps:\/\//) as string,
  });
});

describe('answers of a directory that OpenLDAP does not give', () => {
  test('a page without entries is not the last one, where a cookie says so (RFC 2696 §3)', async (context) => {
    const pages: Answer[] = [
      { entries: [person(1)], cookie: 'a' },
      { entries: [], cookie: 'b' },
      { entries: [], cookie: 'c' },
      { entries: [person(2)] },
    ];
    const { reading } = await read(context, ({ turn }) => pages[turn]!);
    expect((await reading).receipt).toMatchObject({ count: 2, complete: true });
  });

  test('the connection that ends after page 3 of 7 is an error, and nobody asks again', async (context) => {
    const { reading, asked } = await read(context, ({ turn }) =>
      turn < 3 ? { entries: [person(turn)], cookie: 'more' } : 'close',
    );
    expect((await refusal(reading)).message).toBe(gone);
    expect(asked).toHaveLength(4);
  });

  test('bytes that are no LDAP are an error', async (context) => {
    const { reading } = await read(context, () => 'garbage');
    expect((await refusal(reading)).message).toMatch(/^below "dc=example": /);
  });

  test('who says nothing is waited for as long as is said, and no longer', async (context) => {
    const { reading } = await read(context, () => ({ entries: [person(1)], isSilent: true }));
    expect((await refusal(reading)).message).toBe('below "dc=example": nobody answered in time');
  });

  test.for([
    [1, 'the directory answers with the result 1 (RFC 4511)'],
    [12, 'the directory cannot give its entries in pages'],
    [50, 'this account may not read there'],
    [51, 'the directory is busy'],
  ] as const)(
    'result %d of a page is an error, whatever came before',
    async ([result, sentence], context) => {
      const { reading } = await read(context, ({ turn }) =>
        turn === 0 ? { entries: [person(1)], cookie: 'more' } : { entries: [], result },
      );
      expect((await refusal(reading)).message).toBe(`below "dc=example": ${sentence}`);
    },
  );

  test.for([3, 4, 11])('result %d ends the search, and what came is read', async (result, context) => {
    const { reading, asked } = await read(context, () => ({ entries: [person(1)], cookie: 'more', result }));
    expect((await reading).receipt).toMatchObject({ count: 1, complete: false });
    expect(asked).toHaveLength(1);
  });
});

test.for(['(uid)', '(&)', '(cn;lang-de=Ada)', String.raw`(objectGUID=\90\ff)`, `(uid=${'x'.repeat(300)}`])(
  'the filter %s is an error that says what a filter looks like, and nobody is asked',
  async (filter, context) => {
    const search = { base: 'dc=example', scope: 'sub', filter } as const;
    const { reading, asked } = await read(context, () => ({ entries: [] }), { searches: [search] });
    const error = await refusal(reading);
    expect(error.code).toBe('source');
    const shown = filter.length > 200 ? `${filter.slice(0, 199)}…` : filter;
    expect(error.message).toBe(`below "dc=example": the filter ${shown} cannot be read`);
    expect(error.locus?.file).toMatch(/^ldap:\/\/127\.0\.0\.1:/);
    expect(error.problems[0]?.hint).toContain('RFC 4515');
    expect(asked).toEqual([]);
  },
);

describe('ranges of values, as Active Directory gives them', () => {
  const values = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, at) => `uid=m${from + at}`);

  test('are put together', async (context) => {
    const { reading, asked } = await read(context, ({ turn }) => {
      if (turn === 0)
        return { entries: [['cn=all', { uid: ['x'], member: [], 'member;range=0-1': values(0, 1) }]] };
      const from = turn * 2;
      const name = turn === 3 ? `member;range=${from}-*` : `member;range=${from}-${from + 1}`;
      return { entries: [['cn=all', { [name]: values(from, from + 1) }]] };
    });
    const { records, receipt } = await reading;
    expect(records[0]?.fields()).toMatchObject({ uid: ['x'], member: values(0, 7) });
    expect(receipt.complete).toBe(true);
    expect(asked.slice(1).map(({ base, attributes }) => [base, ...attributes])).toEqual([
      ['cn=all', 'member;range=2-*'],
      ['cn=all', 'member;range=4-*'],
      ['cn=all', 'member;range=6-*'],
    ]);
  });

  test('that do not go on make the read incomplete', async (context) => {
    const { reading } = await read(context, ({ turn }) => ({
      entries: [['cn=all', turn === 0 ? { 'member;range=0-1': values(0, 1) } : { uid: ['x'] }]],
    }));
    expect((await reading).receipt).toMatchObject({
      complete: false,
      reasons: ['only the first 2 values of member could be read of cn=all'],
    });
  });
});
