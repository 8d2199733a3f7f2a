import { rmSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { patient } from '../support/folder.ts';
import { openPlaceWithService } from '../support/place.ts';
import { accounts, writes } from '../support/service.ts';

const configuration = (url: string, limits = '') => `state: ./rollcall.db
sources:
  hr: { connector: csv, path: ./hr.csv, key: "\${record.number}"${limits} }
  contractors: { connector: csv, path: ./contractors.csv, key: "\${record.id}" }
population: { union: [hr, contractors] }
identity:
  userName: \${record.mail}
  active: { from: "\${record.status}", on: [active], off: [left] }
targets:
  app:
    connector: generic
    baseUrl: ${url}
    auth: { kind: bearer, token: { env: APP_TOKEN } }
`;
const hr = (...rows: readonly string[]) => ['number,mail,status', ...rows, ''].join('\n');
const contractors = (...rows: readonly string[]) => ['mail,id,status', ...rows, ''].join('\n');

describe.concurrent('a population of several sources', patient, () => {
  test('is the people of each, by its own key; who leaves one and joins another stays the same', async (context) => {
    const place = await openPlaceWithService(context);
    place.write('rollcall.yaml', configuration(place.mock.url));
    place.write('hr.csv', hr('1,ada@x,active', '2,bob@x,active'));
    place.write('contractors.csv', contractors('carl@x,3,active', 'dora@x,4,left'));
    const check = await place.run('check');
    expect(check.stdout).toContain('hr.csv');
    expect(check.stdout).toMatch(/contractors\.csv: 4 records, read to its end/);
    await place.settle();
    expect(accounts(place.mock)).toEqual({ 'ada@x': true, 'bob@x': true, 'carl@x': true });
    expect(place.mock.users().map((user) => user['externalId'])).toEqual(['1', '2', '3']);
    expect(await place.run('plan', '--exit-code')).toMatchObject({ code: 0 });

    place.write('hr.csv', hr('1,ada@x,active', '2,bob@x,left', '3,carl@hr,active'));
    place.write('contractors.csv', contractors('carl@x,3,left', 'bob@x,2,active'));
    await place.settle();
    expect(accounts(place.mock)).toEqual({ 'ada@x': true, 'bob@x': true, 'carl@hr': true });
  });

  test('rejects whoever is active in two of them, in both, with the files; and nobody else', async (context) => {
    const place = await openPlaceWithService(context);
    place.write('rollcall.yaml', configuration(place.mock.url));
    place.write('hr.csv', hr('1,ada@x,active', '2,bob@x,active'));
    place.write('contractors.csv', contractors('ada@y,1,active', 'carl@x,3,active'));
    const ended = await place.run('sync', '--json');
    expect(ended.code).toBe(0);
    const { rejections } = ended.json<{ rejections: { key: string; reason: string }[] }>();
    expect(rejections.map(({ key }) => key)).toEqual(['1', '1']);
    expect(rejections[1]).toMatchObject({ file: place.path('contractors.csv'), line: 2 });
    expect(rejections[0]?.reason).toContain('hr.csv:2');
    expect(rejections[0]?.reason).toContain('contractors.csv:2');
    expect(accounts(place.mock)).toEqual({ 'bob@x': true, 'carl@x': true });
  });

  test('is changed by each source for its own people alone', async (context) => {
    const place = await openPlaceWithService(context);
    place.write('rollcall.yaml', configuration(place.mock.url));
    place.write('hr.csv', hr('1,ada@x,active', '2,bob@x,active'));
    place.write('contractors.csv', contractors('carl@x,3,active'));
    await place.settle();
    place.write('changes.csv', contractors('ada@x,1,left', 'carl@x,3,left', 'dora@x,4,active'));
    const ended = await place.run('sync', '--input', './changes.csv', '--source', 'contractors');
    expect(ended.stdout).toContain('the record of 1 is one of hr, and not of contractors');
    expect(accounts(place.mock)).toEqual({
      'ada@x': true,
      'bob@x': true,
      'carl@x': false,
      'dora@x': true,
    });
  });

  test('of which one cannot be read, or is cut, is held: its people are unknown, and not gone', async (context) => {
    const place = await openPlaceWithService(context);
    place.write('rollcall.yaml', configuration(place.mock.url));
    place.write('hr.csv', hr('1,ada@x,active', '2,bob@x,active'));
    place.write('contractors.csv', contractors('carl@x,3,active'));
    await place.settle();
    const before = writes(place.mock).length;
    place.write('hr.csv', hr('1,ada@x,active'));
    for (const damage of [
      () => rmSync(place.path('contractors.csv')),
      () => place.write('contractors.csv', contractors()),
      () => place.write('contractors.csv', 'mail,id,status\n"carl@x,3,active'),
    ]) {
      damage();
      const ended = await place.run('sync');
      expect(ended.code).toBe(3);
      expect(ended.stdout + ended.stderr).toMatch(/contractors(:| could not be read:) /);
      expect(writes(place.mock)).toHaveLength(before);
    }
    rmSync(place.path('hr.csv'));
    rmSync(place.path('contractors.csv'));
    const nothing = await place.run('sync');
    expect(nothing.code).toBe(1);
    expect(nothing.stderr).toMatch(/hr\.csv[^]*contractors\.csv/);
    expect(accounts(place.mock)).toEqual({ 'ada@x': true, 'bob@x': true, 'carl@x': true });
  });

  test('of which one shrinks is held, although the whole hardly does', async (context) => {
    const place = await openPlaceWithService(context);
    place.write('rollcall.yaml', configuration(place.mock.url, ', limits: { floor: 2, shrunk: 20 }'));
    const row = (at: number) => `${at},p${at}@x,active`;
    place.write('hr.csv', hr(...Array.from({ length: 60 }, (_, at) => row(at))));
    const outside = (count: number) =>
      contractors(...Array.from({ length: count }, (_, at) => `c${at}@x,c${at},active`));
    place.write('contractors.csv', outside(8));
    await place.settle();
    place.write('contractors.csv', outside(4));
    const ended = await place.run('plan');
    expect(ended.code).toBe(3);
    expect(ended.stdout).toContain(
      '4 records of "contractors" where the last accepted read had 8: 50.0 % fewer',
    );
  });
});

test('one file in which a department is missing is held', patient, async (context) => {
  const place = await openPlaceWithService(context);
  place.write(
    'rollcall.yaml',
    configuration(place.mock.url).replace(
      /sources:[^]*union: .*\n/,
      `source:\n  connector: csv\n  path: ./hr.csv\n  key: \${record.number}\n  limits: { floor: 2 }\n  expect: { by: "\${record.team}" }\n`,
    ),
  );
  const rows = (sales: number) => [
    ...Array.from({ length: 60 }, (_, at) => `a${at},a${at}@x,active,IT`),
    ...Array.from({ length: sales }, (_, at) => `s${at},s${at}@x,active,Sales`),
  ];
  const file = (sales: number) => ['number,mail,status,team', ...rows(sales), ''].join('\n');
  place.write('hr.csv', file(5));
  await place.settle();
  place.write('hr.csv', file(0));
  const ended = await place.run('sync', '--quiet');
  expect(ended.code).toBe(3);
  expect(ended.stdout + ended.stderr).toContain('0 records of "Sales" where the last accepted read had 5');
  expect(Object.values(accounts(place.mock)).every((active) => active === true)).toBe(true);
});
