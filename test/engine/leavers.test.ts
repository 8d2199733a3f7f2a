import { describe, expect, test } from 'vitest';
import { EvaluationError } from '../../src/model/index.ts';
import { rejectionsOf } from '../../src/store/stage/remarks.ts';
import { column, exampleMapping, exampleProfile, template } from '../planning/example.ts';
import { openCompany } from './company.ts';
import type { Company, Person } from './company.ts';

const person = (id: string, part: Person = {}): Person => ({
  id,
  user: `${id}@example.com`,
  status: 'active',
  ...part,
});
const three = [person('a'), person('b'), person('c')];

/** A company whose first people have accounts. */
async function settled(people: readonly Person[] = three, part: Parameters<typeof openCompany>[1] = {}) {
  const company = openCompany(people, part);
  const { result } = await company.sync();
  expect(result.state).toBe('done');
  for (const directory of company.directories.values()) directory.log.length = 0;
  return company;
}

const isOn = (company: Company): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(company.directory.content()).map(([name, { active }]) => [name.split('@')[0]!, active]),
  );

describe('somebody leaves', () => {
  test('by a status', async () => {
    const company = await settled();
    company.people = [person('a'), person('b', { status: 'left' }), person('c')];
    const { view } = await company.sync();
    expect(view.operations).toEqual(['deactivate b']);
    expect(isOn(company)).toEqual({ a: true, b: false, c: true });
  });

  test('by absence, once, and comes back with what is true now', async () => {
    const company = await settled();
    company.people = [person('a'), person('b')];
    expect((await company.sync()).view.operations).toEqual(['deactivate c']);
    expect((await company.sync()).view.operations).toEqual([]);
    company.people = [...company.people, person('c', { title: 'Dr' })];
    expect((await company.sync()).view.operations).toEqual(['reactivate c']);
    expect(company.directory.content()['c@example.com']).toMatchObject({ active: true, title: 'Dr' });
    expect((await company.sync()).view.operations).toEqual([]);
    expect(company.directory.log).toEqual(['PATCH c@example.com active', 'PATCH c@example.com active title']);
  });

  test('and what was released of it goes out also while a read is held that was cut, for whoever that read does not have', async () => {
    const four = [...three, person('d')];
    const company = await settled(four);
    const busy = { class: 'transient', code: 'rate', message: 'busy' } as const;
    company.directory.before = () => ({ kind: 'failed', failure: busy });
    // Missed by a complete read that was accepted, and told of as left.
    company.people = [person('a'), person('b', { status: 'left' })];
    expect((await company.sync()).result).toMatchObject({ state: 'partial', waiting: 3 });
    company.directory.before = () => undefined;
    company.directory.log.length = 0;
    company.now += 3_600_000;
    // A cut read says nothing of c; d is in it, and so is a change, which waits with the read as a whole.
    company.people = [person('a', { title: 'new' }), person('d')];
    company.receipt = { complete: false, reasons: ['cut'] };
    const { result, view } = await company.sync();
    expect(result.state).toBe('held');
    expect(view.held).toContain('source');
    expect(company.directory.log.toSorted()).toEqual([
      'PATCH b@example.com active',
      'PATCH c@example.com active',
    ]);
    expect(isOn(company)).toEqual({ a: true, b: false, c: false, d: true });
    company.receipt = {};
    company.people = [person('a', { title: 'new' }), person('d')];
    expect((await company.sync()).view.operations).toEqual(['update a']);
    expect(isOn(company)).toEqual({ a: true, b: false, c: false, d: true });
  });

  test('and is left as they are when the next record says nothing that is understood', async () => {
    for (const next of [
      [person('c', { status: 'gone fishing' })],
      [person('c'), person('d', { user: 'C@example.com' })],
    ]) {
      const company = await settled();
      const busy = { class: 'transient', code: 'rate', message: 'busy' } as const;
      company.directory.before = () => ({ kind: 'failed', failure: busy });
      company.people = [person('a'), person('b'), person('c', { status: 'left' })];
      expect((await company.sync()).result).toMatchObject({ state: 'partial', waiting: 1 });

      company.directory.before = () => undefined;
      company.people = [person('a'), person('b'), ...next];
      await company.sync();
      expect(isOn(company)).toEqual({ a: true, b: true, c: true });

      company.people = [person('a'), person('b'), person('c', { status: 'left' })];
      await company.sync();
      expect(isOn(company)).toEqual({ a: true, b: true, c: false });
    }
  });

  test('with holes in the record, which keep nobody’s access', async () => {
    const company = await settled();
    company.people = [person('a'), person('b'), { id: 'c', status: 'left', user: '' }];
    await company.sync();
    expect(isOn(company)).toEqual({ a: true, b: true, c: false });
  });

  test('with holes in the record, also where the target creates people who are off', async () => {
    const failing = template(({ record, identity }) => {
      if (identity === undefined) throw new EvaluationError('there is no identity');
      return record['dept'] !== 'x';
    });
    const mapping = {
      ...exampleMapping,
      attributes: template(({ record }) => {
        if (record['user'] === '') throw new EvaluationError('the user is empty');
        return { userName: record['user'] };
      }),
    };
    const company = await settled(three, {
      mapping,
      target: { createInactive: true, mapping: { assign: failing } },
    });
    company.people = [person('a'), person('b'), { id: 'c', status: 'left', user: '' }];
    const { view } = await company.sync();
    expect(view).toMatchObject({ operations: ['deactivate c'], leftOut: {} });
  });

  test('unless the account is protected, which is told', async () => {
    const protect = template(({ identity }) => identity?.['userName'] === 'b@example.com');
    const company = await settled(three, { target: { mapping: { protect } } });
    company.people = [person('a', { status: 'left' }), person('b', { status: 'left' })];
    const { view, result } = await company.sync();
    expect(view).toMatchObject({ operations: ['deactivate a', 'deactivate c'], leftOut: { b: 'protected' } });
    expect(result.state).toBe('partial');
    // By absence, the account itself tells.
    company.people = [];
    company.receipt = { complete: true };
    company.configuration = {
      ...company.configuration,
      source: { ...company.configuration.source, limits: { shrunk: 100, rejected: 100, floor: 0 } },
    };
    expect((await company.sync()).view.leftOut).toEqual({ b: 'protected' });
    expect(isOn(company)['b']).toBe(true);
  });

  test('and a hole in the record of somebody protected takes no protection away', async () => {
    const protect = template(({ identity }) => identity?.['userName'] === 'b@example.com');
    const company = await settled(three, { target: { mapping: { protect } } });
    company.people = [person('a'), person('b', { user: '', status: 'left' }), person('c')];
    expect((await company.sync()).view).toMatchObject({ operations: [], leftOut: { b: 'protected' } });
  });

  test('and a protection that cannot be evaluated protects, unless the account itself answers it', async () => {
    const asks = (ask: (identity: Readonly<Record<string, unknown>> | undefined) => boolean) =>
      template(({ identity }) => {
        if (identity?.['userName'] === undefined) throw new EvaluationError('there is no userName');
        return ask(identity);
      });
    const mapping = {
      ...exampleMapping,
      attributes: template(({ record }) => {
        if (record['user'] === '') throw new EvaluationError('the user is empty');
        return { userName: record['user'] };
      }),
    };
    const protect = asks((identity) => identity?.['userName'] === 'b@example.com');
    const company = await settled(three, { mapping, target: { mapping: { protect } } });
    const hole = (id: string): Person => ({ id, status: 'left', user: '' });
    company.people = [person('a'), hole('b'), hole('c')];
    const { view } = await company.sync();
    expect(view).toMatchObject({ operations: ['deactivate c'], leftOut: { b: 'protected' } });
  });

  test('is deleted where that is the policy, and created anew on return', async () => {
    const company = await settled(three, { target: { onLeave: 'delete' } });
    company.people = [person('a'), person('b')];
    expect((await company.sync()).view.operations).toEqual(['delete c']);
    expect((await company.sync()).view.operations).toEqual([]);
    company.people = three;
    expect((await company.sync()).view.operations).toEqual(['create c']);
    expect(company.directory.log).toEqual(['DELETE c@example.com', 'POST c@example.com']);
  });

  test('and a switch-off that loses the id closes the link', async () => {
    const profile = { ...exampleProfile, deactivate: { idSurvives: false } };
    const company = await settled(three, { target: { profile } });
    company.people = [person('a'), person('b')];
    const { view, result } = await company.sync();
    expect(view.operations).toEqual(['delete c']);
    expect(result.counts).toEqual({ delete: 1 });
    expect(company.directory.log).toEqual(['PATCH c@example.com active']);
    expect((await company.sync()).view.operations).toEqual([]);
  });
});

describe('nobody leaves', () => {
  const stays = async (change: (company: Company) => void, part: Parameters<typeof openCompany>[1] = {}) => {
    const company = await settled(three, part);
    change(company);
    const { view, result } = await company.sync();
    expect(company.directory.log).toEqual([]);
    expect(isOn(company)).toEqual({ a: true, b: true, c: true });
    return { view, result, company };
  };

  test('by a read that is not complete', async () => {
    const { view } = await stays((company) => {
      company.people = [person('a')];
      company.receipt = { complete: false, reasons: ['cut inside quotes'] };
    });
    expect(view.operations).toEqual([]);
    expect(view.held).toEqual(['source']);
  });

  test('by a read that was cut, though it says that somebody left: all of it is held', async () => {
    const { view } = await stays((company) => {
      company.people = [person('a', { status: 'left' })];
      company.receipt = { complete: false, reasons: ['cut inside quotes'] };
    });
    expect(view).toMatchObject({ operations: ['deactivate a'], held: ['source', 'deactivate'] });
  });

  test('by a status that nobody has heard of', async () => {
    const { view } = await stays((company) => {
      company.people = [person('a'), person('b', { status: 'gone fishing' }), person('c', { status: '' })];
    });
    expect(view.rejections).toEqual(['3 status b', '4 status c']);
  });

  test('by a record that cannot be mapped', async () => {
    const { view } = await stays((company) => {
      company.people = [person('a'), person('b', { user: '' }), person('c')];
    });
    expect(view.rejections).toEqual(['3 userName b']);
  });

  test('by absence, while a record may be anybody’s; explicit leaves go on', async () => {
    const company = await settled();
    company.people = [person('a', { status: 'left' }), person('', { user: 'x' })];
    const { view } = await company.sync();
    expect(view).toMatchObject({ operations: ['deactivate a'], rejections: ['3 key null'] });
    expect(isOn(company)).toEqual({ a: false, b: true, c: true });
    company.people = [person('a', { status: 'left' }), person('b')];
    expect((await company.sync()).view.operations).toEqual(['deactivate c']);
  });

  test('by absence, while a row that is out of step hides who it is', async () => {
    const { view } = await stays((company) => {
      company.people = [person('a'), person('b'), { id: 'zz', defect: '7 cells where the header has 5' }];
    });
    expect(view.rejections).toEqual(['4 ragged zz']);
  });

  test('by a row that is out of step and carries a known key', async () => {
    const { view } = await stays((company) => {
      company.people = [person('a'), person('b'), { ...person('c'), defect: 'too many cells' }];
    });
    expect(view.rejections).toEqual(['4 ragged c']);
  });

  test('who has no account: neither created nor invited', async () => {
    const company = await settled();
    company.people = [...three, person('d', { status: 'left' })];
    expect((await company.sync()).view.operations).toEqual([]);
    expect(company.directory.accounts.size).toBe(3);
  });

  test('where the policy is to keep', async () => {
    await stays(
      (company) => {
        company.people = [person('a'), person('b', { status: 'left' })];
      },
      { target: { onLeave: 'keep' } },
    );
  });
});

describe('out of scope is another reason than left', () => {
  const assign = template(({ record }) => record['dept'] !== 'out');
  const moved = [person('a'), person('b', { dept: 'out' }), person('c', { status: 'left', dept: 'out' })];

  test('with a policy of its own', async () => {
    const keeping = await settled(three, { target: { mapping: { assign }, onOutOfScope: 'keep' } });
    keeping.people = moved;
    expect((await keeping.sync()).view.operations).toEqual(['deactivate c']);
    const leaving = await settled(three, { target: { mapping: { assign }, onLeave: 'keep' } });
    leaving.people = moved;
    expect((await leaving.sync()).view.operations).toEqual(['deactivate b']);
  });

  test('and whoever is assigned again is reactivated', async () => {
    const company = await settled(three, { target: { mapping: { assign } } });
    company.people = [person('a'), person('b', { dept: 'out' }), person('c')];
    expect((await company.sync()).view.operations).toEqual(['deactivate b']);
    company.people = three;
    expect((await company.sync()).view.operations).toEqual(['reactivate b']);
  });

  test('and an assignment that cannot be evaluated leaves the person as they are', async () => {
    const failing = template(({ record }) => {
      if (record['dept'] === 'odd') throw new EvaluationError('dept is odd');
      return true;
    });
    const company = await settled(three, { target: { mapping: { assign: failing } } });
    company.people = [
      person('a', { dept: 'odd' }),
      person('b', { dept: 'odd', status: 'left' }),
      person('c'),
    ];
    const { view } = await company.sync();
    expect(view).toMatchObject({ operations: ['deactivate b'], leftOut: { a: 'expression' } });
  });
});

describe('several records', () => {
  test('of one key, two of them active, reject both, and the account stays', async () => {
    const company = await settled();
    company.people = [person('a', { title: 'x' }), person('b'), person('c'), person('a', { title: 'y' })];
    const { view } = await company.sync();
    expect(view).toMatchObject({ operations: [], rejections: ['2 duplicateKey a', '5 duplicateKey a'] });
    company.people = [person('a', { title: 'x' }), person('b'), person('c')];
    expect((await company.sync()).view).toMatchObject({ operations: ['update a'], rejections: [] });
  });

  test('of one key, one of them active, are that one, in either order', async () => {
    for (const order of [0, 1]) {
      const company = await settled();
      const both = [person('a', { status: 'left', title: 'old' }), person('a', { title: 'new' })];
      company.people = [both[order]!, person('b'), person('c'), both[1 - order]!];
      expect((await company.sync()).view).toMatchObject({ operations: ['update a'], rejections: [] });
      expect(company.directory.content()['a@example.com']).toMatchObject({ title: 'new', active: true });
      expect((await company.sync()).view.operations).toEqual([]);
    }
  });

  test('of one key, none of them active, are a leaver', async () => {
    const company = await settled();
    company.people = [
      ...three.slice(1),
      person('a', { status: 'left' }),
      person('a', { status: 'terminated' }),
    ];
    expect((await company.sync()).view).toMatchObject({ operations: ['deactivate a'], rejections: [] });
  });

  test('of one key, one of which cannot be mapped, reject all', async () => {
    const company = await settled();
    company.people = [...three, person('a', { status: 'what?' })];
    const { view } = await company.sync();
    expect(view).toMatchObject({ operations: [], rejections: ['2 duplicateKey a', '5 status a'] });
  });

  test('of one key, one of which cannot be mapped, are each counted once, in either order', async () => {
    for (const order of [0, 1]) {
      const company = await settled();
      const both = [person('a', { status: 'what?' }), person('a')];
      company.people = [both[order]!, person('b'), person('c'), both[1 - order]!];
      expect(await company.plan((run) => [run.rejected, [...rejectionsOf(run.stage)].length])).toEqual([
        2, 2,
      ]);
    }
  });

  test('of two keys with one userName reject both, whatever the case, also where one did not change', async () => {
    const company = await settled();
    company.people = [...three, person('d', { user: 'A@EXAMPLE.com' })];
    const { view } = await company.sync();
    expect(view.operations).toEqual([]);
    expect(view.rejections).toEqual(['2 duplicateUserName a', '5 duplicateUserName d']);
    company.people = [...three, person('d')];
    expect((await company.sync()).view).toMatchObject({ operations: ['create d'], rejections: [] });
  });

  test('of which one is inactive contest no name', async () => {
    const company = await settled();
    company.people = [
      person('a', { status: 'left' }),
      ...three.slice(1),
      person('d', { user: 'x@example.com' }),
    ];
    await company.sync();
    company.people = [
      person('a', { status: 'left' }),
      person('b'),
      person('c', { user: 'a2@example.com' }),
      person('d', { user: 'x@example.com' }),
      person('e', { status: 'left', user: 'x@example.com' }),
    ];
    expect((await company.sync()).view.rejections).toEqual([]);
  });

  test('and a source that changes between two looks stops the run', async () => {
    const company = await settled();
    company.people = [...three, person('a')];
    const source = company.engine.openSource(undefined as never);
    let read = 0;
    const engine = {
      ...company.engine,
      configuration: company.configuration,
      openSource: () => ({
        ...source,
        read: (columns: Parameters<typeof source.read>[0]) => {
          if (++read === 2) company.people = [...company.people, person('e')];
          return source.read(columns);
        },
      }),
    };
    Object.assign(company.engine, { openSource: engine.openSource });
    await expect(company.sync()).rejects.toThrow('people.csv changed while it was read');
    expect(company.directory.log).toEqual([]);
  });
});

describe('where an absence has to be confirmed', () => {
  const confirmed = (company: Company): void => {
    const { configuration } = company;
    company.configuration = { ...configuration, source: { ...configuration.source, confirmAbsence: true } };
  };
  const missed = { operations: [], leftOut: { c: 'absentOnce' } };

  test('somebody leaves with the second complete read that has no record of them, and not by the same file', async () => {
    const company = await settled();
    confirmed(company);
    company.people = [person('a'), person('b')];
    for (let run = 0; run < 3; run++) expect((await company.sync()).view).toMatchObject(missed);
    company.people = [person('a', { title: 'Dr' }), person('b')];
    company.receipt = { complete: false, reasons: ['it is cut'] };
    expect((await company.sync()).view.operations).toEqual(['update a']);
    company.receipt = {};
    expect((await company.sync()).view).toMatchObject({ operations: ['update a', 'deactivate c'].reverse() });
    expect(isOn(company)).toEqual({ a: true, b: true, c: false });
  });

  test('somebody who is back in between was never missed', async () => {
    const company = await settled();
    confirmed(company);
    company.people = [person('a'), person('b')];
    expect((await company.sync()).view).toMatchObject(missed);
    company.people = three;
    expect((await company.sync()).view).toMatchObject({ operations: [], leftOut: {} });
    company.people = [person('a'), person('b')];
    expect((await company.sync()).view).toMatchObject(missed);
    company.people = [person('a', { title: 'Dr' }), person('b')];
    expect((await company.sync()).view.operations).toContain('deactivate c');
  });

  test('a read that is held does not count', async () => {
    const many = Array.from({ length: 20 }, (_, index) => person(`p${index + 10}`));
    const company = await settled([...three, ...many]);
    confirmed(company);
    company.people = three.slice(0, 2);
    expect((await company.sync()).view.held).toContain('source');
    company.people = [...three.slice(0, 2), ...many];
    expect((await company.sync()).view).toMatchObject(missed);
  });
});

describe('a target that allows nobody to be switched off', () => {
  test('is told of each leaver at every run, whether they are absent or not', async () => {
    const company = await settled(three, { target: { allow: ['create', 'update'] } });
    company.people = [person('a', { status: 'left' }), person('b')];
    for (let day = 0; day < 3; day++)
      expect((await company.sync()).view).toMatchObject({
        operations: [],
        notes: [
          'a: deactivate is not among what this target allows',
          'c: deactivate is not among what this target allows',
        ],
      });
  });
});

describe('a frozen account', () => {
  test('is counted while its record is rejected, and only if there is one', async () => {
    const company = await settled();
    company.people = [person('a', { status: '?' }), person('b'), person('c'), person('d', { status: '?' })];
    expect(await company.plan((run) => [run.frozen, run.rejected])).toEqual([1, 2]);
    await company.sync();
    company.people = three;
    expect(await company.plan((run) => [run.frozen, run.rejected])).toEqual([0, 0]);
  });

  test('is counted while a record may be theirs, also after a read that was held because they were not in it', async () => {
    const all = Array.from('abcdefgh', (id) => person(id));
    const company = await settled(all);
    company.people = all.slice(0, 1);
    expect((await company.sync()).view.held).toContain('source');
    company.people = [...all.slice(0, 7), person('', { user: 'x' })];
    expect(await company.plan((run) => run.missed)).toBe(1);
    await company.sync();
    expect(await company.plan((run) => run.missed)).toBe(1);
    // Whoever is in a record again is known by it, and their name with them, although the record is the same.
    company.people = [...all, person('i', { user: 'H@example.com' })];
    expect((await company.sync()).view).toMatchObject({
      operations: [],
      rejections: ['9 duplicateUserName h', '10 duplicateUserName i'],
    });
  });

  test('is not counted any more once a read that was accepted has told that they left', async () => {
    const company = await settled();
    company.people = [person('a'), person('b')];
    await company.sync();
    company.people = [person('a'), person('b'), person('', { user: 'x' })];
    expect(await company.plan((run) => run.missed)).toBe(0);
  });
});

describe('createInactive', () => {
  test('creates people who are off, and nobody twice', async () => {
    const company = await settled(three, { target: { createInactive: true } });
    company.people = [...three, person('d', { status: 'left' })];
    expect((await company.sync()).view.operations).toEqual(['create d']);
    expect(company.directory.content()['d@example.com']).toMatchObject({ active: false });
    expect((await company.sync()).view.operations).toEqual([]);
    company.people = [...three, person('d')];
    expect((await company.sync()).view.operations).toEqual(['reactivate d']);
  });

  test('creates nobody whose record has no name any more', async () => {
    const company = await settled(three, { target: { createInactive: true } });
    company.people = [...three, person('d', { status: 'left', user: '' })];
    expect((await company.sync()).view).toMatchObject({ operations: [], leftOut: {}, rejections: [] });
  });
});

describe('a new number', () => {
  test('of somebody whose create was never answered waits until it is known', async () => {
    const mapping = { ...exampleMapping, previousKey: column('former') };
    const attributes = template(({ record }) => ({ userName: record['user'] as string }));
    const company = openCompany([], { mapping: { ...mapping, attributes } });
    company.directory.before = () => ({
      kind: 'failed',
      failure: { class: 'unanswered', code: 'unreachable', message: 'it hung up' },
    });
    company.people = [person('a')];
    await company.sync();
    company.directory.trouble = { class: 'transient', code: 'server', message: 'busy' };
    company.people = [{ ...person('a'), id: 'a2', former: 'a' }];
    const { view } = await company.sync();
    expect(view).toMatchObject({ operations: [], rejections: ['2 previousKey a2', '2 previousKey a'] });
    company.directory.trouble = undefined;
    company.directory.before = () => undefined;
    await company.sync();
    await company.sync();
    expect(company.directory.accounts.size).toBe(1);
    expect((await company.sync()).view.operations).toEqual([]);
  });

  test('moves the link, and nothing is sent', async () => {
    const mapping = { ...exampleMapping, previousKey: column('former') };
    const attributes = template(({ record }) => ({
      userName: record['user'],
      externalId: 'fixed' + String(record['user']),
    }));
    const company = await settled(three, { mapping: { ...mapping, attributes } });
    company.people = [...three.slice(0, 2), { ...person('c'), id: 'c2', former: 'c' }];
    const { view } = await company.sync();
    expect(view.operations).toEqual([]);
    expect(company.directory.log).toEqual([]);
    company.people = [...three.slice(0, 2), { ...person('c'), id: 'c2', former: 'c', status: 'left' }];
    expect((await company.sync()).view.operations).toEqual(['deactivate c2']);
  });

  test('is settled by no read with a row out of step that has a number which was given up: it could be anybody’s', async () => {
    const mapping = { ...exampleMapping, previousKey: column('former') };
    const company = await settled(three, { mapping });
    company.people = [...three.slice(0, 2), { ...person('c'), id: 'c2', former: 'c' }];
    await company.sync();
    const stray = { ...person('c'), defect: 'too many cells' };
    company.people = [...three.slice(0, 1), { ...person('c'), id: 'c3', former: 'c2' }, stray];
    expect((await company.sync()).view).toMatchObject({
      operations: [],
      rejections: ['3 previousKey c3', '3 previousKey c2', '4 ragged c'],
    });
    company.people = company.people.slice(0, 2);
    expect((await company.sync()).view.operations).toEqual(['deactivate b', 'update c3']);
    expect((await company.sync()).view.operations).toEqual([]);
  });
});
