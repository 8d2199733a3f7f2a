import { describe, expect, test } from 'vitest';
import { sealedOperations } from '../../src/store/stage/order.ts';
import { openCompany, reporting as person } from './company.ts';
import type { Company, Person } from './company.ts';

const bosses = (company: Company): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(company.directory.content()).map(([name, { manager }]) => [name, manager]),
  );

/** Syncs until nothing is left to do, and says how many requests that took. */
async function synced(people: readonly Person[]): Promise<Company> {
  const company = openCompany(people);
  await company.sync();
  return company;
}

/** A second plan of the same people is empty. */
async function isSettled(company: Company): Promise<void> {
  const sent = company.directory.log.length;
  const { view } = await company.sync();
  expect(view.operations).toEqual([]);
  expect(company.directory.log).toHaveLength(sent);
}

describe('managers', () => {
  test('are created before their reports, with one request each', async () => {
    const company = await synced([person('c', 'b'), person('b', 'a'), person('a'), person('d', 'a')]);
    expect(company.directory.log).toHaveLength(4);
    expect(bosses(company)).toEqual({ a: undefined, b: 'a', c: 'b', d: 'a' });
    await isSettled(company);
  });

  test('on a cycle cost one request more, and each cycle its own', async () => {
    const company = await synced([
      person('a', 'c'),
      person('b', 'a'),
      person('c', 'b'),
      person('x', 'y'),
      person('y', 'x'),
      person('z', 'y'),
    ]);
    expect(company.directory.log.filter((line) => line.startsWith('PATCH'))).toEqual([
      'PATCH a manager',
      'PATCH x manager',
    ]);
    expect(company.directory.log).toHaveLength(8);
    expect(bosses(company)).toEqual({ a: 'c', b: 'a', c: 'b', x: 'y', y: 'x', z: 'y' });
    await isSettled(company);
  });

  test('who are unknown, rejected, out of scope or oneself are left out, with a note each, and nobody waits', async () => {
    const people = [
      person('a', 'nobody'),
      person('b', 'odd'),
      person('odd', '', { status: '?' }),
      person('c', 'c'),
      person('d', 'gone'),
      person('gone', '', { status: 'left' }),
    ];
    const company = openCompany(people);
    const { view, result } = await company.sync();
    expect(view.operations).toEqual(['create a', 'create b', 'create c', 'create d']);
    expect([...view.notes].sort()).toEqual([
      'a: the manager nobody is not in the source; left out',
      'b: the manager odd stands in a record that was rejected; left out',
      'c: is named as their own manager; left out',
      'd: the manager gone has no account here and gets none; left out',
    ]);
    expect(result).toMatchObject({ state: 'done', failed: 0, waiting: 0 });
    await isSettled(company);
  });

  test('who come later are said as soon as they can be', async () => {
    const company = await synced([person('a', 'b')]);
    expect(bosses(company)).toEqual({ a: undefined });
    company.people = [person('a', 'b'), person('b')];
    const { view } = await company.sync();
    expect(view.operations).toEqual(['create b', 'update a']);
    expect(company.directory.log).toEqual(['POST a', 'POST b', 'PATCH a manager']);
    expect(bosses(company)).toEqual({ a: 'b', b: undefined });
    await isSettled(company);
  });

  test('who are not known any more are left as they were on the account', async () => {
    const company = await synced([person('a', 'b'), person('b')]);
    company.people = [person('a', 'nobody'), person('b')];
    const { view } = await company.sync();
    expect(view.operations).toEqual([]);
    expect(bosses(company)).toMatchObject({ a: 'b' });
    company.people = [person('a', 'nobody', { title: 'Dr' }), person('b')];
    await company.sync();
    expect(company.directory.log.at(-1)).toBe('PATCH a title');
    expect(bosses(company)).toMatchObject({ a: 'b' });
  });

  test('change, go and come', async () => {
    const company = await synced([person('a', 'b'), person('b'), person('c')]);
    company.people = [person('a', 'c'), person('b'), person('c')];
    expect((await company.sync()).view.operations).toEqual(['update a']);
    expect(bosses(company)).toMatchObject({ a: 'c' });
    company.people = [person('a'), person('b'), person('c')];
    expect((await company.sync()).view.operations).toEqual(['update a']);
    expect(bosses(company)).toMatchObject({ a: undefined });
    await isSettled(company);
  });

  test('who leave stay on the accounts of their reports, which exist', async () => {
    const company = await synced([person('a', 'b'), person('b')]);
    company.people = [person('a', 'b'), person('b', '', { status: 'left' })];
    const { view } = await company.sync();
    expect(view.operations).toEqual(['deactivate b']);
    expect(bosses(company)).toEqual({ a: 'b', b: undefined });
    await isSettled(company);
  });

  test('whose create fails keep nobody: the report goes without, and the reference follows', async () => {
    const company = openCompany([person('a', 'b'), person('b')]);
    company.directory.before = ({ method }, name) =>
      method === 'POST' && name === 'b'
        ? { kind: 'failed', failure: { class: 'invalid', code: 'invalid', message: 'no' } }
        : undefined;
    const { result } = await company.sync();
    expect(result).toMatchObject({ state: 'partial', failed: 1, waiting: 1 });
    expect(bosses(company)).toEqual({ a: undefined });
    company.directory.before = () => undefined;
    company.now += 15 * 60_000;
    await company.sync();
    expect(bosses(company)).toEqual({ a: 'b', b: undefined });
    await isSettled(company);
  });

  test('in a chain of a thousand are created from the top', async () => {
    const people = Array.from({ length: 1000 }, (_, index) =>
      person(`p${index}`, index === 999 ? '' : `p${index + 1}`),
    );
    const company = openCompany(people);
    const order = await company.plan((run) => [...sealedOperations(run.stage, 0)].map(({ key }) => key));
    expect(order).toEqual(people.map(({ id }) => id).reverse());
  });
});
