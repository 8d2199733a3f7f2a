import { describe, expect, test } from 'vitest';
import { readJson } from './json-reading.ts';
import { temporaryFolder } from './reading.ts';

const folder = temporaryFolder();
let files = 0;
const fresh = () => folder.path(`people-${(files += 1)}.json`);
const one = async (content: string | Uint8Array) => {
  const bytes = Buffer.concat([Buffer.from('[\n'), Buffer.from(content), Buffer.from('\n,{"id":"next"}]')]);
  const { records, receipt } = await readJson(fresh(), bytes);
  expect(receipt).toMatchObject({ count: 2, complete: true });
  expect(records[1]?.fields()).toEqual({ id: 'next' });
  return records[0]!;
};

describe('what a record is', () => {
  test('the object itself, with what is nested in it', async () => {
    const person = {
      id: '1',
      n: 7,
      on: true,
      off: false,
      none: null,
      list: [1, { a: [] }],
      name: { given: 'Zoë' },
    };
    const record = await one(JSON.stringify(person));
    expect(record.fields()).toEqual(person);
    expect(record.defect).toBeUndefined();
    expect(
      ['id', 'n', 'on', 'off', 'none', 'list', 'name', 'nobody'].map((name) => record.field(name)),
    ).toEqual(['1', '7', 'true', 'false', undefined, undefined, undefined, undefined]);
  });

  test('names that JavaScript knows are names like others', async () => {
    const record = await one('{"__proto__":{"admin":true},"constructor":"c","id":"1"}');
    expect(record.defect).toBeUndefined();
    expect(Object.keys(record.fields())).toEqual(['__proto__', 'constructor', 'id']);
    expect(Object.getPrototypeOf(record.fields())).toBe(Object.prototype);
    expect(record.fields()['admin']).toBeUndefined();
    expect(({} as Record<string, unknown>)['admin']).toBeUndefined();
    const plain = await one('{"id":"1"}');
    expect([plain.field('__proto__'), plain.field('constructor')]).toEqual([undefined, undefined]);
    const twice = await one('{"__proto__":1,"id":"1","__proto__":{"a":2}}');
    expect(twice.defect).toMatch(/"__proto__" stands more than once/);
    expect(twice.fields()).toEqual({ id: '1' });
  });

  test.each([
    ['9007199254740991', 9007199254740991],
    ['9007199254740993', '9007199254740993'],
    ['-9007199254740993', '-9007199254740993'],
    ['123456789012345678901234567890', '123456789012345678901234567890'],
    ['1e400', '1e400'],
    ['-1E+400', '-1E+400'],
    ['1.5e3', 1500],
    ['0.12345678901234567890', Number('0.1234567890123456789')],
    ['-0', -0],
  ])('the number %s does not lose its digits', async (written, kept) => {
    const record = await one(`{"id":${written},"deep":[{"n": ${written}}],"text":" 12345678901234567890"}`);
    expect(record.fields()).toEqual({ id: kept, deep: [{ n: kept }], text: ' 12345678901234567890' });
    expect(record.field('id')).toBe(hasFraction(kept) ? undefined : String(kept));
    expect(record.defect).toBeUndefined();
  });

  /** A number with a fraction has several spellings, and is no key. */
  const hasFraction = (value: unknown) => typeof value === 'number' && !Number.isInteger(value);

  test('a name that is written with a backslash is its own, whatever was parsed before', async () => {
    const contents = [
      '{"id":[],"\\\\":0}',
      '{"id":[],"\\"":0}',
      '{"id":[],"\\n":0,"Stra\\u00dfe":1}',
      '{"id":[],"\\u0061":{"\\"":1}}',
    ];
    const names = await Promise.all(
      contents.map(async (content) => Object.keys((await one(content)).fields())),
    );
    expect(names).toEqual([
      ['id', '\\'],
      ['id', '"'],
      ['id', '\n', 'Straße'],
      ['id', 'a'],
    ]);
    const large = await one(
      '{"\\u0069d":12345678901234567890 , "l" : [ ] , "o":{ },"__pro\\u0074o__":1e400 }',
    );
    expect(Object.entries(large.fields())).toEqual([
      ['id', '12345678901234567890'],
      ['l', []],
      ['o', {}],
      ['__proto__', '1e400'],
    ]);
    expect((await one('{"\\"":1,"a":[1,]}')).defect).toMatch(/not JSON/);
  });

  test('its text differs wherever it differs', async () => {
    const contents = [
      '{"a":1,"b":2}',
      '{"a":2,"b":2}',
      '{"a":"1","b":2}',
      '{"a":12}',
      '{"a":[1,2]}',
      '{"a":[12]}',
    ];
    const texts = await Promise.all(contents.map(async (content) => (await one(content)).text()));
    expect(new Set(texts).size).toBe(contents.length);
    expect((await one(contents[0]!)).text()).toBe(texts[0]);
  });

  test('so it does where bytes are no text', async () => {
    const texts = ['\xeb', '\xec', '\xff', '\xef\xbf\xbd'].map(async (bytes) =>
      (await one(Buffer.from(`{"id":"${bytes}"}`, 'latin1'))).text(),
    );
    expect(new Set(await Promise.all(texts)).size).toBe(4);
  });
});

describe('a record that is not one', () => {
  const defective: readonly [string, string | Uint8Array, RegExp, object][] = [
    ['null', 'null', /is null and not an object/, {}],
    ['a list', '[1]', /is a list and not an object/, {}],
    ['a text', '"x"', /is a text and not an object/, {}],
    ['a number', '12', /is a number and not an object/, {}],
    ['half a word', 'nul', /not JSON in line 2, column 1/, {}],
    [
      'a name twice',
      '{"id":"1","a":1,"a":1}',
      /^the name "a" stands more than once in one object$/,
      { id: '1' },
    ],
    [
      'a name twice, in two spellings',
      '{"id":"1","id":"2","\\u0069d" : "3"}',
      /the name "id" stands more than once/,
      {},
    ],
    [
      'a name twice, far inside',
      '{"id":"1","x":[{"y":{"b":1,"c":{"b":1},"b":2}}]}',
      /the name "b" stands more than once in one object inside "x"/,
      { id: '1' },
    ],
    [
      'bytes that are not UTF-8',
      Buffer.from('{"id":"1","name":{"last":"M\xfcller"}}', 'latin1'),
      /^"name" holds bytes that are not UTF-8$/,
      { id: '1' },
    ],
    [
      'a name that is not UTF-8',
      Buffer.from('{"id":"1","Stra\xdfe":1}', 'latin1'),
      /holds bytes that are not UTF-8/,
      { id: '1' },
    ],
    ['a NUL', '{"id":"1\\u0000","n":1}', /"id" holds a NUL/, { n: 1 }],
    [
      'half a character',
      '{"id":"\\ud83d","n":"\\ud83d\\ude00"}',
      /"id" holds half of a character/,
      { n: '😀' },
    ],
    [
      'a trailing comma',
      '{"id":"1",\n "a":[1,],"b":2}',
      /not JSON in line 3, column 9: a comma with nothing behind it; remove the comma/,
      {},
    ],
    [
      'a trailing comma in the object',
      '{"id":"1",}',
      /line 2, column 11: a comma with nothing behind it/,
      {},
    ],
    ['single quotes', "{'id':'1'}", /line 2, column 2: a quote that is not a double quote/, {}],
    [
      'NaN',
      '{"id":"1","share":NaN}',
      /column 19: a number that JSON does not have; let the export write null/,
      {},
    ],
    ['minus infinity', '{"id":"1","share":-Infinity}', /column 19: a number that JSON does not have/, {}],
    [
      'a word of Python',
      '{"id":"1","on":True}',
      /a word that JSON does not have; JSON writes null, true and false/,
      {},
    ],
    ['a comment', '{"id":"1", // her\n"a":1}', /column 12: a comment/, {}],
    ['a name without quotes', '{id:"1"}', /column 2: a name without quotes/, {}],
    ['no colon', '{"id" "1"}', /column 7: "\\"" where a colon should stand/, {}],
    ['no value', '{"id":}', /column 7: "}" where a value should stand/, {}],
    ['no comma', '{"id":"1" "a":2}', /where a comma or the closing bracket should stand/, {}],
    ['a leading zero', '{"id":01}', /column 8: "1" where a comma or the closing bracket/, {}],
    ['a backslash', '{"id":"C:\\x"}', /column 10: a backslash with nothing to escape/, {}],
    ['a tab in a text', '{"id":"a\tb"}', /control character inside a text \(U\+0009\)/, {}],
    [
      'a quote that is missing',
      '{"id":"1",\n"name":"Ann,\n"b":1}',
      /line 3, column 8: a text that is not closed/,
      {},
    ],
    [
      'nesting beyond any person',
      `{"id":"1","a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
      /nested more than 200 deep/,
      {},
    ],
  ];
  test.each(defective)('%s', async (_, content, defect, fields) => {
    const record = await one(content);
    expect(record.defect).toMatch(defect);
    expect(record.fields()).toEqual(fields);
    expect(record.field('nobody')).toBeUndefined();
    expect(record.line).toBe(2);
  });

  test('spoils no other line', async () => {
    const content = '{"id":"1"}\n{"id":"2"\n{"id":"3"} {"id":"4"}\n}\n"\n[]\nx\n{"id":"5"},\n{"id":"6"}\n';
    const { records, receipt } = await readJson(fresh(), content);
    expect(records.map((record) => [record.line, record.field('id'), record.defect === undefined])).toEqual([
      [1, '1', true],
      [2, undefined, false],
      [3, undefined, false],
      [4, undefined, false],
      [5, undefined, false],
      [6, undefined, false],
      [7, undefined, false],
      [8, undefined, false],
      [9, '6', true],
    ]);
    expect(records[1]?.defect).toBe('the record ends before it is whole');
    expect(records[2]?.defect).toMatch(/line 3, column 12: something stands behind the end of the value/);
    expect(receipt).toMatchObject({ count: 9, complete: true });
  });

  test.each(['[{"id":"1","name":"Ann},\n{"id":"2"}]', '[{"id":"1","info":"x\ny","b":"z"},\n{"id":"2"}]'])(
    'a quote or an escape that is missing may swallow the rest, and then the read is not complete: %j',
    async (content) => {
      const { records, receipt } = await readJson(fresh(), content);
      expect(records.map((record) => record.defect)).toEqual([
        expect.stringMatching(/line 1, column 19: a text/),
      ]);
      expect(receipt.complete).toBe(false);
    },
  );
});
