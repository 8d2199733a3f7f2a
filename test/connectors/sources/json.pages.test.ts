import { createHash } from 'node:crypto';
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { jsonSource } from '../../../connectors/sources/json.ts';
import type { JsonOptions } from '../../../src/model/index.ts';
import { jsonOptions, readJson, readJsonFiles } from './json-reading.ts';
import { NO_COLUMNS, refusal, temporaryFolder } from './reading.ts';

const folder = temporaryFolder();
let folders = 0;

/** A folder of its own with these files; gives the path of a name in it. */
async function written(
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<(name: string) => string> {
  const name = `pages-${(folders += 1)}`;
  await mkdir(folder.path(name));
  for (const [file, content] of Object.entries(files))
    await writeFile(folder.path(`${name}/${file}`), content);
  return (file) => folder.path(`${name}/${file}`);
}

const page = (ids: readonly number[], more: object = {}) =>
  JSON.stringify({ value: ids.map((id) => ({ id: String(id) })), ...more });
const sha256 = (content: string | Buffer) => createHash('sha256').update(content);

describe('several files', () => {
  test('are read in the order of their names, with numbers as numbers', async () => {
    const contents = {
      'p10.json': page([4]),
      'p2.json': page([2, 3]),
      'p1.json': page([1]),
      'q1.json': page([9]),
      'p.txt': '',
    };
    const path = await written(contents);
    const { records, receipt } = await readJsonFiles([path('p*.json')], { records: '/value' });
    expect(records.map((record) => [record.field('id'), record.file, record.line])).toEqual([
      ['1', path('p1.json'), 1],
      ['2', path('p2.json'), 1],
      ['3', path('p2.json'), 1],
      ['4', path('p10.json'), 1],
    ]);
    const digests = ['p1.json', 'p2.json', 'p10.json'].map((name) =>
      sha256(contents[name as 'p1.json']).digest(),
    );
    expect(receipt).toEqual({
      source: 'people',
      file: path('p*.json'),
      count: 4,
      sha256: sha256(Buffer.concat(digests)).digest('hex'),
      complete: true,
      reasons: [],
      writtenAt: expect.any(Number) as number,
    });
  });

  test('that are listed are read in the order of the list', async () => {
    const path = await written({ 'b.ndjson': '{"id":"1"}\n{"id":"2"}\n', 'a.ndjson': '{"id":"3"}' });
    const paths = [path('b.ndjson'), path('a.ndjson')];
    const { records, receipt } = await readJsonFiles(paths);
    expect(records.map((record) => record.field('id'))).toEqual(['1', '2', '3']);
    expect(receipt).toMatchObject({ file: `${paths[0]} … ${paths[1]} (2 files)`, endsLine: false });
  });

  test('of which there is one are like one file, and a record says so only where the name does not', async () => {
    const path = await written({ 'a.json': page([1]) });
    const alone = await readJsonFiles([path('a.json')], { records: '/value' });
    expect(alone.records[0]?.file).toBeUndefined();
    const matched = await readJsonFiles([path('*.json')], { records: '/value' });
    expect(matched.records[0]?.file).toBe(path('a.json'));
    expect(matched.receipt.sha256).toBe(alone.receipt.sha256);
  });

  test('are not found, or are named twice', async () => {
    const path = await written({ 'a.json': page([1]) });
    expect((await refusal(readJsonFiles([path('b*.json')]))).message).toMatch(/no file is called b\*\.json/);
    expect((await refusal(readJsonFiles([path('none/b*.json')]))).message).toMatch(/there is no such file/);
    const twice = readJsonFiles([path('a.json'), path('*.json')], { records: '/value' });
    expect((await refusal(twice)).message).toMatch(/more than once/);
    expect(
      (await refusal(readJsonFiles([path('a.json'), path('b.json')], { records: '/value' }))).locus?.file,
    ).toBe(path('b.json'));
  });

  test('of which one is empty, cut or wrong are told apart', async () => {
    const path = await written({
      '1.json': page([1]),
      '2.json': page([2]).slice(0, -1),
      '3.json': page([3]),
    });
    const { records, receipt } = await readJsonFiles([path('*.json')], { records: '/value' });
    expect(records).toHaveLength(3);
    expect(receipt.reasons).toEqual([expect.stringMatching(/ends before the document does/)]);
    await writeFile(path('2.json'), '');
    expect((await refusal(readJsonFiles([path('*.json')], { records: '/value' }))).locus?.file).toBe(
      path('2.json'),
    );
  });

  test.each([
    ['written', (path: (name: string) => string) => writeFile(path('1.json'), page([7, 8]))],
    ['added', (path: (name: string) => string) => writeFile(path('3.json'), page([7]))],
  ])('of which one was %s while they were read are no one export', async (_, change) => {
    const path = await written({ '1.json': page([1]), '2.json': page([2]) });
    const source = jsonSource('people', jsonOptions([path('*.json')], { records: '/value' }), {
      clock: Date.now,
    });
    const reading = source.read(NO_COLUMNS);
    await reading.next();
    await reading.next();
    await change(path);
    expect((await refusal(reading.next())).message).toMatch(/the pages changed while they were read/);
  });
});

describe('what pages say of each other', () => {
  const next = { '@odata.nextLink': 'https://x/2' };
  const noMore = { noMore: '/@odata.nextLink' };
  const total = { total: '/total' };
  const said: readonly [string, readonly string[], JsonOptions['expect'], readonly RegExp[]][] = [
    ['all there', [page([1], next), page([2], next), page([3])], noMore, []],
    [
      'the last is missing',
      [page([1], next), page([2], next)],
      noMore,
      [/2\.json still has a value at \/@odata\.nextLink, so a page is missing/],
    ],
    [
      'one that says it is the last',
      [page([1]), page([2])],
      noMore,
      [/1\.json has nothing at \/@odata\.nextLink, as the last page has, and .*2\.json follows it/],
    ],
    ['the total', [page([1, 2], { total: 3 }), page([3], { total: 3 })], total, []],
    [
      'fewer than the total',
      [page([1, 2], { total: 4 }), page([3], { total: 4 })],
      total,
      [/says that there are 4 records, and 3 were read/],
    ],
    [
      'two totals',
      [page([1, 2], { total: 3 }), page([3], { total: 4 })],
      total,
      [/1\.json says 3 at \/total and .*2\.json says 4: they are not of one export/],
    ],
    [
      'one without a total',
      [page([1, 2], { total: 3 }), page([3])],
      total,
      [/2\.json has no number at \/total/],
    ],
    [
      'a checksum of one file',
      [page([1]), page([2])],
      { checksum: 'SHA256SUMS' },
      [/is the checksum of one file, and 2 were read/],
    ],
    ['too few', [page([1]), page([2])], { minimum: 3 }, [/2 records were read, and at least 3/]],
  ];
  test.each(said)('%s', async (_, contents, expectation, reasons) => {
    const path = await written(
      Object.fromEntries(contents.map((content, index) => [`${index + 1}.json`, content])),
    );
    const { receipt } = await readJsonFiles([path('*.json')], { records: '/value', expect: expectation });
    expect(receipt.reasons).toEqual(reasons.map((reason) => expect.stringMatching(reason) as unknown));
    expect(receipt.complete).toBe(reasons.length === 0);
  });

  test('the age is that of the oldest', async () => {
    const path = await written({ '1.json': page([1]), '2.json': page([2]) });
    const now = Date.now();
    await utimes(path('1.json'), now / 1000 - 7200, now / 1000 - 7200);
    const { receipt } = await readJsonFiles(
      [path('*.json')],
      { records: '/value', expect: { maximumAge: 3600 } },
      { clock: () => now },
    );
    expect(receipt.reasons).toEqual([expect.stringMatching(/72\d\d seconds ago/)]);
  });

  test('a checksum of one file is compared with its bytes', async () => {
    const path = await written({ '1.json': gzipSync(page([1])) });
    await writeFile(path('1.sha256'), sha256(gzipSync(page([1]))).digest('hex'));
    const { receipt } = await readJsonFiles([path('1.json')], {
      records: '/value',
      expect: { checksum: path('1.sha256') },
    });
    expect(receipt).toMatchObject({ complete: true, sha256: sha256(gzipSync(page([1]))).digest('hex') });
  });

  test('an expectation that is no pointer is refused', async () => {
    const path = await written({ '1.json': page([1]) });
    const reading = readJsonFiles([path('1.json')], { records: '/value', expect: { noMore: 'next' } });
    expect((await refusal(reading)).message).toMatch(/`expect\.noMore` is "next"/);
  });
});

describe('gzip', () => {
  const people = Array.from({ length: 3000 }, (_, index) => ({
    id: String(index),
    name: sha256(String(index)).digest('hex'),
  }));
  const whole = gzipSync(JSON.stringify(people));
  const changed = (at: number) => {
    const copy = Buffer.from(whole);
    copy[at]! ^= 0x55;
    return copy;
  };
  const path = () => folder.path('people.json.gz');

  test.each([1000, 65_536])('is read like what is in it, in chunks of %i', async (chunkBytes) => {
    const { records, receipt } = await readJson(path(), whole, {}, { chunkBytes });
    expect(records.map((record) => record.fields())).toEqual(people);
    expect(receipt).toMatchObject({ count: 3000, complete: true, sha256: sha256(whole).digest('hex') });
  });

  test('may have several members', async () => {
    const two = Buffer.concat([gzipSync('{"id":"1"}\n'), gzipSync('{"id":"2"}\n')]);
    const { records } = await readJson(path(), two);
    expect(records.map((record) => [record.line, record.field('id')])).toEqual([
      [1, '1'],
      [2, '2'],
    ]);
  });

  test.each([1, 4, 9, 100, whole.length / 2])(
    'that ends %d bytes early gives what it has',
    async (missing) => {
      const { records, receipt } = await readJson(
        path(),
        whole.subarray(0, Math.floor(whole.length - missing)),
        {},
        { chunkBytes: 1000 },
      );
      expect(records.length).toBeLessThanOrEqual(3000);
      expect(receipt.complete).toBe(false);
      expect(receipt.reasons.join('\n')).toMatch(/compressed data end early/);
      records.forEach((record, index) => expect(record.field('id')).toBe(String(index)));
    },
  );

  test.each([
    ['a wrong checksum', changed(whole.length - 6), /incorrect data check/],
    ['a wrong length', changed(whole.length - 2), /incorrect length check/],
    ['damage inside', changed(5000), /damaged/],
    ['something behind it', Buffer.concat([whole, Buffer.from('and more of it')]), /damaged/],
    ['zeros behind it', Buffer.concat([whole, Buffer.alloc(5000)]), /something stands behind its end/],
  ])('with %s is refused', async (_, content, message) => {
    for (const chunkBytes of [1000, 65_536, 10_000_000]) {
      const error = await refusal(readJson(path(), content, {}, { chunkBytes }));
      expect(error.message).toMatch(message);
      expect(error.locus?.file).toBe(path());
    }
  });

  test('of nothing is an empty file, and a reader may stop early', async () => {
    expect((await refusal(readJson(path(), gzipSync('')))).message).toMatch(/the file is empty/);
    expect((await refusal(readJson(path(), whole.subarray(0, 12)))).message).toMatch(
      /before anything can be read/,
    );
    await writeFile(path(), whole);
    const reading = jsonSource('people', jsonOptions([path()]), { clock: Date.now, chunkBytes: 100 }).read(
      NO_COLUMNS,
    );
    await reading.next();
    await reading.return(undefined as never);
    expect((await reading.next()).done).toBe(true);
  });
});
