import { createHash } from 'node:crypto';
import { appendFile, mkdir } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { jsonSource } from '../../../connectors/sources/json.ts';
import type { JsonOptions } from '../../../src/model/index.ts';
import { jsonOptions, readJson, readJsonFiles } from './json-reading.ts';
import { NO_COLUMNS, refusal, temporaryFolder } from './reading.ts';

const folder = temporaryFolder();
let files = 0;
const fresh = () => folder.path(`people-${(files += 1)}.json`);
const SIZES = [1, 2, 3, 7, 65_536];

describe('where the records are', () => {
  const found: readonly [string, string, Partial<JsonOptions>, readonly [number, string | undefined][]][] = [
    [
      'a list',
      '[{"id":"1"},\n{"id":"2"}]',
      {},
      [
        [1, '1'],
        [2, '2'],
      ],
    ],
    [
      'a list that is spread out',
      ' \r\n[\n  {\n "id": "1"\n  }\n ,\n  {"id":\t"2"} ]\n',
      {},
      [
        [3, '1'],
        [7, '2'],
      ],
    ],
    ['a byte order mark', '\ufeff[{"id":"1"}]', {}, [[1, '1']]],
    [
      'a list under a name',
      '{"@odata.context":"x","value":[{"id":"1"}],"n":[1,{"value":[]}]}',
      { records: '/value' },
      [[1, '1']],
    ],
    [
      'a list under names',
      '{"a":{"x":{"b":[]},"b":\n[{"id":"1"}]},"b":[{"id":"2"}]}',
      { records: '/a/b' },
      [[2, '1']],
    ],
    ['escaped names', '{"a/b":{"m~n":{"":[{"id":"1"}]}}}', { records: '/a~1b/m~0n/' }, [[1, '1']]],
    [
      'names that are written with escapes',
      '{"v\\u0061lue":[{"id":"1"}]}',
      { records: '/value' },
      [[1, '1']],
    ],
    ['an element of a list', '[[{"id":"1"}],[{"id":"2"}]]', { records: '/1' }, [[1, '2']]],
    [
      'every element of a list',
      '[{"p":[{"id":"1"}]},\n{"x":0,"p":[{"id":"2"},{"id":"3"}]},{"p":[]}]',
      { records: '/*/p' },
      [
        [1, '1'],
        [2, '2'],
        [2, '3'],
      ],
    ],
    ['an asterisk that is a name', '{"*":[{"id":"1"}]}', { records: '/*' }, [[1, '1']]],
    [
      'a record on each line',
      '{"id":"1"}\n{"id":"2"}\n',
      {},
      [
        [1, '1'],
        [2, '2'],
      ],
    ],
    [
      'lines with blanks among them',
      '\n  {"id":"1"}  \r\n\r\n \t\n{"id":"2"}',
      {},
      [
        [2, '1'],
        [5, '2'],
      ],
    ],
    ['one line alone', '{"id":"1"}\n', { format: 'ndjson' }, [[1, '1']]],
    [
      'one record over several lines',
      '{\n  "id": "1",\n  "groups": ["a"]\n}\n',
      { format: 'records' },
      [[1, '1']],
    ],
    ['one record in a line', '{"id":"1"}', { format: 'records' }, [[1, '1']]],
    ['a list of changes', '[\n{"id":"1"}\n]', { format: 'records' }, [[2, '1']]],
    ['a document that is said to be one', '[{"id":"1"}]', { format: 'json' }, [[1, '1']]],
  ];
  test.each(found)('%s', async (_, content, options, records) => {
    for (const chunkBytes of SIZES) {
      const reading = await readJson(fresh(), content, options, { chunkBytes });
      expect(reading.records.map((record) => [record.line, record.field('id')])).toEqual(records);
      expect(reading.records.map((record) => record.defect)).toEqual(records.map(() => undefined));
      expect(reading.receipt).toMatchObject({
        source: 'people',
        count: records.length,
        complete: true,
        reasons: [],
      });
    }
  });

  test('the receipt says whether the last line ended where there are lines, and has the digest of the bytes', async () => {
    const content = '{"id":"1"}\n{"id":"2"}';
    const lines = await readJson(fresh(), content);
    expect(lines.receipt.endsLine).toBe(false);
    expect(lines.receipt.sha256).toBe(createHash('sha256').update(content).digest('hex'));
    expect((await readJson(fresh(), `${content}\n`)).receipt.endsLine).toBe(true);
    expect((await readJson(fresh(), '[{"id":"1"}]')).receipt).not.toHaveProperty('endsLine');
  });

  test('records come in batches of at most sixty-four, or of about a megabyte', async () => {
    const many = Array.from({ length: 129 }, (_, index) => ({ id: String(index) }));
    expect((await readJson(fresh(), JSON.stringify(many))).batches).toEqual([64, 64, 1]);
    const long = many.map(({ id }) => ({ id, text: 'x'.repeat(100_000) }));
    const { batches, records } = await readJson(fresh(), JSON.stringify(long));
    expect(Math.max(...batches)).toBeLessThan(13);
    expect(records.map((record) => record.field('id'))).toEqual(many.map(({ id }) => id));
  });
});

describe('what cannot be read at all', () => {
  const wrong: readonly [
    string,
    string | Uint8Array,
    Partial<JsonOptions>,
    RegExp,
    number | undefined,
    RegExp?,
  ][] = [
    ['no bytes', '', {}, /the file is empty/, undefined],
    ['a byte order mark alone', '\ufeff', {}, /the file is empty/, undefined],
    ['white space alone', ' \n\r\n', { format: 'ndjson' }, /the file is empty/, undefined],
    ['UTF-16', Buffer.from('\ufeff[{"id":1}]', 'utf16le'), {}, /UTF-16/, 1],
    ['UTF-16, the other way round', Buffer.from('\ufeff[{"id":1}]', 'utf16le').swap16(), {}, /UTF-16/, 1],
    ['UTF-16 that does not say so', Buffer.from('[{"id":1}]', 'utf16le'), {}, /UTF-16/, 1],
    ['a trailing comma', '[{"id":1},\n]', {}, /a comma with nothing behind it/, 2, /remove the comma/],
    [
      'a trailing comma around',
      '{"value":[{"id":1}],\n}',
      { records: '/value' },
      /a comma with nothing behind it/,
      2,
    ],
    ['two commas', '[{"id":1},\n,{"id":2}]', {}, /a comma with nothing before it/, 2],
    ['no comma', '[{"id":1}\n{"id":2}]', {}, /"\{" where a comma or the closing bracket/, 2],
    ['the wrong bracket', '[{"id":1}\n}', {}, /"\}" where a comma or the closing bracket/, 2],
    [
      'single quotes',
      '{\n\'value\': [{"id":1}]}',
      { records: '/value' },
      /a quote that is not a double quote/,
      2,
      /json\.dumps/,
    ],
    ['a name without quotes', '{\nvalue: [{"id":1}]}', { records: '/value' }, /a name without quotes/, 2],
    [
      'a comment',
      '[ // everybody\n{"id":1}]',
      { format: 'json' },
      /a comment, and JSON has none/,
      1,
      /remove it/,
    ],
    ['a comment between', '[{"id":1}\n/* more */,{"id":2}]', {}, /a comment, and JSON has none/, 2],
    [
      'NaN beside',
      '{"share":\nNaN,"value":[]}',
      { records: '/value' },
      /not JSON: a number that JSON does not have/,
      2,
    ],
    [
      'a word of Python beside',
      '{"more":\n True,"value":[]}',
      { records: '/value' },
      /a word that JSON does not have/,
      2,
    ],
    [
      'a fault far inside a list beside',
      '{"a":[{"b":[1,\n2,]}],"value":[]}',
      { records: '/value' },
      /line 2, column 3: a comma with nothing behind it/,
      1,
    ],
    [
      'bytes that are not UTF-8 beside',
      Buffer.from('{"a":\n"Zo\xeb","value":[]}', 'latin1'),
      { records: '/value' },
      /not UTF-8/,
      2,
    ],
    [
      'something behind the end',
      '[{"id":1}]\n[{"id":2}]',
      {},
      /something stands behind the end/,
      2,
      /list of paths/,
    ],
    ['a NUL behind the end', '[{"id":1}]\n\0', {}, /something stands behind the end/, 2],
    [
      'no such name',
      '{"values":[],\n"count":1}',
      { records: '/value' },
      /the document has no name "value"/,
      1,
      /did you mean values\? The names there are "values", "count"/,
    ],
    ['no such name below', '{"a":{}}', { records: '/a/b' }, /\/a has no name "b"/, 1, /no names at all/],
    ['no such name in one element', '[{"p":[]},\n{"q":[]}]', { records: '/*/p' }, /\/1 has no name "p"/, 2],
    ['no such element', '{"a":[[]]}', { records: '/a/1' }, /\/a is a list without an element 1/, 1],
    [
      'a name in a list',
      '[{"id":1}]',
      { records: '/value' },
      /the document is a list, and `records` asks for "value" in it/,
      1,
      /`\/\*\/value`/,
    ],
    [
      'an object',
      '{"value":{"items":[]}}',
      { records: '/value' },
      /\/value is an object and not the list/,
      1,
      /did you mean `records: \/value\/items`\?/,
    ],
    [
      'a wrapper',
      '{"count":1,\n"value":[{"id":1}]}',
      {},
      /the document is an object and not the list/,
      1,
      /did you mean `records: \/value`\?/,
    ],
    [
      'a wrapper on one line',
      '{"value":[{"id":1}]}\n',
      {},
      /the document is an object and not the list/,
      1,
      /did you mean `records: \/value`\?/,
    ],
    ['one record alone', '{"id":"1"}\n', {}, /the document is an object/, 1, /`format: ndjson`/],
    ['records that are spread out', '{\n"id":"1"}\n{\n"id":"2"}\n', {}, /the document is an object/, 1],
    [
      'changes that are spread out',
      '{\n"id":"1"}\n{\n"id":"2"}\n',
      { format: 'records' },
      /something stands behind the end/,
      3,
      /put them between \[ and \], with commas/,
    ],
    ['a text', '{"value":"none"}', { records: '/value' }, /\/value is a text and not the list of records/, 1],
    ['null', '{"value":\nnull}', { records: '/value' }, /\/value is null/, 2],
    ['a number on the way', '{"a":1}', { records: '/a/b' }, /\/a is a number/, 1],
    ['a number alone', '42', {}, /the document is a number/, 1],
    ['a web page', '<!DOCTYPE html>\n<html>', {}, /not JSON/, 1],
    [
      'the list twice',
      '{"value":[],\n"value":[{"id":1}]}',
      { records: '/value' },
      /"value" stands more than once/,
      2,
    ],
    [
      'a list on lines',
      '[{"id":1},\n{"id":2}]',
      { format: 'ndjson' },
      /begins with a list/,
      1,
      /`format: json`/,
    ],
    [
      'a pointer on lines',
      '{"id":1}',
      { format: 'ndjson', records: '/value' },
      /every line is a record/,
      undefined,
    ],
    [
      'a pointer without a slash',
      '[]',
      { records: 'value' },
      /begins with a slash/,
      undefined,
      /did you mean \/value\?/,
    ],
    [
      'a path of another language',
      '[]',
      { records: '$.data.users' },
      /begins with a slash/,
      undefined,
      /did you mean \/data\/users\?/,
    ],
    ['a tilde', '[]', { records: '/a~b' }, /tilde is written ~0/, undefined, /\/a~0b/],
    [
      'deep nesting beside',
      `{"a":${'{"a":'.repeat(100_000)}`,
      { records: '/value' },
      /nested more than 200 deep/,
      1,
    ],
  ];
  test.each(wrong)('%s', async (_, content, options, message, line, hint = /./) => {
    for (const chunkBytes of SIZES) {
      const path = fresh();
      const error = await refusal(readJson(path, content, options, { chunkBytes }));
      expect(error.code).toBe('source');
      expect(error.message).toMatch(message);
      expect(error.problems[0]?.hint).toMatch(hint);
      expect(error.locus?.line).toBe(line);
      if (error.locus) expect(error.locus.file).toBe(path);
    }
  });

  test('a fault outside the records has a column', async () => {
    const error = await refusal(readJson(fresh(), '[{"id":1},\n  {"id":2} x]'));
    expect(error.locus).toMatchObject({ line: 2, column: 12 });
  });

  test('a file that is not there, a folder', async () => {
    const missing = await refusal(readJsonFiles([folder.path('nobody.json')]));
    expect(missing.message).toBe('the source cannot be read: there is no such file');
    await mkdir(folder.path('folder.json'));
    expect((await refusal(readJsonFiles([folder.path('folder.json')]))).message).toMatch(/it is a folder/);
  });

  test('a record of more than 16 MiB, and not one of 10', async () => {
    const of = (length: number) => `[{"id":"1"},\n{"id":"2","text":"${'x'.repeat(length)}"}]`;
    const error = await refusal(readJson(fresh(), of(17 * 1024 * 1024)));
    expect(error.message).toBe('the record that begins here is longer than 16 MiB');
    expect(error.locus).toMatchObject({ line: 2, column: 1 });
    const { records } = await readJson(fresh(), of(10_000_000));
    expect(records[1]?.field('text')).toHaveLength(10_000_000);
    const lines = of(17 * 1024 * 1024)
      .slice(1, -1)
      .replace(',\n', '\n');
    expect((await refusal(readJson(fresh(), lines, { format: 'ndjson' }))).message).toMatch(
      /longer than 16 MiB/,
    );
  });

  test('a wrapper of more than 16 MiB is told what it is as well', async () => {
    const content = JSON.stringify({ value: Array.from({ length: 200 }, () => 'x'.repeat(100_000)) });
    expect((await refusal(readJson(fresh(), content))).problems[0]?.hint).toBe(
      'did you mean `records: /value`?',
    );
  });

  test('a file that grows while it is read', async () => {
    const path = fresh();
    await readJson(path, `[${'{"id":"1"},\n'.repeat(500)}{"id":"1"}]`);
    const source = jsonSource('people', jsonOptions([path]), { clock: Date.now, chunkBytes: 64 });
    const reading = source.read(NO_COLUMNS);
    await reading.next();
    await appendFile(path, ' ');
    const rest = async () => {
      while (!(await reading.next()).done);
    };
    expect((await refusal(rest())).message).toMatch(/changed while it was read/);
  });

  test('a reader that stops early leaves nothing open', async () => {
    const path = fresh();
    await readJson(path, `[${'{"id":"1"},\n'.repeat(500)}{"id":"1"}]`);
    const reading = jsonSource('people', jsonOptions([path]), { clock: Date.now, chunkBytes: 64 }).read(
      NO_COLUMNS,
    );
    await reading.next();
    await reading.return(undefined as never);
    expect((await reading.next()).done).toBe(true);
  });
});

describe('a read that proves nothing about who is absent', () => {
  const doubtful: readonly [string, string, Partial<JsonOptions>, number, readonly RegExp[]][] = [
    ['an empty list', '[]', {}, 0, [/^the list has no records$/]],
    ['a wrapper alone', '{"value": []}', { records: '/value' }, 0, [/^the list has no records$/]],
    ['cut behind a record', '[{"id":"1"}', {}, 1, [/ends before the list of records does/]],
    ['cut behind a comma', '[{"id":"1"},\n', {}, 1, [/ends before the list of records does/]],
    [
      'cut inside a record',
      '[{"id":"1"},\n{"id":"2","na',
      {},
      1,
      [/ends inside the record that begins on line 2/],
    ],
    [
      'cut inside an escape',
      '[{"id":"1"},\n{"id":"2\\',
      {},
      1,
      [/ends inside the record that begins on line 2/],
    ],
    ['cut inside a number', '[{"id":"1"},\n12', {}, 1, [/ends inside the record that begins on line 2/]],
    [
      'cut behind the list',
      '{"value":[{"id":"1"}]',
      { records: '/value' },
      1,
      [/ends before the document does/],
    ],
    [
      'cut before the list',
      '{"@odata.context":"ht',
      { records: '/value' },
      0,
      [/no records/, /ends before the document does/],
    ],
    ['cut before anything', '[', {}, 0, [/no records/, /ends before the list of records does/]],
    ['cut inside a line', '{"id":"1"}\n{"id":"2"', {}, 1, [/ends inside the record on line 2/]],
    ['cut inside the first line', '{"id":"1', {}, 0, [/no records/, /ends before the document does/]],
    ['fewer than expected', '[{"id":"1"}]', { expect: { minimum: 2 } }, 1, [/at least 2 are expected/]],
    [
      'less than the total',
      '{"totalResults":3,"Resources":[{"id":"1"}]}',
      { records: '/Resources', expect: { total: '/totalResults' } },
      1,
      [/says that there are 3 records, and 1 were read/],
    ],
    [
      'a total that is no number',
      '{"totalResults":[3],"Resources":[{"id":"1"}]}',
      { records: '/Resources', expect: { total: '/totalResults' } },
      1,
      [/has no number at \/totalResults/],
    ],
    [
      'a total on lines',
      '{"id":"1"}\n{"id":"2"}\n',
      { expect: { total: '/totalResults' } },
      2,
      [/has no number at \/totalResults/],
    ],
    [
      'a page that is not the last',
      '{"value":[{"id":"1"}],"@odata.nextLink":"https://x"}',
      { records: '/value', expect: { noMore: '/@odata.nextLink' } },
      1,
      [/still has a value at \/@odata.nextLink, so a page is missing behind it/],
    ],
    [
      'the same, in an object',
      '{"links":{"next":{"href":"x"}},"value":[{"id":"1"}]}',
      { records: '/value', expect: { noMore: '/links/next' } },
      1,
      [/still has a value at \/links\/next/],
    ],
  ];
  test.each(doubtful)('%s', async (_, content, options, count, reasons) => {
    for (const chunkBytes of SIZES) {
      const { records, receipt } = await readJson(fresh(), content, options, { chunkBytes });
      expect(records.map((record) => record.field('id'))).toEqual(['1', '2'].slice(0, count));
      expect(receipt).toMatchObject({ count, complete: false });
      expect(receipt.reasons).toEqual(reasons.map((reason) => expect.stringMatching(reason) as unknown));
    }
  });

  test.each([
    ['{"value":[{"id":"1"}]}'],
    ['{"@odata.nextLink":null,"value":[{"id":"1"}],"totalResults":1}'],
    ['{"totalResults":"1","@odata.nextLink":"","value":[{"id":"1"}]}'],
  ])('the last page: %s', async (content) => {
    const expectation = {
      noMore: '/@odata.nextLink',
      ...(content.includes('total') && { total: '/totalResults' }),
    };
    const { receipt } = await readJson(fresh(), content, { records: '/value', expect: expectation });
    expect(receipt).toMatchObject({ complete: true, reasons: [] });
  });

  test('no beginning of a file claims to be the whole', async () => {
    const whole = Buffer.from(
      '\ufeff{"a":{"b":[1,"é"]},"value":[{"id":"1","n":"Zoë \\" \\\\"},\n{"id":"2","m":[{}]}],"n":2}\n',
    );
    for (let length = 0; length < whole.length - 1; length += 1) {
      const reading = readJson(fresh(), whole.subarray(0, length), { records: '/value' }, { chunkBytes: 16 });
      const complete = await reading.then(
        ({ receipt }) => receipt.complete,
        () => false,
      );
      expect([length, complete]).toEqual([length, false]);
    }
    expect((await readJson(fresh(), whole.subarray(0, -1), { records: '/value' })).receipt.complete).toBe(
      true,
    );
  });

  test('nor does a beginning of lines, unless it ends where a line does', async () => {
    const whole = Buffer.from('{"id":"1","n":"Zoë"}\r\n{"id":"2","m":[{}]}\r\n{"id":"3"}');
    for (let length = 1; length < whole.length; length += 1) {
      const { receipt } = await readJson(fresh(), whole.subarray(0, length), { format: 'ndjson' });
      const isBorder = /\}\s*$/.test(whole.toString('latin1', 0, length)) && receipt.count > 0;
      const opens = /\[\{\}$/.test(whole.toString('latin1', 0, length));
      expect([length, receipt.complete]).toEqual([length, isBorder && !opens]);
    }
  });
});
