import { describe, expect, test } from 'vitest';
import type { Outcome, ScimRequest } from '../../src/model/index.ts';
import { openCompany } from './company.ts';
import type { Company, Person } from './company.ts';

const person = (id: string, part: Person = {}): Person => ({ id, user: id, status: 'active', ...part });
const lost: Outcome = {
  kind: 'failed',
  failure: { class: 'unanswered', code: 'server', message: 'it answered 500', status: 500 },
};

/** The target carries out what is asked and says that it failed. */
function carriesOutAndFails(company: Company): void {
  company.directory.before = ({ method, path, body }: ScimRequest) => {
    const account = company.directory.accounts.get(path.slice('/Users/'.length));
    if (method !== 'PATCH' || account === undefined) return undefined;
    for (const { path: name, value } of body!['Operations'] as { path: string; value: never }[])
      Object.assign(account, { [name]: value });
    return lost;
  };
}

async function settled(...people: readonly Person[]): Promise<Company> {
  const company = openCompany(people);
  await company.sync();
  company.directory.log.length = 0;
  return company;
}

describe('a change that was carried out although the server says that it failed', () => {
  test('is known as done, at the price of one look', async () => {
    const company = await settled(person('a'), person('b'));
    carriesOutAndFails(company);
    company.people = [person('a', { status: 'left' }), person('b', { title: 'Dr' })];
    const reads = company.directory.reads;
    expect((await company.sync()).result).toMatchObject({
      state: 'done',
      counts: { deactivate: 1, update: 1 },
    });
    expect(company.directory.log).toEqual(['PATCH a active', 'PATCH b title']);
    expect(company.directory.reads - reads).toBe(2);
    expect((await company.sync()).view.operations).toEqual([]);
  });

  test('leaves nobody on who is back for a day', async () => {
    const company = await settled(person('a'));
    company.people = [person('a', { status: 'left' })];
    await company.sync();
    carriesOutAndFails(company);
    company.people = [person('a')];
    await company.sync();
    company.directory.before = () => undefined;
    company.people = [person('a', { status: 'left' })];
    await company.sync();
    expect(company.directory.content()['a']).toMatchObject({ active: false });
  });

  test('and cannot be read is settled before anything else is decided about the person', async () => {
    const company = await settled(person('a'), person('b'));
    carriesOutAndFails(company);
    company.directory.trouble = { class: 'transient', code: 'server', message: 'busy' };
    company.people = [person('a', { status: 'left' }), person('b')];
    await company.sync();
    company.people = [person('a'), person('b', { title: 'Dr' })];
    const { view } = await company.sync();
    expect(view).toMatchObject({ leftOut: { a: 'inDoubt' }, operations: ['update b'] });
    company.directory.trouble = undefined;
    company.directory.before = () => undefined;
    await company.sync();
    expect(company.directory.content()['a']).toMatchObject({ active: true });
  });
});

describe('somebody who leaves', () => {
  test('is known to be off before anybody is created', async () => {
    const company = await settled(person('a'));
    let asked = 0;
    company.directory.before = ({ method }) => (method === 'PATCH' && ++asked === 1 ? lost : undefined);
    company.people = [person('a', { status: 'left' }), person('b')];
    const sleep = async (milliseconds: number): Promise<void> => {
      company.now += milliseconds;
    };
    await company.sync({ wait: 60_000, sleep });
    expect(company.directory.log).toEqual(['PATCH a active', 'POST b', 'PATCH a active']);
    expect(company.directory.content()['a']).toMatchObject({ active: false });
  });

  test('and whose account cannot be read is switched off once more all the same', async () => {
    const company = await settled(person('a'));
    company.directory.before = () => lost;
    company.directory.trouble = { class: 'transient', code: 'server', message: 'broken for one' };
    company.people = [person('a', { status: 'left' })];
    expect((await company.sync()).result).toMatchObject({ state: 'partial', waiting: 1 });
    company.directory.before = () => undefined;
    expect((await company.sync()).result).toMatchObject({ state: 'partial', counts: { deactivate: 1 } });
    expect(company.directory.content()['a']).toMatchObject({ active: false });
    expect((await company.sync()).result).toMatchObject({ state: 'done', counts: {} });
  });

  test('and is back is not switched off by what nobody answered yesterday', async () => {
    const company = await settled(person('a'));
    company.directory.before = () => lost;
    company.directory.trouble = { class: 'transient', code: 'server', message: 'broken for one' };
    company.people = [person('a', { status: 'left' })];
    await company.sync();
    company.directory.before = () => undefined;
    company.directory.log.length = 0;
    company.people = [person('a')];
    await company.sync();
    expect(company.directory.log).toEqual([]);
    expect(company.directory.content()['a']).toMatchObject({ active: true });
  });

  test('is switched off while the look-up of somebody new is refused', async () => {
    const company = await settled(person('a'), person('z'));
    company.directory.before = ({ method }) => (method === 'POST' ? lost : undefined);
    company.people = [person('a'), person('z'), person('b')];
    const refuse = { class: 'target', code: 'forbidden', message: 'this key may not search' } as const;
    const stop = new AbortController();
    await company.sync({ signal: stop.signal, onStep: () => stop.abort() });
    company.directory.trouble = refuse;
    company.people = [person('a'), person('z', { status: 'left' }), person('b')];
    await company.sync();
    expect(company.directory.content()['z']).toMatchObject({ active: false });
  });
});
