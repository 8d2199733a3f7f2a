import { createHash } from 'node:crypto';
import { appendFile, mkdir, rename, symlink, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { csvSource } from '../../../connectors/sources/csv.ts';
import { openSource } from '../../../connectors/sources/index.ts';
import { csvOptions, NO_COLUMNS, readContent, readFile, refusal, temporaryFolder } from './reading.ts';

const folder = temporaryFolder();
let files = 0;
const fresh = () => folder.path(`people-${(files += 1)}.csv`);

describe('what a record is', () => {
  test('a row under its header, with the line on which it begins', async () => {
    const { records, receipt } = await readContent(fresh(), 'id,name\n1,Ann\n2,"Bo, the ""younger"""\n');
    expect(records.map((record) => record.fields())).toEqual([
      { id: '1', name: 'Ann' },
      { id: '2', name: 'Bo, the "younger"' },
    ]);
    expect(records.map((record) => record.line)).toEqual([2, 3]);
    expect(records[1]?.field('name')).toBe('Bo, the "younger"');
    expect(records[1]?.field('nobody')).toBeUndefined();
    expect(receipt).toMatchObject({ source: 'people', count: 2, complete: true, reasons: [] });
  });

  test('cells stand as they are, header cells are trimmed', async () => {
    const { records } = await readContent(fresh(), ' id , name\n 1 ,\t Ann \n');
    expect(records[0]?.fields()).toEqual({ id: ' 1 ', name: '\t Ann ' });
  });

  test('line ends inside quotes are kept, and the lines behind them are counted', async () => {
    const { records } = await readContent(fresh(), 'id,note\r\n1,"a\r\nb\nc\rd"\r\n2,x\r\n\r\n3,y\r\n');
    expect(records.map((record) => record.line)).toEqual([2, 6, 8]);
    expect(records[0]?.field('note')).toBe('a\r\nb\nc\rd');
  });

  test('CRLF, LF and CR end a row in any mixture, and blank lines are none', async () => {
    const { records } = await readContent(fresh(), '\n  \nid,name\r1,a\n\n2,b\r\n\r\n3,c\r   \r4,d');
    expect(records.map((record) => [record.line, record.field('id'), record.field('name')])).toEqual([
      [4, '1', 'a'],
      [6, '2', 'b'],
      [8, '3', 'c'],
      [10, '4', 'd'],
    ]);
  });

  test('a row of nothing but delimiters is nobody’s, as spreadsheets leave them below the last one', async () => {
    const { records, receipt } = await readContent(fresh(), 'id,name,mail\n1,a,b\n,,\n2,c,\n , ,\n"",,\n');
    expect(records.map((record) => [record.line, record.field('id')])).toEqual([
      [2, '1'],
      [4, '2'],
      [6, ''],
    ]);
    expect(receipt).toMatchObject({ count: 3, complete: true });
    const cut = await readContent(fresh(), 'id,name,mail\n1,a,b\n,,');
    expect(cut.receipt).toMatchObject({ complete: false, reasons: [expect.stringContaining('looks cut')] });
  });

  test('an empty cell in quotes is a record where there is one column', async () => {
    const { records } = await readContent(fresh(), 'id\n""\n\nx\n');
    expect(records.map((record) => record.field('id'))).toEqual(['', 'x']);
  });

  test('columns may have the names of things that JavaScript knows', async () => {
    const { records } = await readContent(fresh(), '__proto__,constructor,7\na,b,c\n');
    expect(Object.entries(records[0]?.fields() ?? {}).sort()).toEqual([
      ['7', 'c'],
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ]);
  });

  test('its text is the same however it was quoted, and another under another header', async () => {
    const texts = async (content: string) =>
      (await readContent(fresh(), content)).records.map((record) => record.text());
    const [bare, quoted] = await texts('id,name\n1,Ann\n"1","Ann"\n');
    expect(quoted).toBe(bare);
    const [swapped] = await texts('name,id\n1,Ann\n');
    expect(swapped).not.toBe(bare);
    const [one, two, three] = await texts('a,b\n"1,2",3\n1,"2,3"\n"1\n2",3\n');
    expect(new Set([one, two, three]).size).toBe(3);
  });

  test('single quotes, or none at all, can be what is declared', async () => {
    const single = await readContent(fresh(), "id,name\n1,'O''Hara, \"Al\"'\n", { quote: "'" });
    expect(single.records[0]?.field('name')).toBe('O\'Hara, "Al"');
    const none = await readContent(fresh(), 'id,name\n1,"Ann\n', { quote: '' });
    expect(none.records[0]?.field('name')).toBe('"Ann');
  });

  test('records come in batches of at most sixty-four', async () => {
    const rows = Array.from({ length: 129 }, (_, index) => `${index},x\n`).join('');
    const { batches, receipt } = await readContent(fresh(), `id,name\n${rows}`);
    expect(batches).toEqual([64, 64, 1]);
    expect(receipt.count).toBe(129);
  });
});

test('long rows come in batches of about a megabyte', async () => {
  const rows = Array.from({ length: 120 }, (_, index) => `${index},${'x'.repeat(100_000)}\n`).join('');
  const { batches, records } = await readContent(fresh(), `id,name\n${rows}`);
  expect(batches.length).toBeGreaterThan(9);
  expect(Math.max(...batches)).toBeLessThan(13);
  expect(records.map((record) => record.field('id'))).toEqual(records.map((_, index) => String(index)));
});

describe('the delimiter', () => {
  test.each([',', ';', '\t', '|'])('%j is recognised in the header', async (delimiter) => {
    const rows = [
      ['id', '"na,m;e|\tx"', 'x'],
      ['1', 'Ann', 'y'],
    ];
    const { records } = await readContent(fresh(), rows.map((row) => row.join(delimiter)).join('\n'));
    expect(records[0]?.fields()).toEqual({ id: '1', 'na,m;e|\tx': 'Ann', x: 'y' });
  });

  test('is not taken from inside quotes, even over several lines', async () => {
    const { records } = await readContent(fresh(), '"a,\n,b,c";d\n1;2\n', {}, { chunkBytes: 1 });
    expect(records[0]?.fields()).toEqual({ 'a,\n,b,c': '1', d: '2' });
  });

  test('is told where two stand equally often', async () => {
    const error = await refusal(readContent(fresh(), 'a,b;c\n1,2;3\n'));
    expect(error.message).toMatch(/as many commas as semicolons/);
    const { records } = await readContent(fresh(), 'a,b;c\n1,2;3\n', { delimiter: ';' });
    expect(records[0]?.fields()).toEqual({ 'a,b': '1,2', c: '3' });
  });

  test('is refused where it cannot part anything', async () => {
    for (const [delimiter, quote] of [
      [',,', '"'],
      ['\n', '"'],
      ['"', '"'],
      [',', 'ab'],
      ['', '"'],
    ] as const) {
      const error = await refusal(readContent(fresh(), 'a,b\n1,2\n', { delimiter, quote }));
      expect(error.code).toBe('source');
    }
  });
});

describe('a row that is not one', () => {
  test('with fewer or more cells than the header has is defective, its neighbours are not', async () => {
    const { records, receipt } = await readContent(fresh(), 'id,name,team\n1,a\n2,b,x\n3,c,x,y\n4,"d",x,y\n');
    expect(records.map((record) => record.defect)).toEqual([
      'the row has 2 cells, the header 3 columns',
      undefined,
      'the row has 4 cells, the header 3 columns',
      'the row has 4 cells, the header 3 columns',
    ]);
    expect(receipt).toMatchObject({ count: 4, complete: true });
  });

  test('gives its first cell, and no other that may stand below the wrong name', async () => {
    const { records } = await readContent(fresh(), 'id,name,team\n1,Smith, Ann,x\n');
    expect(records[0]?.fields()).toEqual({ id: '1' });
    expect(records[0]?.field('id')).toBe('1');
    expect(records[0]?.field('team')).toBeUndefined();
  });

  test('gives nothing where it may have swallowed the beginning of another row', async () => {
    const misplaced = await readContent(fresh(), 'id,name\n1,"Ann\n2,"Bo"\n3,Cy\n');
    expect(misplaced.records.map((record) => [record.line, record.field('id')])).toEqual([
      [2, undefined],
      [4, '3'],
    ]);
    expect(misplaced.records[0]?.defect).toMatch(/a quote is misplaced in "name"/);
    const ragged = await readContent(fresh(), 'id,name\n1,"Ann\n2,Bo",x\n');
    expect(ragged.records[0]?.defect).toMatch(/3 cells/);
    expect(ragged.records[0]?.fields()).toEqual({});
  });

  test('with quotes that are not doubled keeps its key and spoils no other row', async () => {
    const content = 'name,id\n"Ann "Nan" Lee",1\nBo,2\n "Cy",3\n"Di" ,4\nE"f,5\n';
    const { records } = await readContent(fresh(), content);
    expect(records.map((record) => [record.field('id'), record.defect === undefined])).toEqual([
      ['1', false],
      ['2', true],
      ['3', false],
      ['4', true],
      ['5', true],
    ]);
    expect(records[0]?.field('name')).toBeUndefined();
    expect(records[3]?.field('name')).toBe('Di');
    expect(records[4]?.field('name')).toBe('E"f');
  });

  test('is not taken for the same as a proper row with the same cells', async () => {
    const { records } = await readContent(fresh(), 'id,name\n1,"a"b\n1,ab\n');
    expect(records[0]?.defect).toBeDefined();
    expect(records[0]?.text()).not.toBe(records[1]?.text());
  });

  test('may be a second header, where files were joined', async () => {
    const { records } = await readContent(fresh(), 'id,name\n1,a\n"id",name\nid,x\n');
    expect(records.map((record) => record.defect !== undefined)).toEqual([false, true, false]);
  });
});

describe('what cannot be read at all', () => {
  const contents: readonly [string, string | Uint8Array, RegExp, number | undefined][] = [
    ['no bytes', '', /empty/, undefined],
    ['a byte order mark alone', '\ufeff', /empty/, undefined],
    ['blank lines alone', '\n\r\n  \n', /empty/, undefined],
    ['a quote left open', 'id,name\n1,a\n2,"b\n3,c\n', /ends inside quotes/, 3],
    ['a quote left open in the header', 'id,"name\n1,a\n', /ends inside quotes/, 1],
    ['a NUL', 'id,name\n1,a\n2,b\0\n', /NUL/, 3],
    ['a NUL in quotes', 'id,name\n1,"a\r\n\0"\n', /NUL/, 3],
    ['UTF-16 that does not say so', Buffer.from('id,name\n1,a\n', 'utf16le'), /NUL/, 1],
    ['a nameless column', 'id,,name,\n1,2,3,4\n', /column 2 of the header has no name\ncolumn 4/, 1],
    ['a column named twice', '\nid,id , name,id\n1,2,3,4\n', /"id" more than once, in columns 1, 2, 4/, 2],
    ['a misplaced quote in the header', 'id,"na"me\n1,2\n', /column 2 of the header has a quote/, 1],
    [
      'Latin-1 that is read as UTF-8',
      Buffer.from('id,name\n1,Zo\xeb\n', 'latin1'),
      /offset 12 is not utf-8/,
      2,
    ],
    ['a header that is not UTF-8', Buffer.from('\n\nid,Stra\xdfe\n', 'latin1'), /offset 9 is not/, 3],
    ['a character that is cut', Buffer.from('id,name\n1,Zo\xc3', 'latin1'), /offset 12 is not utf-8/, 2],
  ];
  test.each(contents)('%s', async (_, content, message, line) => {
    for (const chunkBytes of [1, 7, 65_536]) {
      const path = fresh();
      const error = await refusal(readContent(path, content, {}, { chunkBytes }));
      expect(error.code).toBe('source');
      expect(error.message).toMatch(message);
      expect(error.locus?.file).toBe(path);
      expect(error.locus?.line).toBe(line);
    }
  });

  test('a file that is not there, a folder, a loop, a socket', async () => {
    const missing = await refusal(readFile(folder.path('nobody.csv')));
    expect(missing.message).toBe('the source cannot be read: there is no such file');
    expect(missing.problems[0]?.hint).toMatch(/`path`/);
    await mkdir(folder.path('folder.csv'));
    expect((await refusal(readFile(folder.path('folder.csv')))).message).toMatch(/it is a folder/);
    await symlink(folder.path('loop.csv'), folder.path('loop.csv'));
    expect((await refusal(readFile(folder.path('loop.csv')))).message).toMatch(/symbolic links/);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(folder.path('socket.csv'), resolve));
    expect((await refusal(readFile(folder.path('socket.csv')))).message).toMatch(/not a file but a pipe/);
    await new Promise((resolve) => server.close(resolve));
  });

  test('a device that never ends', async () => {
    const error = await refusal(readFile('/dev/zero'));
    expect(error.message).toMatch(/not a file/);
  });

  test('a column that is read and that no header names: all of them, each where it is read', async () => {
    const path = fresh();
    const columns = new Map([
      [
        'emial',
        [
          { file: 'rollcall.yaml', line: 7 },
          { file: 'rollcall.yaml', line: 9 },
        ],
      ],
      ['id', [{ file: 'rollcall.yaml', line: 4 }]],
      ['first-name', [{ file: 'rollcall.yaml', line: 8 }]],
      ['salary', [{ file: 'rollcall.yaml', line: 12 }]],
    ]);
    const error = await refusal(readContent(path, 'id,email,First Name\n1,a,b\n', {}, {}, columns));
    expect(error.problems.map((problem) => [problem.locus?.line, problem.message])).toEqual([
      [7, `${path} has no column "emial"`],
      [9, `${path} has no column "emial"`],
      [8, `${path} has no column "first-name"`],
      [12, `${path} has no column "salary"`],
    ]);
    expect(error.problems[0]?.hint).toMatch(/did you mean "email"\?/);
    expect(error.problems[2]?.hint).toMatch(/did you mean "First Name"\?/);
    expect(error.problems[3]?.hint).not.toMatch(/did you mean/);
    expect(error.problems[3]?.hint).toMatch(/"id", "email", "First Name"/);
  });

  test('a header of another delimiter is suspected', async () => {
    const columns = new Map([['id', [{ line: 4 }]]]);
    const error = await refusal(readContent(fresh(), 'id;name\n1;a\n', { delimiter: ',' }, {}, columns));
    expect(error.problems[0]?.hint).toMatch(/is `delimiter` right\?/);
  });

  test('a file that grows, is written again or replaced while it is read', async () => {
    const content = `id,name\n${'1,a\n'.repeat(5000)}`;
    const changes: readonly ((path: string) => Promise<void>)[] = [
      (path) => appendFile(path, '2,b\n'),
      (path) => utimes(path, 1, 1),
      (path) => writeFile(path, 'id,name\n'),
      async (path) => {
        await writeFile(`${path}.new`, content);
        await rename(`${path}.new`, path);
      },
      (path) => rename(path, `${path}.gone`),
    ];
    for (const change of changes) {
      const path = fresh();
      await writeFile(path, content);
      const reading = csvSource('people', csvOptions(path), { clock: Date.now, chunkBytes: 1000 }).read(
        NO_COLUMNS,
      );
      await reading.next();
      await change(path);
      const error = await refusal(
        (async () => {
          while (!(await reading.next()).done);
        })(),
      );
      expect(error.message).toBe('the file changed while it was read');
    }
  });

  test('a reading that is given up closes the file', async () => {
    const path = fresh();
    await writeFile(path, `id,name\n${'1,a\n'.repeat(50_000)}`);
    const reading = csvSource('people', csvOptions(path), { clock: Date.now }).read(NO_COLUMNS);
    for await (const batch of reading) {
      expect(batch.length).toBe(64);
      break;
    }
    expect(await reading.next()).toEqual({ done: true, value: undefined });
  });
});

describe('a row that never ends', () => {
  const MEBIBYTE = 1024 * 1024;
  const header = 'id,name\n1,a\n';

  test('is refused at a megabyte, with the line on which it begins', async () => {
    for (const content of [
      `${header}2,"${'x'.repeat(10 * MEBIBYTE)}"\n`,
      `${header}2,${'x'.repeat(10 * MEBIBYTE)}\n`,
      `${header}2,"b\n${'3,some more rows\n'.repeat(MEBIBYTE / 8)}`,
      header + ','.repeat(2 * MEBIBYTE),
      header + '"",'.repeat(MEBIBYTE),
      header + ' '.repeat(2 * MEBIBYTE),
    ]) {
      const error = await refusal(readContent(fresh(), content));
      expect(error.message).toMatch(/longer than/);
      expect(error.locus?.line).toBe(3);
      expect(error.problems[0]?.hint).toMatch(/quote/);
    }
  });

  test('is refused in the header too', async () => {
    const error = await refusal(readContent(fresh(), 'x'.repeat(2 * MEBIBYTE)));
    expect(error.message).toMatch(/longer than/);
    expect(error.locus?.line).toBe(1);
  });

  test('is no trap as a header of a quarter of a million columns', async () => {
    for (const cells of ['a,'.repeat(250_000), ','.repeat(250_000), '"",'.repeat(250_000)]) {
      const error = await refusal(readContent(fresh(), `${cells}\n1\n`));
      expect(error.problems.length).toBeLessThan(30);
      expect(error.message.length).toBeLessThan(5000);
    }
  });

  test('is read if it ends just in time, whatever chunks it comes in', async () => {
    const cell = 'x'.repeat(MEBIBYTE - 4);
    for (const chunkBytes of [10_007, 65_536, 4 * MEBIBYTE]) {
      const path = fresh();
      const good = await readContent(path, `${header}2,"${cell}"\r\n3,c\r\n`, {}, { chunkBytes });
      expect(good.records.map((record) => record.line)).toEqual([2, 3, 4]);
      expect(good.records[1]?.field('name')).toBe(cell);
      const bad = await refusal(readContent(path, `${header}2,"${cell}123"\n3,c\n`, {}, { chunkBytes }));
      expect(bad.message).toMatch(/longer than/);
    }
  });
});

describe('the receipt', () => {
  const people = 'id,name\n1,a\n2,b\n';
  const sha256 = (content: string) => createHash('sha256').update(content).digest('hex');

  test('carries the digest of the bytes as they lie in the file', async () => {
    const { receipt } = await readContent(fresh(), `\ufeff${people}`);
    expect(receipt.sha256).toBe(sha256(`\ufeff${people}`));
    expect(receipt.complete).toBe(true);
  });

  test('a header without records proves nothing', async () => {
    const { receipt } = await readContent(fresh(), 'id,name\n');
    expect(receipt).toMatchObject({
      count: 0,
      complete: false,
      reasons: ['the file has a header and no records'],
    });
  });

  test('a last row that is short and does not end looks cut; one that is whole does not', async () => {
    const cut = await readContent(fresh(), 'id,name\n1,a\n2');
    expect(cut.receipt.reasons).toEqual([
      'the last row, on line 3, is short and its line does not end: the file looks cut',
    ]);
    expect(cut.records[1]?.defect).toBeDefined();
    for (const content of ['id,name\n1,a\n2,b', 'id,name\n1,a\n2,"b"', 'id,name\n1,a\n2\n']) {
      expect((await readContent(fresh(), content)).receipt).toMatchObject({ complete: true, count: 2 });
    }
  });

  test('a minimum is reached or not', async () => {
    const enough = await readContent(fresh(), people, { expect: { minimum: 2 } });
    expect(enough.receipt.complete).toBe(true);
    const few = await readContent(fresh(), people, { expect: { minimum: 3 } });
    expect(few.receipt.reasons).toEqual(['2 records were read, and at least 3 are expected']);
  });

  test.each([
    ['END,2\n', true, 2, undefined],
    ['" END ", 2 \n', true, 2, undefined],
    ['END,2', true, 2, undefined],
    ['END,2,,\n', true, 2, undefined],
    ['END,3\n', false, 2, /says "3" rows, and 2 stand before it/],
    ['END\n', false, 2, /says "" rows/],
    ['END', false, 2, /^the "END" row on line 4 says "" rows, and 2 stand before it$/],
    ['END,0x2\n', false, 2, /says "0x2" rows/],
    ['', false, 2, /does not end with a "END" row/],
    ['END,2\n3,c\n', false, 3, /rows follow the "END" row of line 4, from line 5 on/],
    ['END,2\nEND,2\n', false, 2, /rows follow the "END" row of line 4, from line 5 on/],
  ])('a trailer row that is expected: %j', async (end, complete, count, reason) => {
    const { receipt, records } = await readContent(fresh(), people + end, { expect: { trailer: 'END' } });
    expect(receipt.complete).toBe(complete);
    expect(receipt.count).toBe(count);
    expect(records.map((record) => record.field('id'))).not.toContain('END');
    if (reason) expect(receipt.reasons.join()).toMatch(reason);
  });

  test('a checksum beside the file agrees, disagrees, or is not there', async () => {
    const path = fresh();
    const checksum = `${path}.sha256`;
    const reasons = async (content: string | undefined) => {
      if (content !== undefined) await writeFile(checksum, content);
      return (await readContent(path, people, { expect: { checksum } })).receipt.reasons;
    };
    expect(await reasons(undefined)).toEqual([
      `the checksum file ${checksum} cannot be read: there is no such file`,
    ]);
    expect(await reasons(`${sha256(people)}  people.csv\n`)).toEqual([]);
    expect(await reasons(`\\${sha256(people).toUpperCase()} *people.csv\r\n`)).toEqual([]);
    expect((await reasons(`${sha256('x')}  people.csv\n`))[0]).toMatch(/that of another file/);
    expect((await reasons('not a checksum'))[0]).toMatch(/holds no sha256/);
    await mkdir(`${path}.folder`);
    const { receipt } = await readFile(path, { expect: { checksum: `${path}.folder` } });
    expect(receipt.reasons[0]).toMatch(/it is a folder/);
  });

  test('a file that is too old proves nothing', async () => {
    const path = fresh();
    await writeFile(path, people);
    await utimes(path, 1000, 1000);
    const at = async (seconds: number) =>
      (await readFile(path, { expect: { maximumAge: 60 } }, { clock: () => seconds * 1000 })).receipt;
    expect((await at(1060)).complete).toBe(true);
    expect((await at(1061)).reasons).toEqual([
      'the file was last written 61 seconds ago, and at most 60 are expected',
    ]);
  });

  test('names every reason', async () => {
    const expectation = { minimum: 5, trailer: 'END', checksum: folder.path('none'), maximumAge: 1 };
    const { receipt } = await readContent(
      fresh(),
      'id,name\n1',
      { expect: expectation },
      { clock: () => Date.now() + 1e6 },
    );
    expect(receipt.reasons).toHaveLength(5);
  });
});

test('a source is opened by its configuration', async () => {
  const path = fresh();
  await writeFile(path, 'id\n1\n');
  const limits = { shrunk: 10, rejected: 10, floor: 5 };
  const source = openSource(
    { name: 'hr', connector: 'csv', csv: csvOptions(path), limits },
    { clock: Date.now },
  );
  expect([source.name, source.file]).toEqual(['hr', path]);
  const lines: number[] = [];
  for await (const batch of source.read(NO_COLUMNS)) lines.push(...batch.map((record) => record.line));
  expect(lines).toEqual([2]);
});
