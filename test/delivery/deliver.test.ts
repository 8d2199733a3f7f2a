import { describe, expect, test, vi } from 'vitest';
import type { Outcome, ScimRequest } from '../../src/model/index.ts';
import { deliver } from '../../src/delivery/deliver.ts';
import { observed } from '../../src/delivery/observed.ts';
import type { DeliverOptions } from '../../src/delivery/delivery.ts';
import { resolveDoubts } from '../../src/delivery/doubts.ts';
import { MANAGER_PATH } from '../../src/planning/diff.ts';
import type { ScimTarget } from '../../src/scim/target.ts';
import type { Step } from '../../src/store/queue/queue.ts';
import { managedBy } from '../planning/example.ts';
import { openHouse } from '../store/released.ts';
import type { House, Planned } from '../store/released.ts';
import { changed, created, deliveryOf, failed, paceAt, playTarget, remote, throws } from './answers.ts';

/** A clock that moves when somebody sleeps, and else a little with each look. */
function clock(start = 1_000_000) {
  let time = start;
  const slept = { whole: 0, longest: 0 };
  const sleep: DeliverOptions['sleep'] = async (milliseconds) => {
    slept.whole += milliseconds;
    slept.longest = Math.max(slept.longest, milliseconds);
    time += milliseconds;
  };
  return { now: () => time, sleep, slept };
}

function optionsOf(part: Partial<DeliverOptions> = {}): DeliverOptions {
  return {
    pace: paceAt({ concurrency: 4 }),
    signal: new AbortController().signal,
    until: 0,
    lookupLagSeconds: 0,
    sleep: async () => {
      throw new Error('nothing was to be waited for');
    },
    ...part,
  };
}

const create = (key: string, phase = 100): Planned => ({
  key,
  kind: 'create',
  after: { userName: key },
  phase,
});
const update = (key: string): Planned => ({
  key,
  kind: 'update',
  after: { userName: key, title: 'Dr' },
  changes: [{ path: 'title', after: 'Dr' }],
});
const leave = (key: string): Planned => ({
  key,
  kind: 'deactivate',
  after: { userName: key, active: false },
  changes: [{ path: 'active', before: true, after: false }],
});
const keys = (count: number, letter = 'p'): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${letter}${String(index).padStart(3, '0')}`);

const whom = ({ method, path, body }: ScimRequest): string =>
  method === 'POST' ? (body as { userName: string }).userName : path.slice('/Users/id-'.length);
const statesOf = (house: House) =>
  house.rows<{ key: string; state: string; attempts: number; run_at: number; code: string | null }>(
    'SELECT key, state, attempts, run_at, code FROM operation JOIN person ON person.id = person ORDER BY key',
  );
const eventsOf = (house: House, event: string) =>
  house.rows<{ key: string | null; detail: string }>('SELECT key, detail FROM audit WHERE event = ?', event);
const created404 = failed('missing', { code: 'notFound', status: 404 });

describe('the order of sending', () => {
  test('leavers first, then changes, then creates, each phase when the one before is answered', async () => {
    const house = openHouse();
    for (const key of ['a', 'b', 'c', 'd']) house.link(key, { userName: key, active: true });
    house.plan({
      operations: [create('e'), create('f', 101), update('c'), update('d'), leave('a'), leave('b')],
    });
    const log: string[] = [];
    const send = async (request: ScimRequest): Promise<Outcome> => {
      log.push(`ask ${whom(request)}`);
      await new Promise((resolve) => setTimeout(resolve, request.path.endsWith('-a') ? 20 : 1));
      log.push(`got ${whom(request)}`);
      return request.method === 'POST' ? created(`id-${whom(request)}`) : changed;
    };
    expect(await deliver(deliveryOf(house, playTarget({ send })), optionsOf())).toBeUndefined();
    expect(log.slice(0, 2).sort()).toEqual(['ask a', 'ask b']);
    expect(log.slice(2, 4)).toEqual(['got b', 'got a']);
    expect(
      log
        .slice(4, 8)
        .map((line) => line.slice(-1))
        .sort(),
    ).toEqual(['c', 'c', 'd', 'd']);
    expect(log.slice(8)).toEqual(['ask e', 'got e', 'ask f', 'got f']);
    expect(statesOf(house)).toEqual([]);
  });

  test('a leaver who waits for another attempt keeps nobody else', async () => {
    const house = openHouse();
    const { now, sleep, slept } = clock();
    house.link('a', { userName: 'a', active: true });
    house.plan({ operations: [leave('a'), create('b')] });
    let asked = 0;
    const send = async (request: ScimRequest): Promise<Outcome> =>
      request.method === 'PATCH' && ++asked === 1 ? failed('transient') : created('id-b');
    const target = playTarget({ send });
    await deliver(
      deliveryOf(house, target, { now }),
      optionsOf({ sleep, until: now() + 60_000, pace: paceAt({ concurrency: 4 }, now) }),
    );
    expect(target.sent.map(({ method }) => method)).toEqual(['PATCH', 'POST', 'PATCH']);
    expect(slept.whole).toBe(2000);
    expect(statesOf(house)).toEqual([]);
  });

  test("a manager's account is there when the report is created, and a lost one is made up for", async () => {
    const house = openHouse();
    const { now, sleep } = clock();
    const report: Planned = {
      key: 'b',
      kind: 'create',
      after: managedBy('a', { userName: 'b' }),
      phase: 101,
      needs: 'a',
    };
    house.plan({ operations: [create('a'), report] });
    let asked = 0;
    const send = async (request: ScimRequest): Promise<Outcome> => {
      if (request.method !== 'POST') return changed;
      if (whom(request) === 'a' && ++asked === 1) return failed('transient');
      return created(`id-${whom(request)}`);
    };
    const target = playTarget({ send });
    await deliver(
      deliveryOf(house, target, { now }),
      optionsOf({ sleep, until: now() + 60_000, pace: paceAt({ concurrency: 4 }, now) }),
    );
    expect(target.sent.map((request) => `${request.method} ${whom(request)}`)).toEqual([
      'POST a',
      'POST b',
      'POST a',
      'PATCH b',
    ]);
    expect(JSON.stringify(target.sent[1]!.body)).not.toContain('manager');
    expect(JSON.stringify(target.sent[3]!.body)).toContain('"id-a"');
    expect(statesOf(house)).toEqual([]);
    const [account] = house.rows<{ resource: string }>(
      `SELECT resource FROM account WHERE remote_id = 'id-b'`,
    );
    expect(JSON.parse(account!.resource)).toEqual(managedBy('a', { userName: 'b' }));
  });

  test('two who manage each other get one request more', async () => {
    const house = openHouse();
    const second: Planned = {
      key: 'a',
      kind: 'update',
      part: 1,
      after: managedBy('b', { userName: 'a' }),
      changes: [{ path: MANAGER_PATH, after: { value: 'b' } }],
      phase: 10_000,
      needs: 'b',
    };
    const report = { ...create('b', 101), after: managedBy('a', { userName: 'b' }), needs: 'a' };
    house.plan({ operations: [second, report, create('a')] });
    const send = async (request: ScimRequest): Promise<Outcome> =>
      request.method === 'POST' ? created(`id-${whom(request)}`) : changed;
    const target = playTarget({ send });
    await deliver(deliveryOf(house, target), optionsOf());
    expect(target.sent.map(({ method }) => method)).toEqual(['POST', 'POST', 'PATCH']);
    expect(JSON.stringify(target.sent[2]!.body)).toContain('"id-b"');
  });
});

describe('leases', () => {
  test('are no more than can start at once, and each is on the disk before its request', async () => {
    const house = openHouse();
    house.plan({ operations: keys(40).map((key) => create(key)) });
    const most: number[] = [];
    const send = async (request: ScimRequest): Promise<Outcome> => {
      const leased = statesOf(house).filter(({ state }) => state === 'leased');
      expect(leased.map(({ key }) => key)).toContain(whom(request));
      most.push(leased.length);
      await new Promise((resolve) => setTimeout(resolve, most.length % 3));
      return created(`id-${whom(request)}`);
    };
    await deliver(deliveryOf(house, playTarget({ send })), optionsOf({ pace: paceAt({ concurrency: 3 }) }));
    expect(most).toHaveLength(40);
    expect(Math.max(...most)).toBeLessThanOrEqual(3);
    expect(house.rows('SELECT count(*) AS count FROM account')).toEqual([{ count: 40 }]);
  });

  test('no two requests of one person, and no more than the concurrency, are under way', async () => {
    const house = openHouse();
    house.plan({ operations: keys(20).map((key) => create(key)) });
    let running = 0;
    let most = 0;
    const send = async (request: ScimRequest): Promise<Outcome> => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 1));
      running--;
      return created(`id-${whom(request)}`);
    };
    const target = playTarget({ send });
    await deliver(deliveryOf(house, target), optionsOf({ pace: paceAt({ concurrency: 5 }) }));
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(5);
    expect(new Set(target.sent.map(whom)).size).toBe(20);
  });

  test('an answer is written down soon, although another request hangs', async () => {
    const house = openHouse();
    house.plan({ operations: [create('a'), create('b')] });
    let answer: (outcome: Outcome) => void = () => undefined;
    const send = (request: ScimRequest): Promise<Outcome> =>
      whom(request) === 'a' ? new Promise((resolve) => (answer = resolve)) : Promise.resolve(created('id-b'));
    const running = deliver(deliveryOf(house, playTarget({ send }), { now: Date.now }), optionsOf());
    await vi.waitFor(() => expect(statesOf(house).map(({ key }) => key)).toEqual(['a']), { interval: 5 });
    expect(house.rows('SELECT remote_id FROM account')).toEqual([{ remote_id: 'id-b' }]);
    answer(created('id-a'));
    await running;
    expect(statesOf(house)).toEqual([]);
  });
});

describe('a target that fails as a whole', () => {
  const refused = failed('target', { code: 'unauthorised', message: 'the token was refused' });

  test('is halted: nothing more is leased, and nobody is worse off', async () => {
    const house = openHouse();
    house.plan({ operations: keys(20).map((key) => create(key)) });
    const target = playTarget({ send: async () => refused });
    const halted = await deliver(deliveryOf(house, target), optionsOf({ pace: paceAt({ concurrency: 2 }) }));
    expect(halted).toMatchObject({ code: 'unauthorised' });
    expect(target.sent.length).toBeLessThanOrEqual(2);
    for (const row of statesOf(house)) expect(row).toMatchObject({ state: 'open', attempts: 0, run_at: 0 });
    expect(house.rows('SELECT halted_since, halted_reason, halted_code FROM target')).toEqual([
      { halted_since: 1_000_000, halted_reason: 'the token was refused', halted_code: 'unauthorised' },
    ]);
    expect(eventsOf(house, 'target.halted')).toHaveLength(1);
  });

  test('what was answered before is kept', async () => {
    const house = openHouse();
    house.plan({ operations: [create('a'), create('b')] });
    const send = async (request: ScimRequest): Promise<Outcome> =>
      whom(request) === 'a' ? created('id-a') : refused;
    await deliver(deliveryOf(house, playTarget({ send })), optionsOf());
    expect(house.rows('SELECT remote_id FROM account')).toEqual([{ remote_id: 'id-a' }]);
    expect(statesOf(house)).toMatchObject([{ key: 'b', state: 'open' }]);
  });

  test('goes on when it answers again, and that is told once', async () => {
    const house = openHouse();
    house.queue().halt({ code: 'unreachable', message: 'no such host' }, 5);
    house.plan({ operations: [create('a')] });
    await deliver(deliveryOf(house, playTarget()), optionsOf());
    await deliver(deliveryOf(house, playTarget()), optionsOf());
    expect(house.rows('SELECT halted_since FROM target')).toEqual([{ halted_since: null }]);
    expect(eventsOf(house, 'target.resumed')).toHaveLength(1);
  });

  test('is not taken to answer where nothing was answered', async () => {
    const house = openHouse();
    house.queue().halt({ code: 'unreachable', message: 'no such host' }, 5);
    house.plan({ operations: [create('a')] });
    const silent = { send: async () => failed('unanswered'), find: throws('transient') };
    await deliver(deliveryOf(house, playTarget(silent)), optionsOf());
    expect(house.rows('SELECT halted_since FROM target')).toEqual([{ halted_since: 5 }]);
  });

  test('found out while doubts are read, it is halted all the same', async () => {
    const house = openHouse();
    house.plan({ operations: [create('a')] });
    const target = playTarget({
      send: async () => failed('unanswered'),
      find: throws('target', { code: 'unauthorised' }),
    });
    expect(await deliver(deliveryOf(house, target), optionsOf())).toMatchObject({ code: 'unauthorised' });
    expect(house.rows('SELECT halted_code FROM target')).toEqual([{ halted_code: 'unauthorised' }]);
    expect(target.sent).toHaveLength(1);
  });
});

describe('a target that asks for a rest', () => {
  const rest = failed('transient', { code: 'rate', retryAfter: 30_000 });

  test('gets it: nobody is sent until then', async () => {
    const house = openHouse();
    const { now, sleep, slept } = clock();
    house.plan({ operations: [create('a'), create('b'), create('c')] });
    const times: number[] = [];
    const send = async (request: ScimRequest): Promise<Outcome> => {
      times.push(now() - 1_000_000);
      return times.length === 1 ? rest : created(`id-${whom(request)}`);
    };
    const options = optionsOf({ sleep, until: now() + 60_000, pace: paceAt({ concurrency: 1 }, now) });
    await deliver(deliveryOf(house, playTarget({ send }), { now }), options);
    expect(times).toEqual([0, 30_000, 30_000, 30_000]);
    expect(slept.whole).toBe(30_000);
    // What a person says meanwhile is taken up within a second.
    expect(slept.longest).toBeLessThan(1000);
    expect(statesOf(house)).toEqual([]);
  });

  test('beyond the time that this run has leaves the rest to the next', async () => {
    const house = openHouse();
    const { now, sleep, slept } = clock();
    house.plan({ operations: [create('a'), create('b')] });
    const target = playTarget({ send: async () => rest });
    const options = optionsOf({ sleep, until: now() + 29_999, pace: paceAt({ concurrency: 1 }, now) });
    expect(await deliver(deliveryOf(house, target, { now }), options)).toBeUndefined();
    expect(target.sent).toHaveLength(1);
    expect(slept.whole).toBe(0);
    expect(statesOf(house)).toMatchObject([
      { key: 'a', state: 'open', run_at: 1_030_000, attempts: 0 },
      { key: 'b', state: 'open', run_at: 0 },
    ]);
  });
});

describe('the pace of a target', () => {
  test('is kept for as long as it takes: what is due and has no turn yet is not left to the next run', async () => {
    const house = openHouse();
    const { now, sleep, slept } = clock();
    house.plan({ operations: keys(20).map((key) => create(key)) });
    const target = playTarget({ send: async (request) => created(`id-${whom(request)}`) });
    const pace = paceAt({ concurrency: 4, perSecond: 2 }, now);
    await deliver(
      deliveryOf(house, observed(target, pace, now), { now }),
      optionsOf({ sleep, until: now() + 3000, pace }),
    );
    expect(target.sent).toHaveLength(20);
    expect(slept.whole).toBe(9000);
    expect(statesOf(house)).toEqual([]);
  });

  test('makes nobody wait for who falls due after the time that this run has', async () => {
    const house = openHouse();
    const { now, sleep } = clock();
    house.plan({ operations: keys(20).map((key) => create(key)) });
    const send = async (request: ScimRequest): Promise<Outcome> =>
      whom(request) === 'p000' ? failed('transient') : created(`id-${whom(request)}`);
    const pace = paceAt({ concurrency: 4, perSecond: 2 }, now);
    const target = playTarget({ send });
    await deliver(
      deliveryOf(house, observed(target, pace, now), { now }),
      optionsOf({ sleep, until: now() + 3000, pace }),
    );
    expect(new Set(target.sent.map(whom)).size).toBe(20);
    const left = statesOf(house);
    expect(left).toMatchObject([{ key: 'p000', state: 'open' }]);
    expect(left[0]!.run_at).toBeGreaterThan(now());
  });

  test('is no reason to end where it asks for a short rest now and then', async () => {
    const house = openHouse();
    const { now, sleep } = clock();
    house.plan({ operations: keys(30).map((key) => create(key)) });
    let asked = 0;
    const send = async (request: ScimRequest): Promise<Outcome> =>
      ++asked % 5 === 0
        ? failed('transient', { code: 'rate', retryAfter: 2000 })
        : created(`id-${whom(request)}`);
    const options = { sleep, until: now() + 3000, pace: paceAt({ concurrency: 1 }, now) };
    await deliver(deliveryOf(house, playTarget({ send }), { now }), optionsOf(options));
    expect(statesOf(house)).toEqual([]);
    expect(asked).toBe(37);
  });

  test('is not waited for once nothing has been carried out for as long as it may wait', async () => {
    const house = openHouse();
    const { now, sleep } = clock();
    house.plan({ operations: keys(30).map((key) => create(key)) });
    const [from, until] = [now(), now() + 3000];
    let asked = 0;
    const send = async (request: ScimRequest): Promise<Outcome> =>
      ++asked <= 10
        ? created(`id-${whom(request)}`)
        : failed('transient', { code: 'rate', retryAfter: 2000 });
    const pace = paceAt({ concurrency: 1, perSecond: 1 }, now);
    await deliver(
      deliveryOf(house, observed(playTarget({ send }), pace, now), { now }),
      optionsOf({ sleep, until, pace }),
    );
    expect(statesOf(house)).toHaveLength(20);
    expect(asked).toBe(12);
    expect(now() - from).toBeLessThanOrEqual(13_000);
  });

  test('ends with the time that was given to it', async () => {
    const house = openHouse();
    const { now, sleep } = clock();
    house.plan({ operations: keys(20).map((key) => create(key)) });
    const target = playTarget({ send: async (request) => created(`id-${whom(request)}`) });
    const pace = paceAt({ concurrency: 4, perSecond: 0.1 }, now);
    const [from, endsAt] = [now(), now() + 25_000];
    await deliver(
      deliveryOf(house, observed(target, pace, now), { now }),
      optionsOf({ sleep, until: endsAt, endsAt, pace }),
    );
    expect(target.sent).toHaveLength(3);
    expect(now()).toBe(from + 20_000);
  });
});

describe('being asked to stop', () => {
  test('finishes what is in flight and leaves the rest open', async () => {
    const house = openHouse();
    house.plan({ operations: keys(10).map((key) => create(key)) });
    const stop = new AbortController();
    const send = async (request: ScimRequest): Promise<Outcome> => {
      stop.abort();
      await new Promise((resolve) => setTimeout(resolve, 5));
      return created(`id-${whom(request)}`);
    };
    const target = playTarget({ send });
    const options = optionsOf({ signal: stop.signal, pace: paceAt({ concurrency: 2 }) });
    expect(await deliver(deliveryOf(house, target), options)).toBeUndefined();
    expect(target.sent).toHaveLength(2);
    expect(house.rows('SELECT count(*) AS count FROM account')).toEqual([{ count: 2 }]);
    expect(new Set(statesOf(house).map(({ state }) => state))).toEqual(new Set(['open']));
    expect(statesOf(house)).toHaveLength(8);
  });

  test('ends a wait', async () => {
    const house = openHouse();
    const { now } = clock();
    house.plan({ operations: [create('a')] });
    const stop = new AbortController();
    const sleep: DeliverOptions['sleep'] = async () => stop.abort();
    const target = playTarget({ send: async () => failed('transient') });
    const options = optionsOf({ signal: stop.signal, sleep, until: now() + 60_000 });
    await deliver(deliveryOf(house, target, { now }), options);
    expect(target.sent).toHaveLength(1);
    expect(statesOf(house)).toMatchObject([{ state: 'open', attempts: 1 }]);
  });

  test('before the first request sends nothing', async () => {
    const house = openHouse();
    house.plan({ operations: [create('a')] });
    const target = playTarget();
    await deliver(deliveryOf(house, target), optionsOf({ signal: AbortSignal.abort() }));
    expect(target.sent).toEqual([]);
    expect(statesOf(house)).toMatchObject([{ state: 'open' }]);
  });
});

describe('troubles of one person', () => {
  test('stop nobody else, and each is told with its reason', async () => {
    const house = openHouse();
    for (const key of ['a', 'b', 'c']) house.link(key, { userName: key, active: true });
    house.plan({ operations: [update('a'), update('b'), update('c'), create('d')] });
    const answers: Record<string, Outcome> = {
      a: failed('invalid', { code: 'invalid', message: 'no title' }),
      b: created404,
      c: changed,
      d: failed('exists', { message: 'taken' }),
    };
    const steps: Step[] = [];
    const send = async (request: ScimRequest): Promise<Outcome> => answers[whom(request)]!;
    const options = optionsOf({ onStep: (step) => steps.push(step) });
    expect(await deliver(deliveryOf(house, playTarget({ send })), options)).toBeUndefined();
    expect(statesOf(house)).toMatchObject([
      { key: 'a', state: 'failed', code: 'invalid', attempts: 1 },
      { key: 'b', state: 'failed', code: 'notFound' },
      { key: 'd', state: 'failed', code: 'conflict' },
    ]);
    expect(steps.map((step) => `${step.kind} ${step.operation.key}`).sort()).toEqual([
      'done c',
      'failed a',
      'failed b',
      'failed d',
    ]);
    expect(
      eventsOf(house, 'operation.failed')
        .map(({ key }) => key)
        .sort(),
    ).toEqual(['a', 'b', 'd']);
  });

  test('a target that answers a create with the account of somebody else moves no account', async () => {
    const house = openHouse();
    house.link('a', { userName: 'a' }, 'id-1');
    house.plan({ operations: [create('b'), create('c')] });
    const send = async (request: ScimRequest): Promise<Outcome> =>
      created(whom(request) === 'b' ? 'id-1' : 'id-2');
    expect(await deliver(deliveryOf(house, playTarget({ send })), optionsOf())).toBeUndefined();
    expect(statesOf(house)).toMatchObject([{ key: 'b', state: 'failed', code: 'conflict' }]);
    expect(
      house.rows('SELECT key, remote_id FROM account JOIN person ON person.id = person ORDER BY key'),
    ).toEqual([
      { key: 'a', remote_id: 'id-1' },
      { key: 'c', remote_id: 'id-2' },
    ]);
  });

  test('a lost answer is read at the end of the same run, and nothing is sent twice', async () => {
    const house = openHouse();
    house.plan({ operations: [create('a'), create('b')] });
    const send = async (request: ScimRequest): Promise<Outcome> =>
      whom(request) === 'a' ? failed('unanswered') : created('id-b');
    const find: ScimTarget['find'] = async (_, value) => (value === 'a' ? [remote('id-a')] : []);
    const target = playTarget({ send, find });
    await deliver(deliveryOf(house, target), optionsOf());
    expect(target.sent).toHaveLength(2);
    expect(statesOf(house)).toEqual([]);
    expect(house.rows('SELECT remote_id FROM account ORDER BY 1')).toEqual([
      { remote_id: 'id-a' },
      { remote_id: 'id-b' },
    ]);
  });

  test('a lost answer of a create that was not done is sent again', async () => {
    const house = openHouse();
    house.plan({ operations: [create('a')] });
    let asked = 0;
    const send = async (): Promise<Outcome> =>
      ++asked === 1 ? failed('unanswered', { code: 'unreachable' }) : created('id-a');
    await deliver(deliveryOf(house, playTarget({ send })), optionsOf());
    expect(asked).toBe(2);
    expect(statesOf(house)).toEqual([]);
  });

  test('a fault of ours ends the run, and what was answered is written down first', async () => {
    const house = openHouse();
    house.plan({ operations: [create('a'), create('b')] });
    const send = async (request: ScimRequest): Promise<Outcome> => {
      if (whom(request) === 'a') return created('id-a');
      await new Promise((resolve) => setTimeout(resolve, 2));
      throw new TypeError('a bug');
    };
    await expect(deliver(deliveryOf(house, playTarget({ send })), optionsOf())).rejects.toThrow('a bug');
    expect(house.rows('SELECT remote_id FROM account')).toEqual([{ remote_id: 'id-a' }]);
    expect(statesOf(house)).toMatchObject([{ key: 'b', state: 'leased' }]);
  });
});

describe('what a dead run had sent', () => {
  const killed = (...operations: readonly Planned[]): House => {
    const house = openHouse();
    house.plan({ operations });
    house.lease(1_000_000);
    return house;
  };

  test('is read, and a create not before the target can show it', async () => {
    const house = killed(create('a'));
    const { now, sleep, slept } = clock(1_002_000);
    let lookedUp = 0;
    const find: ScimTarget['find'] = async () => {
      lookedUp = now();
      return [remote('id-a')];
    };
    const options = optionsOf({
      sleep,
      until: now() + 60_000,
      lookupLagSeconds: 5,
      pace: paceAt({ concurrency: 4 }, now),
    });
    await resolveDoubts(deliveryOf(house, playTarget({ find }), { now }), options);
    expect(slept.whole).toBe(3000);
    expect(lookedUp).toBe(1_005_000);
    expect(statesOf(house)).toEqual([]);
  });

  test('stays in doubt where there is no time to wait for that', async () => {
    const house = killed(create('a'));
    const { now, sleep, slept } = clock(1_002_000);
    const options = optionsOf({
      sleep,
      until: now(),
      lookupLagSeconds: 5,
      pace: paceAt({ concurrency: 4 }, now),
    });
    await resolveDoubts(deliveryOf(house, playTarget(), { now }), options);
    expect(slept.whole).toBe(0);
    expect(statesOf(house)).toMatchObject([{ state: 'leased' }]);
  });

  test('stays in doubt when the target is out of reach, which is asked once', async () => {
    const house = killed(...keys(10).map((key) => create(key)));
    let asked = 0;
    const find: ScimTarget['find'] = async (...given) => {
      asked++;
      return throws('target', { code: 'unreachable' })(...(given as unknown as []));
    };
    const options = optionsOf({ pace: paceAt({ concurrency: 1 }) });
    const { failure } = await resolveDoubts(deliveryOf(house, playTarget({ find })), options);
    expect(failure).toMatchObject({ code: 'unreachable' });
    expect(asked).toBeLessThanOrEqual(2);
    expect(new Set(statesOf(house).map(({ state }) => state))).toEqual(new Set(['leased']));
    expect(house.rows('SELECT halted_code FROM target')).toEqual([{ halted_code: 'unreachable' }]);
  });

  test('is left alone when we are asked to stop', async () => {
    const house = killed(create('a'));
    const target = playTarget({ find: throws('target') });
    expect(
      await resolveDoubts(deliveryOf(house, target), optionsOf({ signal: AbortSignal.abort() })),
    ).toEqual({});
  });

  test('a fault of ours is thrown, and the others are written down', async () => {
    const house = killed(create('a'), create('b'));
    const find: ScimTarget['find'] = async (_, value) => {
      if (value === 'b') throw new TypeError('a bug');
      return [remote('id-a')];
    };
    await expect(resolveDoubts(deliveryOf(house, playTarget({ find })), optionsOf())).rejects.toThrow(
      'a bug',
    );
    expect(statesOf(house)).toMatchObject([{ key: 'b', state: 'leased' }]);
  });
});
