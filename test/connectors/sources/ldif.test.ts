import { createHash } from 'node:crypto';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { gzipSync } from 'node:zlib';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { Problem } from '../../../src/model/index.ts';
import { columns, readLdif, readLdifFile, seen } from './ldif-reading.ts';
import { refusal, temporaryFolder } from './reading.ts';

const folder = temporaryFolder();
let files = 0;
const fresh = () => folder.path(`people-${(files += 1)}.ldif`);
const read = (content: string | Uint8Array) => readLdif(fresh(), content);
const base64 = (content: string | Uint8Array) => Buffer.from(content).toString('base64');
const ANN = 'dn: uid=ann,dc=x\nuid: ann\n\n';

describe('what a record is', () => {
  test('an entry, with the line of its dn', async () => {
    const { records, receipt } = await read(
      'version: 1\n\n# Ann\n# of X\ndn: uid=ann,dc=x\nobjectClass: top\nobjectClass: person\nuid: ann\n\n\ndn: uid=bo,dc=x\nuid: bo\n',
    );
    expect(records.map((record) => record.fields())).toEqual([
      { dn: 'uid=ann,dc=x', objectClass: ['top', 'person'], uid: ['ann'] },
      { dn: 'uid=bo,dc=x', uid: ['bo'] },
    ]);
    expect(records.map((record) => record.line)).toEqual([5, 11]);
    expect(records[0]?.field('objectclass', 'first')).toBe('top');
    expect(records[0]?.field('DN')).toBe('uid=ann,dc=x');
    expect(records[0]?.field('nothing', 'first')).toBeUndefined();
    // A list is no text, and a dn is no list.
    expect(records[0]?.field('uid')).toBeUndefined();
    expect(records[0]?.field('dn', 'first')).toBeUndefined();
    expect(receipt).toMatchObject({
      source: 'people',
      count: 2,
      complete: true,
      endsLine: false,
      reasons: [],
    });
  });

  test.each([
    ['a version line right above', 'version: 1\ndn: uid=a\nuid: a\n', { dn: 'uid=a', uid: ['a'] }],
    [
      'folded lines',
      'dn: uid\n =a\ncn: Ann \n  Lee\nu\n id: a\n',
      { dn: 'uid=a', cn: ['Ann  Lee'], uid: ['a'] },
    ],
    ['folded comments', 'dn: uid=a\n# no\n  cn: b\nuid: a\n', { dn: 'uid=a', uid: ['a'] }],
    ['CRLF', 'dn: uid=a\r\nuid: a\r\n b\r\n\r\n', { dn: 'uid=a', uid: ['ab'] }],
    ['a byte order mark', '\ufeffdn: uid=a\nuid: a\n', { dn: 'uid=a', uid: ['a'] }],
    ['values with spaces at the end', 'dn: uid=a\ncn:   a  \n', { dn: 'uid=a', cn: ['a  '] }],
    ['empty values', 'dn: uid=a\ncn:\nsn: \nou::\n', { dn: 'uid=a', cn: [''], sn: [''], ou: [''] }],
    ['values that look like syntax', 'dn: uid=a\ncn: : < # :: x\n', { dn: 'uid=a', cn: [': < # :: x'] }],
    ['no space', 'dn:uid=a\ncn:a\nsn::YQ==\n', { dn: 'uid=a', cn: ['a'], sn: ['a'] }],
    ['the dn in base64', `dn:: ${base64('cn=Zoë')}\ncn: z\n`, { dn: 'cn=Zoë', cn: ['z'] }],
    [
      'names in any case',
      'dn: uid=a\nMAIL: a@x\nuid: a\nmail: b@x\n',
      { dn: 'uid=a', MAIL: ['a@x', 'b@x'], uid: ['a'] },
    ],
    [
      'options',
      'dn: uid=a\ncn: a\ncn;lang-de: b\nmember;range=0-1499: c\nx;binary:: AAE=\n',
      { dn: 'uid=a', cn: ['a'], 'cn;lang-de': ['b'], 'member;range=0-1499': ['c'], 'x;binary': ['AAE='] },
    ],
    [
      'names that JavaScript knows',
      'dn: uid=a\nconstructor: b\n7: c\n',
      { dn: 'uid=a', constructor: ['b'], 7: ['c'] },
    ],
    [
      'an address in base64',
      `dn: uid=a\nstreet:: ${base64('A\r\nB\tC')}\n`,
      { dn: 'uid=a', street: ['A\r\nB\tC'] },
    ],
    ['bytes in base64', 'dn: uid=a\nx:: AAECAw==\ny:: wyg=\n', { dn: 'uid=a', x: ['AAECAw=='], y: ['wyg='] }],
    ['raw UTF-8', 'dn: cn=Zoë\ncn: Z\n', { dn: 'cn=Zoë', cn: ['Z'] }],
    ['an entry of nothing but a dn', `dn: uid=a\n\n`, { dn: 'uid=a' }],
    ['the entry of the root', 'dn:\nobjectClass: top\n', { dn: '', objectClass: ['top'] }],
  ])('%s', async (_, content, fields) => {
    const { records, receipt } = await read(content);
    expect(records.map(({ defect }) => defect)).toEqual([undefined]);
    expect(records[0]?.fields()).toEqual(fields);
    expect(receipt).toMatchObject({ count: 1, complete: true });
    for (const [name, value] of Object.entries(fields))
      expect(records[0]?.field(name.toUpperCase(), typeof value === 'string' ? undefined : 'first')).toBe(
        typeof value === 'string' ? value : value[0],
      );
  });

  test('a character that is cut by a fold is whole again', async () => {
    const [first, second] = [...Buffer.from('ë')];
    const bytes = Buffer.concat([
      Buffer.from('dn: cn=Zo'),
      Buffer.from([first!, 10, 32, second!]),
      Buffer.from('\ncn: z\n'),
    ]);
    expect((await read(bytes)).records[0]?.field('dn')).toBe('cn=Zoë');
  });

  test('its text is the same however it was written, and another where it says something else', async () => {
    const texts = async (...entries: readonly string[]) =>
      (await read(entries.map((entry) => `${entry}\n\n`).join(''))).records.map((record) => record.text());
    const same = await texts(
      'dn: uid=a,dc=x\ncn: Ann Lee\ncn: A\nsn: Lee',
      'dn: uid=a,\n dc=x\ncn: Ann\n  Lee\ncn: A\nsn:Lee',
      `# a comment\ndn:: ${base64('uid=a,dc=x')}\n# one more\ncn:: ${base64('Ann Lee')}\nsn::   ${base64('Lee')}\ncn: A`,
      'DN: uid=a,dc=x\ncn: Ann Lee\nCN: A\nsn: Lee',
      `dn: uid=a,dc=x\ncn:: ${base64('Ann Lee')}\ncn:: ${base64('A')}\nsn:: ${base64('Lee')}`,
    ).then((all) => all.map((text) => text.replace(/^DN/, 'dn')));
    expect(new Set(same).size).toBe(1);
    const other = await texts(
      'dn: a=b\ncn: a\ncn: b',
      'dn: a=b\ncn: b\ncn: a',
      'dn: a=b\ncn: a\nsn: b',
      `dn: a=b\ncn:: ${base64('a\ncn: b')}`,
      `dn: a=b\ncn:: ${base64(' a')}`,
      'dn: a=b\ncn: a',
      'dn: a=b\ncn: AAECAw==',
      'dn: a=b\ncn:: AAECAw==',
      `dn: a=b\ncn:: ${base64(': AAECAw==')}`,
    );
    expect(new Set(other).size).toBe(other.length);
  });

  test('records come in batches of at most sixty-four, and fewer where they are large', async () => {
    const entries = (count: number, more: string) =>
      Array.from({ length: count }, (_, index) => `dn: uid=${index}\ncn: ${more}\n\n`).join('');
    expect((await read(entries(129, 'x'))).batches).toEqual([64, 64, 1]);
    const { batches } = await readLdif(fresh(), entries(120, 'x'.repeat(60_000)));
    expect(Math.max(...batches)).toBeLessThan(20);
  });

  test('raw UTF-8 is warned of once', async () => {
    const warnings: Problem[] = [];
    await readLdif(
      fresh(),
      'dn: cn=a\ncn: é\n\ndn: cn=b\ncn: ü\n',
      {},
      { warn: (problem) => warnings.push(problem) },
    );
    expect(warnings).toMatchObject([{ locus: { line: 1 } }]);
  });
});

describe('what cannot be read', () => {
  test.each([
    ['no dn', 'cn: a\nuid: b', /line 4: it does not begin with `dn:`/, {}],
    ['no colon', 'dn: uid=a\nuid: a\nmail a@x', /line 6: "mail a@x" has no colon/, {}],
    ['a bad name', 'dn: uid=a\nuid: a\nm@il: x', /line 6: "m@il: x" does not begin with the name/, {}],
    ['a second dn', 'dn: uid=a\nuid: a\ndn: uid=b\nuid: b', /line 6: a second `dn:`.*blank line/, {}],
    ['a dash', 'dn: uid=a\nuid: a\n-', /line 6: a line that is only `-`/, {}],
    ['a line that goes on from nothing', ' dn: uid=a\nuid: a', /goes on from a line that is not there/, {}],
    [
      'bad base64',
      'dn: uid=a\nuid: a\ncn: b\ncn:: YQ=',
      /line 7: "cn" is not base64/,
      { dn: 'uid=a', uid: ['a'] },
    ],
    ['base64 with spaces', 'dn: uid=a\nuid: a\ncn:: YW Jj', /line 6: "cn"/, { dn: 'uid=a', uid: ['a'] }],
    ['base64 with bits to spare', 'dn: uid=a\nuid: a\ncn:: YR==', /"cn"/, { dn: 'uid=a', uid: ['a'] }],
    ['base64 for the web', 'dn: uid=a\nuid: a\ncn:: _-8=', /"cn"/, { dn: 'uid=a', uid: ['a'] }],
    ['a NUL', 'dn: uid=a\nuid: a\ncn: a\0b', /line 6: "cn" holds a NUL/, { dn: 'uid=a', uid: ['a'] }],
    [
      'a carriage return alone',
      'dn: uid=a\nuid: a\ncn: a\rb',
      /"cn" holds a NUL or a carriage/,
      { dn: 'uid=a', uid: ['a'] },
    ],
    ['a URL', 'dn: uid=a\nuid: a\ncn:< file:///etc/passwd', /allowFiles/, { dn: 'uid=a', uid: ['a'] }],
    ['a bad dn in base64', 'dn:: YQ\nuid: a', /"dn" is not base64/, { uid: ['a'] }],
    [
      'a change',
      'dn: uid=a\nchangetype: modify\nreplace: cn\ncn: b\n-',
      /^is a change record \(modify\), and this source is read as full content: `mode: delta` or `--input` takes changes$/,
      {},
    ],
    [
      'an addition',
      'dn: uid=a\nchangetype: add\ncn: b',
      /^is a change record \(add\), and the entries above are not/,
      {},
    ],
    ['control without a change', 'dn: uid=a\ncontrol: 1.2.3\ncn: b', /`changetype:` does not follow/, {}],
  ])('%s is a defect of its entry, and of no other', async (_, entry, defect, fields) => {
    const { records, receipt } = await read(`${ANN}${entry}\n\n${ANN}`);
    expect(records).toHaveLength(3);
    expect(records[1]?.defect).toMatch(defect);
    expect(records[1]?.fields()).toEqual(fields);
    expect([records[0]?.defect, records[2]?.defect]).toEqual([undefined, undefined]);
    expect(receipt).toMatchObject({ count: 3, complete: true });
    expect(records[1]?.text()).not.toBe(records[0]?.text());
  });

  test('a file of nothing but additions has the content that it adds, as ldifde exports it', async () => {
    const add = (entry: string) => entry.replace('\nuid:', '\nchangetype: add\nuid:');
    const bo = ANN.replaceAll('ann', 'bo');
    const content = await read(ANN + bo);
    const additions = await read(add(ANN) + add(bo));
    expect(additions.records.map((one) => ({ ...seen(one), line: 0 }))).toEqual(
      content.records.map((one) => ({ ...seen(one), line: 0 })),
    );
    expect(additions.receipt).toMatchObject({ count: 2, complete: true });

    const bad = await read(`${add(ANN)}${add(bo)}cn:: ?\n\n`.replace('uid: bo\n\ncn', 'uid: bo\ncn'));
    expect(bad.records[1]?.defect).toMatch(/line 8: "cn" is not base64/);
    expect(bad.records[1]?.field('uid', 'first')).toBe('bo');
  });

  test.each([
    ['dn: uid=b\nuid: b', /^has no `changetype: add`, which the entries above have/],
    ['dn: uid=b\nuid: b\nUID: c', /^has no `changetype: add`/],
    ['dn: uid=b\nchangetype: delete', /^is a change record \(delete\)/],
    ['dn: uid=b\nchangetype: add', /an addition has no attributes/],
  ])('%j among additions could be anybody', async (entry, defect) => {
    const { records } = await read(`dn: uid=a\nchangetype: add\nuid: a\n\n${entry}\n\n`);
    expect(records.map((record) => record.field('uid', 'first'))).toEqual(['a', undefined]);
    expect(records[1]?.defect).toMatch(defect);
  });

  test('bytes that are not UTF-8 spoil their attribute', async () => {
    const bytes = Buffer.concat([
      Buffer.from('dn: uid=a\nsn: é\ncn: Zo'),
      Buffer.from([0xeb]),
      Buffer.from('\n\n'),
    ]);
    const { records } = await read(bytes);
    expect(records[0]?.defect).toMatch(/line 3: "cn" holds bytes that are not UTF-8/);
    expect(records[0]?.fields()).toEqual({ dn: 'uid=a', sn: ['é'] });
  });

  test('one bad entry among a thousand is one', async () => {
    const entries = Array.from(
      { length: 1000 },
      (_, index) => `dn: uid=${index}\ncn${index === 500 ? '' : ':'} x\n\n`,
    );
    const { records } = await read(entries.join(''));
    expect(records.filter(({ defect }) => defect !== undefined).map(({ line }) => line)).toEqual([1501]);
  });

  test('one dn twice is two records', async () => {
    expect((await read(ANN + ANN)).records.map(({ line }) => line)).toEqual([1, 4]);
  });

  test.each([
    ['an empty file', '', /empty/],
    ['blank lines', '\n\r\n', /empty/],
    ['another version', 'version: 2\n\ndn: uid=a\nuid: a\n', /version "2"/],
    ['UTF-16', Buffer.from('\ufeffdn: uid=a\n', 'utf16le'), /utf-16le text, and LDIF is UTF-8/],
    ['UTF-16 without a mark', Buffer.from('dn: uid=a\n', 'utf16le'), /UTF-16 text/],
  ])('%s is refused', async (_, content, message) => {
    const error = await refusal(read(content));
    expect(error.code).toBe('source');
    expect(error.message).toMatch(message);
  });

  test('a folder and a file that is not there are refused', async () => {
    await mkdir(folder.path('folder'));
    expect((await refusal(readLdifFile(folder.path('folder')))).message).toMatch(/folder/);
    expect((await refusal(readLdifFile(folder.path('nowhere')))).message).toMatch(/no such file/);
  });
});

describe('values in files of their own', () => {
  const reading = async (url: string) =>
    (await readLdif(fresh(), `dn: uid=a\nuid: a\nphoto:< ${url}\n\n`, { allowFiles: true })).records[0];

  test('are read below the folder of the export', async () => {
    await mkdir(folder.path('photos'), { recursive: true });
    await writeFile(folder.path('photos/a b.txt'), 'hello');
    expect((await reading(pathToFileURL(folder.path('photos/a b.txt')).href))?.fields()).toEqual({
      dn: 'uid=a',
      uid: ['a'],
      photo: ['hello'],
    });
    await writeFile(folder.path('photos/long'), 'x'.repeat(100_000));
    const long = await reading(pathToFileURL(folder.path('photos/long')).href);
    expect(long?.defect).toBeUndefined();
    expect(long?.text()).toContain(createHash('sha256').update('x'.repeat(100_000)).digest('hex'));
  });

  test('and from nowhere else', async () => {
    const secret = folder.path('../rollcall-secret');
    await mkdir(folder.path('photos'), { recursive: true });
    await symlink('/etc/hostname', folder.path('link'));
    for (const [url, message] of [
      ['file:///etc/hostname', /outside/],
      [pathToFileURL(folder.path('link')).href, /outside/],
      [`${pathToFileURL(dirname(folder.path('x'))).href}/../../etc/hostname`, /outside|no such file/],
      [pathToFileURL(secret).href, /no such file/],
      [pathToFileURL(folder.path('photos')).href, /not a file/],
      ['file://server/share/x', /only `file:/],
      ['https://example.com/x', /only `file:/],
      ['file:///%zz', /cannot be fetched/],
      ['file:///a%2fb', /cannot be fetched/],
      ['', /only `file:/],
    ] as const) {
      const record = await reading(url);
      expect(record?.defect).toMatch(message);
      expect(record?.fields()).toEqual({ dn: 'uid=a', uid: ['a'] });
    }
  });
});

describe('long values', () => {
  const photo = Buffer.alloc(200_000, Buffer.from([0xff, 0xd8, 1, 2, 3]));
  const folded = (line: string) => (line.match(/.{1,76}/g) ?? []).join('\n ');
  const entry = `dn: uid=a\nuid: a\n${folded(`jpegPhoto;binary:: ${base64(photo)}`)}\ncn: Ann\n`;

  test('that nobody reads leave a digest behind', async () => {
    const { records } = await read(`${entry}\n${ANN}`);
    expect(records[0]?.fields()).toEqual({ dn: 'uid=a', uid: ['a'], cn: ['Ann'] });
    expect(records[0]?.text()).toContain(createHash('sha256').update(photo).digest('hex'));
    expect(records[0]?.text().length).toBeLessThan(200);
    expect(records[1]?.line).toBe(entry.split('\n').length + 1);
  });

  test('that somebody reads are there, whatever case they are asked for in', async () => {
    const { records } = await readLdif(fresh(), entry, {}, {}, columns('JPEGPHOTO;BINARY'));
    expect(records[0]?.field('jpegphoto;BINARY', 'first')).toBe(base64(photo));
    expect(records[0]?.fields()['JPEGPHOTO;BINARY']).toEqual([base64(photo)]);
    expect(records[0]?.defect).toBeUndefined();
    const asked = await readLdif(fresh(), entry, {}, {}, columns(), new Set(['jpegphoto;binary']));
    expect(asked.records[0]?.fields()['jpegphoto;binary']).toEqual([base64(photo)]);
    // An option is a part of the name.
    const other = await readLdif(fresh(), entry, {}, {}, columns(), new Set(['jpegphoto']));
    expect(other.records[0]?.fields()['jpegphoto']).toBeUndefined();
  });

  test.each([
    [65_536, 'text', true],
    [65_537, 'text', false],
    [65_536, 'base64', true],
    [65_537, 'base64', false],
  ])('%i bytes as %s are kept: %s', async (length, form, kept) => {
    const value = 'x'.repeat(length);
    const { records } = await read(
      `dn: uid=a\nnote:${form === 'text' ? ` ${value}` : `: ${base64(value)}`}\n\n`,
    );
    expect(records[0]?.field('note', 'first')).toBe(kept ? value : undefined);
    expect(records[0]?.text()).toContain(kept ? value : createHash('sha256').update(value).digest('hex'));
  });

  test('beyond ten megabytes cannot be read, and are nothing to worry about where nobody reads them', async () => {
    const content = `dn: uid=a\nuid: a\nnote: ${'x'.repeat(11_000_000)}\n\n`;
    const path = fresh();
    await writeFile(path, content);
    const asked = await readLdifFile(path, {}, {}, columns('note'));
    expect(asked.records[0]?.defect).toBe('line 3: "note" is longer than 10 MB');
    expect(asked.records[0]?.fields()).toEqual({ dn: 'uid=a', uid: ['a'] });
    expect((await readLdifFile(path)).records[0]?.defect).toBeUndefined();
  });

  test.each([
    ['bad base64', `x:: ${'AAAA'.repeat(50_000)}=AAA`, /"x" is not base64/],
    ['base64 that ends early', `x:: ${'AAAA'.repeat(50_000)}A`, /"x" is not base64/],
    ['a NUL', `x: ${'a'.repeat(200_000)}\0`, /"x" holds a NUL/],
    ['no colon', 'x'.repeat(300_000), /has no colon/],
  ])('with %s are a defect', async (_, line, defect) => {
    const { records } = await read(`dn: uid=a\n${line}\n\n${ANN}`);
    expect(records.map((record) => record.defect)).toEqual([expect.stringMatching(defect), undefined]);
  });
});

test('the pieces that a file comes in make no difference', async () => {
  const path = fresh();
  await writeFile(
    path,
    `\ufeffversion: 1\r\n\r\n# Ann,\r\n  long\r\ndn: cn=Zoë,dc=x\r\ncn:: ${base64('Zoë')}\r\nsn: a\r\n b\r\n\r\n# c\n\ndn: x\n\nbad\n\n${ANN}` +
      `dn: uid=l\nx:: ${base64('x'.repeat(70_000))}\nz: y\n# numEntries: 5\n\nref: ldap://a/b\n\n# numResponses: 4\n# numEntries: 9\n\n${ANN}dn: uid=z`,
  );
  const whole = await readLdifFile(path);
  expect(whole.records.map(({ line }) => line)).toEqual([5, 12, 14, 16, 19, 29, 32]);
  expect(whole.receipt.reasons).toHaveLength(3);
  for (const chunkBytes of [7, 13, 1000]) {
    const pieces = await readLdifFile(path, {}, { chunkBytes });
    expect(pieces.records.map(seen)).toEqual(whole.records.map(seen));
    expect(pieces.receipt).toEqual(whole.receipt);
  }
});

test('a file that is compressed with gzip is read as what is in it', async () => {
  const plain = await read(`\ufeff${ANN}`);
  const path = fresh();
  for (const chunkBytes of [1, 65_536]) {
    const packed = await readLdif(path, gzipSync(`\ufeff${ANN}`), {}, { chunkBytes });
    expect(packed.records.map(seen)).toEqual(plain.records.map(seen));
    expect(packed.receipt).toMatchObject({ complete: true, count: 1 });
  }
  const wide = await refusal(readLdif(path, gzipSync(Buffer.from(`\ufeff${ANN}`, 'utf16le'))));
  expect(wide.message).toMatch(/the file is utf-16le text/);
  const cut = await readLdif(path, gzipSync(ANN.repeat(1000)).subarray(0, -30));
  expect(cut.receipt.reasons).toContain('the compressed data end early: the file looks cut');
});
