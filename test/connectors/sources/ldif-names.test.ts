import { describe, expect, test } from 'vitest';
import { columns, readLdif } from './ldif-reading.ts';
import { refusal, temporaryFolder } from './reading.ts';

const folder = temporaryFolder();
let files = 0;
const read = (content: string, ...names: readonly string[]) =>
  readLdif(folder.path(`names-${(files += 1)}.ldif`), content, {}, {}, columns(...names));
const base64 = (text: string) => Buffer.from(text).toString('base64');

/** In the form that is found without being taken apart, and in one that is not. */
const PLAIN = 'dn: uid=a\nuid: a\nmail: a@x\nmail: a@y\n\n';
const TORN = 'dn: uid=b\nmail: b@x\nUID: b\nMail: b@y\ncn;lang-de: Bö\n\n';

describe('names of attributes', () => {
  test('are as the configuration spells them, in every way in which it does', async () => {
    const { records } = await read(PLAIN + TORN, 'Uid', 'MAIL', 'mail', 'CN;LANG-DE', 'DN');
    expect(records.map((record) => record.fields())).toEqual([
      { DN: 'uid=a', Uid: ['a'], MAIL: ['a@x', 'a@y'], mail: ['a@x', 'a@y'] },
      { DN: 'uid=b', Uid: ['b'], MAIL: ['b@x', 'b@y'], mail: ['b@x', 'b@y'], 'CN;LANG-DE': ['Bö'] },
    ]);
    for (const name of ['Uid', 'UID', 'uid'])
      expect(records.map((record) => record.field(name, 'first'))).toEqual(['a', 'b']);
  });

  test('that nobody reads are as the entry spells them first', async () => {
    const { records } = await read(TORN);
    expect(records[0]?.fields()).toEqual({
      dn: 'uid=b',
      mail: ['b@x', 'b@y'],
      UID: ['b'],
      'cn;lang-de': ['Bö'],
    });
  });

  test('find the first value, also where it is base64 and the next is not', async () => {
    const { records } = await read(`dn: uid=a\nuid:: ${base64('é')}\nuid: e\nuidNumber: 1\n\n`, 'uid');
    expect(records[0]?.field('uid', 'first')).toBe('é');
    expect(records[0]?.fields()['uid']).toEqual(['é', 'e']);
  });

  test('find the first value, or the first that is not blank', async () => {
    const { records } = await read(`dn: uid=a\ncn:: ${base64(' ')}\ncn: A\n\n${PLAIN}`, 'cn');
    expect(records[0]?.field('cn', 'first')).toBe(' ');
    expect(records[0]?.field('cn', 'first filled')).toBe('A');
    expect(records[1]?.field('cn', 'first filled')).toBeUndefined();
  });

  test('of which no entry has one are an error at the end, at every place that reads it', async () => {
    const path = folder.path('none.ldif');
    const wanted = new Map([
      ['uid', [{ path: 'source.key' }]],
      ['mial', [{ path: 'identity.userName' }, { path: 'identity.emails[0].value' }]],
      ['title', []],
    ]);
    const error = await refusal(readLdif(path, PLAIN + TORN, {}, {}, wanted));
    expect(error.problems).toEqual([
      {
        message: `no entry of ${path} has the attribute "mial"`,
        locus: { path: 'identity.userName' },
        hint: 'did you mean "mail"? There are "dn", "uid", "mail", "UID", "cn;lang-de"; get(record, "mial") reads what no entry needs to have',
      },
      expect.objectContaining({ locus: { path: 'identity.emails[0].value' } }),
      {
        message: `no entry of ${path} has the attribute "title"`,
        locus: { file: path },
        hint: expect.stringMatching(/^There are/) as string,
      },
    ]);
  });

  test('that only the last of many entries has are no error, whatever their case', async () => {
    const many = Array.from({ length: 300 }, (_, index) => `dn: uid=${index}\nuid: ${index}\n\n`).join('');
    const { records } = await read(`${many}dn: uid=x\nuid: x\nTelephoneNumber: 1\n\n`, 'telephonenumber');
    expect(records.at(-1)?.fields()['telephonenumber']).toEqual(['1']);
    // Nor is it the beginning of another name, or what stands in a value.
    const near = `${many}dn: uid=x\nuid: telephone:\ntelephoneNumber: 1\n\n`;
    expect((await refusal(read(near, 'telephone'))).message).toMatch(/no entry .* "telephone"/);
  });

  test('say nothing of a read that is not complete, or in which no entry can be read', async () => {
    expect((await read('dn: uid=a\nuid: a\nma', 'mail')).receipt.complete).toBe(false);
    const { records, receipt } = await read('dn: uid=a\nuid:: not base64!\n\n', 'mail');
    expect(receipt.complete).toBe(true);
    expect(records[0]?.defect).toMatch(/is not base64/);
  });
});
