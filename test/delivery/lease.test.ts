import { describe, expect, test, vi } from 'vitest';
import { deliver } from '../../src/delivery/deliver.ts';
import type { DeliverOptions } from '../../src/delivery/delivery.ts';
import type { Outcome, ScimRequest } from '../../src/model/index.ts';
import { recorderHere } from '../../src/store/queue/recorder.ts';
import type { Entry, Recorder } from '../../src/store/queue/recorder.ts';
import { openHouse } from '../store/released.ts';
import type { House, Planned } from '../store/released.ts';
import { created, deliveryOf, failed, paceAt, playTarget } from './answers.ts';

const options = (part: Partial<DeliverOptions> = {}): DeliverOptions => ({
  pace: paceAt({ concurrency: 4 }),
  signal: new AbortController().signal,
  until: 0,
  lookupLagSeconds: 0,
  sleep: async () => undefined,
  ...part,
});

function houseOf(count: number): House {
  const house = openHouse();
  const operations = Array.from({ length: count }, (_, index): Planned => {
    const key = `p${String(index).padStart(3, '0')}`;
    return { key, kind: 'create', after: { userName: key } };
  });
  house.plan({ operations });
  return house;
}

const nameOf = ({ body }: ScimRequest): string => (body as { userName: string }).userName;
const createdFor = (request: ScimRequest): Outcome => created(`id-${nameOf(request)}`);
const statesOf = (house: House): readonly string[] =>
  house.rows<{ state: string }>('SELECT state FROM operation ORDER BY id').map(({ state }) => state);
const several = (count: number, state: string): readonly string[] =>
  Array.from({ length: count }, () => state);
const moments = (count: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, count));

/** Writes as the usual recorder does, and answers when `before` lets it. */
function recorderOf(
  house: House,
  before: (entry: Entry, leased: number, count: number) => Promise<void>,
): Recorder {
  const here = recorderHere(house.state);
  let count = 0;
  return {
    ...here,
    record: async (entry) => {
      const rows = await here.record(entry);
      await before(entry, rows.length, ++count);
      return rows;
    },
  };
}

describe('a lease is on the disk before the first byte goes out (law 11)', () => {
  test('nothing is sent while it is being written', async () => {
    const house = houseOf(8);
    const target = playTarget({ send: async (request) => createdFor(request) });
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const queue = house.queue(recorderOf(house, async (_, leased) => (leased > 0 ? gate : undefined)));
    const delivered = deliver(deliveryOf(house, target, { queue }), options());
    await moments(20);
    expect(statesOf(house).filter((state) => state === 'leased')).toHaveLength(4);
    expect(target.sent).toEqual([]);
    release();
    expect(await delivered).toBeUndefined();
    expect(target.sent).toHaveLength(8);
    expect(statesOf(house)).toEqual([]);
  });

  test('also while others are in flight, and what is answered meanwhile is written down behind the next', async () => {
    const house = houseOf(64);
    const log: string[] = [];
    const send = async (request: ScimRequest): Promise<Outcome> => {
      log.push(`sent ${nameOf(request)}`);
      await moments(1);
      return createdFor(request);
    };
    const queue = house.queue(
      recorderOf(house, async (entry, _, count) => {
        if ('lease' in entry) await moments(count % 3);
      }),
    );
    const lease = queue.lease.bind(queue);
    vi.spyOn(queue, 'lease').mockImplementation(async (...given) => {
      const leased = await lease(...given);
      for (const { key } of leased) log.push(`safe ${key}`);
      return leased;
    });
    await deliver(deliveryOf(house, playTarget({ send }), { queue }), options());
    const sent = log.filter((entry) => entry.startsWith('sent'));
    expect(sent).toHaveLength(64);
    expect(new Set(sent).size).toBe(64);
    for (const entry of sent)
      expect(log.indexOf(entry.replace('sent', 'safe'))).toBeLessThan(log.indexOf(entry));
    expect(statesOf(house)).toEqual([]);
    expect(house.rows(`SELECT 1 FROM audit WHERE event = 'operation.done'`)).toHaveLength(64);
  });

  test('a phase waits for what is being leased of the one before', async () => {
    const house = openHouse();
    const keys = Array.from({ length: 12 }, (_, index) => `p${String(index).padStart(3, '0')}`);
    house.plan({
      operations: keys.map((key, index): Planned => {
        return { key, kind: 'create', after: { userName: key }, phase: index < 6 ? 100 : 101 };
      }),
    });
    const log: string[] = [];
    const send = async (request: ScimRequest): Promise<Outcome> => {
      log.push(`ask ${nameOf(request)}`);
      await moments(1);
      log.push(`got ${nameOf(request)}`);
      return createdFor(request);
    };
    const queue = house.queue(recorderOf(house, async () => moments(5)));
    await deliver(deliveryOf(house, playTarget({ send }), { queue }), options());
    const firstOfNext = log.findIndex((entry) => entry > 'ask p005' && entry.startsWith('ask'));
    const before = log.slice(0, firstOfNext).filter((entry) => entry.startsWith('got'));
    expect(before).toHaveLength(6);
    expect(log).toHaveLength(24);
  });

  test('a disk that fails ends the run; nothing of it is sent, and it stays open', async () => {
    const house = houseOf(8);
    const target = playTarget();
    const record = async (): Promise<never> => Promise.reject(new Error('the disk does not take it'));
    const queue = house.queue({ ...recorderHere(house.state), record });
    await expect(deliver(deliveryOf(house, target, { queue }), options())).rejects.toThrow(
      'the disk does not',
    );
    expect(target.sent).toEqual([]);
    expect(statesOf(house)).toEqual(several(8, 'open'));
  });

  test('a disk that fails once: what was answered until then is written down at the end', async () => {
    const house = houseOf(8);
    const here = recorderHere(house.state);
    let failures = 0;
    const queue = house.queue({
      ...here,
      record: async (entry) => {
        if ('steps' in entry && failures++ === 0) throw new Error('the disk is full for a moment');
        return here.record(entry);
      },
    });
    const target = playTarget({ send: async (request) => createdFor(request) });
    await expect(deliver(deliveryOf(house, target, { queue }), options())).rejects.toThrow('for a moment');
    expect(target.sent).toHaveLength(4);
    expect(statesOf(house)).toEqual(several(4, 'open'));
    expect(house.rows('SELECT 1 FROM account')).toHaveLength(4);
  });

  test('what cannot be put back ends the run, and is in doubt', async () => {
    const house = houseOf(8);
    const target = playTarget();
    const stop = new AbortController();
    const queue = house.queue(
      recorderOf(house, async (_, leased) => (leased > 0 ? stop.abort() : undefined)),
    );
    vi.spyOn(queue, 'putBack').mockImplementation(() => {
      throw new Error('the disk is full');
    });
    const delivered = deliver(deliveryOf(house, target, { queue }), options({ signal: stop.signal }));
    await expect(delivered).rejects.toThrow('the disk is full');
    expect(target.sent).toEqual([]);
  });

  test('a halt that cannot be written: what was written before it is not written again', async () => {
    const house = houseOf(4);
    const send = async (): Promise<Outcome> => failed('target', { code: 'unauthorised' });
    const queue = house.queue();
    vi.spyOn(queue, 'halt').mockImplementation(() => {
      throw new Error('the disk is full');
    });
    const delivered = deliver(deliveryOf(house, playTarget({ send }), { queue }), options());
    await expect(delivered).rejects.toThrow('the disk is full');
    expect(statesOf(house)).toEqual(several(4, 'open'));
    expect(house.rows(`SELECT 1 FROM audit WHERE event = 'operation.retry'`)).toHaveLength(4);
  });

  test('what falls due while a lease is written is not kept waiting by somebody who is slow', async () => {
    const house = houseOf(4);
    let answerSlow: () => void = () => undefined;
    const slow = new Promise<void>((resolve) => (answerSlow = resolve));
    let tries = 0;
    const send = async (request: ScimRequest): Promise<Outcome> => {
      if (nameOf(request) === 'p000') await slow;
      if (nameOf(request) !== 'p003') return createdFor(request);
      await moments(10);
      if (++tries === 1) return failed('transient', { retryAfter: 0 });
      answerSlow();
      return createdFor(request);
    };
    const queue = house.queue(
      recorderOf(house, async (entry, leased) => {
        if ('lease' in entry && leased === 0) await moments(30);
      }),
    );
    let time = 1_000_000;
    const now = (): number => (time += 60_000);
    const pace = paceAt({ concurrency: 4 }, now);
    await deliver(
      deliveryOf(house, playTarget({ send }), { queue, now }),
      options({ until: Infinity, pace }),
    );
    expect(tries).toBe(2);
    expect(statesOf(house)).toEqual([]);
  });

  test('whoever asks to stop in that moment finds everything open again', async () => {
    const house = houseOf(8);
    const target = playTarget();
    const stop = new AbortController();
    const queue = house.queue(
      recorderOf(house, async (_, leased) => (leased > 0 ? stop.abort() : undefined)),
    );
    await deliver(deliveryOf(house, target, { queue }), options({ signal: stop.signal }));
    expect(target.sent).toEqual([]);
    expect(statesOf(house)).toEqual(several(8, 'open'));
    expect(house.rows('SELECT 1 FROM operation WHERE sent_at IS NOT NULL')).toEqual([]);
  });
});

describe('places', () => {
  test('that are free are filled within moments, also while the others let themselves be waited for', async () => {
    const house = houseOf(6);
    let answerSlow: () => void = () => undefined;
    const slow = new Promise<void>((resolve) => (answerSlow = resolve));
    const later: string[] = [];
    const send = async (request: ScimRequest): Promise<Outcome> => {
      const name = nameOf(request);
      later.push(name);
      // One of four places is freed at a time: the others are let go when the last one was sent.
      if (name === 'p005') answerSlow();
      if (['p000', 'p001', 'p002'].includes(name)) await slow;
      return createdFor(request);
    };
    await deliver(deliveryOf(house, playTarget({ send })), options());
    expect(later).toEqual(['p000', 'p001', 'p002', 'p003', 'p004', 'p005']);
    expect(statesOf(house)).toEqual([]);
  });

  test('are shared by a lease: it takes a good third of them at once where answers come quickly', async () => {
    const house = houseOf(64);
    const target = playTarget({ send: async (request) => createdFor(request) });
    const delivery = deliveryOf(house, target);
    const lease = vi.spyOn(delivery.queue, 'lease');
    await deliver(delivery, options({ pace: paceAt({ concurrency: 16 }) }));
    expect(target.sent).toHaveLength(64);
    expect(lease.mock.calls.length).toBeLessThanOrEqual(64 / 6 + 1);
  });

  test('stay empty when the target has halted, also those that were leased just then', async () => {
    const house = houseOf(12);
    const send = async (request: ScimRequest): Promise<Outcome> => {
      if (nameOf(request) !== 'p001') return createdFor(request);
      await moments(5);
      return failed('target', { code: 'unauthorised' });
    };
    const target = playTarget({ send });
    const queue = house.queue(
      recorderOf(house, async (entry, _, count) => {
        if ('lease' in entry && count > 1) await moments(30);
      }),
    );
    const delivery = deliveryOf(house, target, { queue });
    expect(await deliver(delivery, options())).toMatchObject({ code: 'unauthorised' });
    expect(target.sent).toHaveLength(4);
    expect(statesOf(house)).toEqual(several(9, 'open'));
  });
});
