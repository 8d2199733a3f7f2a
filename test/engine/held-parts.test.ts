import { describe, expect, test } from 'vitest';
import type { Held } from '../../src/model/index.ts';
import { approveOn } from '../../src/engine/approve.ts';
import { provision } from '../../src/engine/provision.ts';
import type { Provisioned } from '../../src/engine/provision.ts';
import { targetRow } from '../../src/store/accounts.ts';
import { heldKinds } from '../../src/store/approvals.ts';
import { openState } from '../../src/store/state.ts';
import { openCompany, reporting, targetWith } from './company.ts';
import type { Company } from './company.ts';

const waiting = {
  signal: new AbortController().signal,
  wait: 0,
  sleep: async () => undefined,
  random: () => 0,
  newPassword: () => 'made',
};

const provide = (company: Company, key: string): Promise<Provisioned> =>
  provision(company.engine, { key, names: [], command: `provision ${key}`, actor: 'ada' }, waiting);

const left = { status: 'left' };

/** What the state says that is held, and of whom. */
function heldIn(company: Company): {
  readonly held: readonly (Held & { readonly since: number })[];
  readonly people: readonly string[];
} {
  const state = openState(company.configuration.state, false);
  try {
    const { id } = targetRow(state, 'app')!;
    const people = state.db
      .prepare(
        `SELECT kind || ' ' || key FROM operation JOIN person ON person.id = person WHERE state = 'held' ORDER BY 1`,
      )
      .pluck()
      .all() as string[];
    return { held: heldKinds(state, id), people };
  } finally {
    state.close();
  }
}

const approve = (company: Company, checksum: string): Promise<readonly Held[]> =>
  approveOn(company.configuration, { name: 'app', checksum, actor: 'ada' }, company.now);

/** Three of six have left, which a limit holds. */
async function holding(): Promise<Company> {
  const limits = { deactivate: { count: 0, floor: 0 } };
  const company = openCompany(
    ['a', 'b', 'c', 'd', 'e', 'f'].map((key) => reporting(key)),
    { targets: [targetWith({ limits })] },
  );
  await company.sync();
  company.directory.log.length = 0;
  company.people = company.people.map((one) => ('abc'.includes(one['id']!) ? { ...one, ...left } : one));
  await company.sync();
  expect(heldIn(company).people).toEqual(['deactivate a', 'deactivate b', 'deactivate c']);
  return company;
}

const leaves = (company: Company, key: string): void => {
  company.people = company.people.map((one) => (one['id'] === key ? { ...one, ...left } : one));
};

describe('a plan for one person that is held beside what a whole plan holds', () => {
  test('adds to it, and what is approved then is what the next whole plan wants', async () => {
    const company = await holding();
    const [{ since }] = heldIn(company).held as [Held & { since: number }];
    leaves(company, 'd');
    expect((await provide(company, 'd')).targets).toMatchObject([{ state: 'held' }]);
    const { held, people } = heldIn(company);
    expect(people).toEqual(['deactivate a', 'deactivate b', 'deactivate c', 'deactivate d']);
    expect(held).toMatchObject([{ kind: 'deactivate', count: 4, since }]);
    expect(held[0]!.breaches.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^3 deactivate/) as string,
    ]);
    await approve(company, held[0]!.checksum.slice(0, 16));
    expect((await company.sync()).result).toMatchObject({ state: 'done', counts: { deactivate: 4 } });
    expect(heldIn(company)).toEqual({ held: [], people: [] });
  });

  test('of whom it holds already leaves it as it is: an approval that was given fits still, and so does one given then', async () => {
    for (const isBefore of [true, false]) {
      const company = await holding();
      const before = heldIn(company);
      const checksum = before.held[0]!.checksum.slice(0, 16);
      if (isBefore) await approve(company, checksum);
      expect((await provide(company, 'b')).targets).toMatchObject([{ state: 'held' }]);
      expect(heldIn(company)).toEqual(before);
      if (!isBefore) await approve(company, checksum);
      expect((await company.sync()).result).toMatchObject({ state: 'done', counts: { deactivate: 3 } });
    }
  });

  test('is let through by its own checksum, which it shows, and the others stay held', async () => {
    const company = await holding();
    const before = heldIn(company);
    leaves(company, 'd');
    const { targets } = await provide(company, 'd');
    const own = /checksum ([0-9a-f]{16})/.exec(targets[0]!.reason!)![1]!;
    expect(await approve(company, own)).toMatchObject([{ kind: 'deactivate', count: 1 }]);
    expect((await provide(company, 'd')).targets).toMatchObject([{ state: 'off', done: ['deactivate'] }]);
    expect(heldIn(company)).toEqual(before);
    expect(company.directory.log).toEqual(['PATCH d active']);
  });

  test('takes out of it whoever is back', async () => {
    const company = await holding();
    company.people = company.people.map((one) => (one['id'] === 'a' ? reporting('a') : one));
    expect((await provide(company, 'a')).targets).toMatchObject([{ state: 'on' }]);
    const { held, people } = heldIn(company);
    expect(people).toEqual(['deactivate b', 'deactivate c']);
    await approve(company, held[0]!.checksum);
    expect((await company.sync()).result).toMatchObject({ state: 'done', counts: { deactivate: 2 } });
  });

  test('has its rows where the whole plan has them, in the order of keys', async () => {
    const limits = { create: { count: 0, floor: 0 } };
    const company = openCompany([reporting('m')], { targets: [targetWith()] });
    await company.sync();
    company.configuration = { ...company.configuration, targets: [targetWith({ limits })] };
    company.people = [reporting('m'), reporting('b'), reporting('d', 'b')];
    await company.sync();
    company.people = [...company.people, reporting('a', 'm')];
    await provide(company, 'a');
    const wanted = await company.plan((run) => run.targets[0]!.sealed!.held.map((one) => one.checksum));
    expect(heldIn(company).held.map((one) => one.checksum)).toEqual(wanted);
  });
});
