import { describe, expect, test } from 'vitest';
import type { Failure } from '../../src/model/index.ts';
import { resumeTarget } from '../../src/engine/pause.ts';
import { haltOf, probeDistance } from '../../src/store/halts.ts';
import { targetRow } from '../../src/store/accounts.ts';
import { openState } from '../../src/store/state.ts';
import type { ScimTarget } from '../../src/scim/target.ts';
import { exampleProfile } from '../planning/example.ts';
import { openCompany, reporting, targetWith, sendsNothing } from './company.ts';
import type { Company, Person } from './company.ts';

const dead: Failure = { class: 'target', code: 'unreachable', message: 'app refused the connection' };
const refused: Failure = { class: 'target', code: 'unauthorised', message: 'the token was refused' };
const minute = 60_000;

const haltedOf = (company: Company) => {
  const state = openState(company.configuration.state, false);
  try {
    return haltOf(state, targetRow(state, 'app')!.id);
  } finally {
    state.close();
  }
};

/** Breaks a company's directory for good, and counts what it is asked. */
function breaks(company: Company, failure: Failure | undefined): void {
  company.directory.trouble = failure;
  company.directory.before = () => failure && { kind: 'failed', failure };
}

const asked = ({ directory }: Company): number => directory.reads + directory.log.length;

const many = (count: number, part: Person = {}): readonly Person[] =>
  Array.from({ length: count }, (_, index) => reporting(`p${String(index).padStart(3, '0')}`, '', part));

async function settled(people: readonly Person[], part: Parameters<typeof openCompany>[1] = {}) {
  const company = openCompany(people, part);
  await company.sync();
  return company;
}

test('probes of a halted target: the next run, and then after 1, 2, 4, 8 and ever 10 minutes', () => {
  expect([0, 1, 2, 3, 4, 5, 99].map((failures) => probeDistance(failures) / minute)).toEqual([
    0, 1, 2, 4, 8, 10, 10,
  ]);
});

describe('a target that is out of reach', () => {
  test('costs one probe at growing distances, whatever waits, and is let go on with when it answers', async () => {
    const company = await settled(many(40));
    company.people = many(40, { title: 'Dr' });
    breaks(company, dead);
    const costs: number[] = [];
    // A run each minute, for half an hour.
    for (let run = 0; run < 30; run++) {
      const before = asked(company);
      expect((await company.sync()).result.state).toBe('failed');
      costs.push(asked(company) - before);
    }
    expect(costs[0]).toBeLessThanOrEqual(4);
    const probes = costs.flatMap((cost, run) => (run > 0 && cost > 0 ? [run] : []));
    expect(costs.slice(1).every((cost) => cost <= 1)).toBe(true);
    expect(probes).toEqual([1, 2, 4, 8, 16, 26]);
    expect(haltedOf(company)).toMatchObject({ code: 'unreachable', probeAt: expect.any(Number) as number });

    breaks(company, undefined);
    const left = await company.sync();
    expect(left.result.error?.message).toMatch(
      /^app is halted since .*, and was not asked: .*; the first sync after .* asks it again, and rollcall resume app/,
    );
    company.now += 10 * minute;
    company.directory.log.length = 0;
    expect((await company.sync()).result).toMatchObject({ state: 'done', counts: { update: 40 } });
    expect(haltedOf(company)).toBeUndefined();
  });

  test('is planned for all the same: whoever is back is not switched off, and who was new and has left is not created', async () => {
    const company = await settled(many(4));
    const [first, ...rest] = many(4);
    const joiner = reporting('zoe');
    const other = reporting('zora');
    // It dies when it was asked about those who are new, so that they are released as well.
    company.people = [{ ...first!, status: 'left' }, ...rest, joiner, other];
    company.directory.before = () => ({ kind: 'failed', failure: dead });
    expect((await company.sync()).result).toMatchObject({ state: 'failed', waiting: 3 });
    company.directory.trouble = dead;
    company.people = [first!, ...rest, other, reporting('zack')];
    const { result, view } = await company.sync();
    expect(result).toMatchObject({ state: 'failed', error: { code: 'unreachable' }, waiting: 2 });
    // What was asked before goes on; of whoever is new now, nobody knows whether they are there.
    expect(view).toMatchObject({ operations: ['create zora'], leftOut: { zack: 'unproved' } });
    breaks(company, undefined);
    company.now += 10 * minute;
    company.directory.log.length = 0;
    // Of a read that is not complete, nothing of that can be seen.
    company.people = rest;
    company.receipt = { complete: false, reasons: ['cut'] };
    await company.sync();
    expect(company.directory.log).toEqual(['POST zora']);
    company.people = [first!, ...rest, other, reporting('zack')];
    company.receipt = {};
    await company.sync();
    expect(company.directory.log).toEqual(['POST zora', 'POST zack']);
  });

  test.each<Failure>([
    dead,
    { class: 'target', code: 'forbidden', message: 'this key may not read' },
    { class: 'transient', code: 'rate', message: 'too many', retryAfter: minute },
    { class: 'transient', code: 'server', message: 'it answered 500' },
  ])('or that answers $code uses up no limit twice, and no approval', async (trouble) => {
    const limits = { create: { count: 3, floor: 0 }, link: { count: 0, floor: 0 } };
    const profile = { ...exampleProfile, list: { ...exampleProfile.list, provesAbsence: false } };
    const company = await settled(many(1), { target: { limits, profile } });
    company.directory.add({ userName: 'anna', externalId: 'anna' });
    company.people = [...many(4), reporting('anna')];
    expect((await company.sync(sendsNothing())).view.held).toEqual(['link']);
    company.approve();
    expect((await company.sync(sendsNothing())).view.held).toEqual([]);
    // All of it waits to be sent.
    breaks(company, trouble);
    company.people = [...company.people, reporting('zack')];
    const { view } = await company.sync();
    expect(view.leftOut).toEqual({ zack: 'unproved' });
    expect(view.operations.toSorted()).toEqual(['create p001', 'create p002', 'create p003', 'link anna']);
    breaks(company, undefined);
    company.people = company.people.slice(0, -1);
    company.now += 10 * minute;
    expect((await company.sync()).result).toMatchObject({ state: 'done', held: [] });
    expect(Object.keys(company.directory.content())).toHaveLength(5);
  });

  test('about whom it was asked before, and is not now, knows whose account it is that is there after an answer was lost', async () => {
    const company = await settled(many(1), { target: { limits: { link: { count: 0, floor: 0 } } } });
    company.people = many(3);
    await company.sync(sendsNothing());
    company.directory.trouble = { class: 'transient', code: 'rate', message: 'too many', retryAfter: 1000 };
    company.directory.before = ({ body: { externalId: _, ...body } = {} }) => {
      company.directory.add(body);
      return { kind: 'failed', failure: { class: 'unanswered', code: 'unreachable', message: 'cut off' } };
    };
    expect((await company.sync()).result).toMatchObject({ waiting: 2 });
    breaks(company, undefined);
    company.now += minute;
    expect((await company.sync()).result).toMatchObject({ state: 'done', held: [] });
    expect(company.directory.log.filter((line) => line.startsWith('POST'))).toHaveLength(3);
  });

  test('is asked by each run for somebody who leaves, and by the first one after a resumption', async () => {
    const company = await settled(many(3));
    company.people = many(3, { title: 'Dr' });
    breaks(company, dead);
    for (let run = 0; run < 6; run++) await company.sync();
    const quiet = asked(company);
    await company.sync();
    expect(asked(company)).toBe(quiet);

    breaks(company, undefined);
    company.people = many(2, { title: 'Dr' });
    const { result } = await company.sync();
    expect(result).toMatchObject({ state: 'done', counts: { deactivate: 1, update: 2 } });

    company.people = many(2, { title: 'Prof' });
    breaks(company, dead);
    for (let run = 0; run < 6; run++) await company.sync();
    breaks(company, undefined);
    expect((await company.sync()).result.state).toBe('failed');
    expect(resumeTarget(company.engine, 'app', 'ada')).toMatchObject({
      haltedSince: expect.any(Number) as number,
    });
    expect((await company.sync()).result).toMatchObject({ state: 'done', counts: { update: 2 } });
  });

  test('with another credential than the one that it refused is asked at once', async () => {
    let token = 'old';
    const company = await settled(many(2));
    const openTarget = company.engine.openTarget.bind(company.engine);
    const marked = (target: ScimTarget): ScimTarget => ({
      ...target,
      mark: async (salt) => `${salt} ${token}`,
    });
    Object.assign(company.engine, { openTarget: (of: never) => marked(openTarget(of)) });
    company.people = many(2, { title: 'Dr' });
    breaks(company, refused);
    for (let run = 0; run < 6; run++) await company.sync();
    const quiet = asked(company);
    await company.sync();
    expect(asked(company)).toBe(quiet);
    token = 'new';
    breaks(company, undefined);
    expect((await company.sync()).result).toMatchObject({ state: 'done', counts: { update: 2 } });
  });

  test('begins with one request at a time, and other targets do not notice any of it', async () => {
    const targets = [
      targetWith({ pace: { concurrency: 8 } }),
      targetWith({ name: 'other', baseUrl: 'http://127.0.0.1/b' }),
    ];
    const company = await settled(many(30), { targets });
    company.people = many(30, { title: 'Dr' });
    breaks(company, dead);
    const { results } = await company.sync();
    expect(results.map(({ name, state, counts }) => [name, state, counts])).toEqual([
      ['app', 'failed', {}],
      ['other', 'done', { update: 30 }],
    ]);
    breaks(company, undefined);
    const together: number[] = [];
    let running = 0;
    const openTarget = company.engine.openTarget.bind(company.engine);
    const slowly = (target: ScimTarget): ScimTarget => ({
      ...target,
      send: async (request) => {
        together.push(++running);
        await new Promise((resolve) => setTimeout(resolve, 2));
        running--;
        return target.send(request);
      },
    });
    Object.assign(company.engine, { openTarget: (of: never) => slowly(openTarget(of)) });
    expect((await company.sync({ names: ['app'] })).result).toMatchObject({
      state: 'done',
      counts: { update: 30 },
    });
    expect(together[0]).toBe(1);
    expect(together[1]).toBeLessThanOrEqual(2);
    expect(Math.max(...together.slice(0, 4))).toBeLessThan(5);
    expect(Math.max(...together)).toBeGreaterThanOrEqual(3);
  });
});

describe('a target that fails for one after the other', () => {
  const silent: Failure = { class: 'transient', code: 'server', message: 'app answered 500', status: 500 };

  test('is halted after ten of them, each somebody else', async () => {
    const company = await settled(many(200), { target: { pace: { concurrency: 1 } } });
    company.people = many(200, { title: 'Dr' });
    company.directory.log.length = 0;
    breaks(company, silent);
    const { result } = await company.sync();
    expect(result).toMatchObject({
      state: 'failed',
      error: {
        code: 'server',
        message: expect.stringMatching(/^10 requests in a row failed.*answered 500$/) as string,
      },
      failed: 0,
      waiting: 200,
    });
    expect(company.directory.log).toHaveLength(10);
    expect(haltedOf(company)).toMatchObject({ code: 'server' });
  });

  test('is not where it fails for some and answers between them, nor for one whom it fails for ever', async () => {
    const company = await settled(many(60), { target: { pace: { concurrency: 1 } } });
    company.people = many(60, { title: 'Dr' });
    const bad = (name: string): boolean => Number(name.slice(1)) % 9 !== 0;
    company.directory.before = (_, name) => (bad(name) ? { kind: 'failed', failure: silent } : undefined);
    expect((await company.sync()).result).toMatchObject({ state: 'partial', counts: { update: 7 } });
    const one = await settled(many(1), { target: { pace: { concurrency: 1 } } });
    one.people = many(1, { title: 'Dr' });
    one.directory.before = () => ({ kind: 'failed', failure: silent });
    const clock = { wait: 3_600_000, sleep: async (milliseconds: number) => void (one.now += milliseconds) };
    expect((await one.sync(clock)).result).toMatchObject({ state: 'partial', failed: 1 });
    expect(haltedOf(one)).toBeUndefined();
  });
});
