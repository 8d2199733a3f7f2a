import { expect, test } from 'vitest';
import { readJson } from './json-reading.ts';
import { refusal, temporaryFolder } from './reading.ts';

const folder = temporaryFolder();
let files = 0;
const fresh = () => folder.path(`names-${(files += 1)}.json`);
const read = (content: string, ...names: readonly string[]) =>
  readJson(fresh(), content, {}, {}, new Map(names.map((name) => [name, [{ path: `at.${name}` }]])));

test('a name that no record has is an error at the end of the read, with the nearest that there is', async () => {
  const path = fresh();
  const columns = new Map([
    ['id', [{ path: 'source.key' }]],
    ['mial', [{ path: 'identity.userName' }]],
    ['__proto__', []],
  ]);
  const error = await refusal(readJson(path, '[{"id":1,"mail":null},{"id":2,"Id":3}]', {}, {}, columns));
  expect(error.code).toBe('source');
  expect(error.problems).toEqual([
    {
      message: `no record of ${path} has the name "mial"`,
      locus: { path: 'identity.userName' },
      hint: 'did you mean "mail"? There are "id", "mail", "Id"; get(record, "mial") reads what no record needs to have',
    },
    expect.objectContaining({ message: `no record of ${path} has the name "__proto__"` }),
  ]);
});

test('a name that one record has is enough, wherever it stands, and in that case alone', async () => {
  const many = Array.from({ length: 300 }, (_, id) => `{"id":${id}}\n`).join('');
  expect((await read(`${many}{"id":300,"title":null}\n`, 'id', 'title')).records).toHaveLength(301);
  expect((await refusal(read(`${many}{"Title":1}\n`, 'title'))).message).toMatch(/has the name "title"/);
});

test('nothing is said of names where the read is not complete, or no record can be read', async () => {
  expect((await read('[{"id":1},{"i', 'title')).receipt.complete).toBe(false);
  expect((await read('[]', 'title')).receipt.reasons).toEqual(['the list has no records']);
  const { records } = await read('[1,2]', 'title');
  expect(records[0]?.defect).toBe('the record is a number and not an object');
});

test('a field is a single value, or an element of a list', async () => {
  const { records } = await read('[{"id":7,"on":true,"ids":[7,"b"],"blank":[null," ","c"],"deep":[{}]}]');
  const field = (name: string, element?: 'first' | 'first filled') => records[0]?.field(name, element);
  expect([field('id'), field('on'), field('ids'), field('deep')]).toEqual([
    '7',
    'true',
    undefined,
    undefined,
  ]);
  expect([field('ids', 'first'), field('ids', 'first filled'), field('id', 'first')]).toEqual([
    '7',
    '7',
    undefined,
  ]);
  expect([field('blank', 'first'), field('blank', 'first filled')]).toEqual([undefined, 'c']);
  expect(field('deep', 'first')).toBeUndefined();
});
