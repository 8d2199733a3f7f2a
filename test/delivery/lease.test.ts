import { describe, expect, test, vi } from 'vitest';
import { deliver } from '../../src/delivery/deliver.ts';
import type { DeliverOptions } from '../../src/delivery/deliver.ts';
import type { Outcome, ScimRequest } from '../../src/model/index.ts';
import { openHouse } from '../store/released.ts';
import type { House, Planned } from '../store/released.ts';
import { created, deliveryOf, failed, playTarget } from './answers.ts';

const options = (part: Partial<DeliverOptions> = {}): DeliverOptions => ({
  pace: { concurrency: 4 },
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

describe('a lease is on the disk before the first byte goes out (law 11)', () => {
  test('nothing is sent while the disk is still being waited for', async () => {
    const house = houseOf(8);
    const target = playTarget({ send: async (request) => createdFor(request) });
    const delivery = deliveryOf(house, target);
    let release: () => void = () => undefined;
    vi.spyOn(delivery.queue, 'durable').mockImplementationOnce(
      () => new Promise((resolve) => (release = resolve)),
    );
    const delivered = deliver(delivery, options());
    await moments(20);
    expect(statesOf(house).filter((state) => state === 'leased')).toHaveLength(4);
    expect(target.sent).toEqual([]);
    release();
    expect(await delivered).toBeUndefined();
    expect(target.sent).toHaveLength(8);
    expect(statesOf(house)).toEqual([]);
  });

  test('each lease is flushed, and sent only after that', async () => {
    const house = houseOf(40);
    const log: string[] = [];
    const send = async (request: ScimRequest): Promise<Outcome> => {
      log.push('sent');
      await moments(1);
      return createdFor(request);
    };
    const delivery = deliveryOf(house, playTarget({ send }));
    const lease = delivery.queue.lease.bind(delivery.queue);
    vi.spyOn(delivery.queue, 'lease').mockImplementation((...given) => {
      const leased = lease(...given);
      log.push(`leased ${leased.length}`);
      return leased;
    });
    const durable = delivery.queue.durable.bind(delivery.queue);
    vi.spyOn(delivery.queue, 'durable').mockImplementation(async () => {
      await durable();
      log.push('flushed');
    });
    await deliver(delivery, options());
    let leased = 0;
    let safe = 0;
    for (const entry of log) {
      if (entry === 'sent') expect(--safe).toBeGreaterThanOrEqual(0);
      else if (entry === 'flushed') [safe, leased] = [safe + leased, 0];
      else leased += Number(entry.slice('leased '.length));
    }
    expect(log.filter((entry) => entry === 'sent')).toHaveLength(40);
  });

  test('a disk that fails ends the run; nothing was sent, and what was leased is in doubt', async () => {
    const house = houseOf(8);
    const target = playTarget();
    const delivery = deliveryOf(house, target);
    vi.spyOn(delivery.queue, 'durable').mockRejectedValueOnce(new Error('the disk does not take it'));
    await expect(deliver(delivery, options())).rejects.toThrow('the disk does not take it');
    expect(target.sent).toEqual([]);
    expect(statesOf(house)).toEqual([...several(4, 'leased'), ...several(4, 'open')]);
  });

  test('whoever asks to stop in that moment finds everything open again', async () => {
    const house = houseOf(8);
    const target = playTarget();
    const delivery = deliveryOf(house, target);
    const stop = new AbortController();
    vi.spyOn(delivery.queue, 'durable').mockImplementationOnce(async () => stop.abort());
    await deliver(delivery, options({ signal: stop.signal }));
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

  test('are shared by a lease: it takes half of them at once where answers come quickly', async () => {
    const house = houseOf(64);
    const target = playTarget({ send: async (request) => createdFor(request) });
    const delivery = deliveryOf(house, target);
    const lease = vi.spyOn(delivery.queue, 'lease');
    await deliver(delivery, options({ pace: { concurrency: 16 } }));
    expect(target.sent).toHaveLength(64);
    expect(lease.mock.calls.length).toBeLessThanOrEqual(64 / 8 + 1);
  });

  test('stay empty when the target has halted, also those that were leased just then', async () => {
    const house = houseOf(12);
    const send = async (request: ScimRequest): Promise<Outcome> => {
      if (nameOf(request) !== 'p001') return createdFor(request);
      await moments(5);
      return failed('target', { code: 'unauthorised' });
    };
    const target = playTarget({ send });
    const delivery = deliveryOf(house, target);
    const durable = delivery.queue.durable.bind(delivery.queue);
    let flushes = 0;
    vi.spyOn(delivery.queue, 'durable').mockImplementation(async () => {
      await durable();
      if (++flushes === 2) await moments(30);
    });
    expect(await deliver(delivery, options())).toMatchObject({ code: 'unauthorised' });
    expect(target.sent).toHaveLength(4);
    expect(statesOf(house)).toEqual(several(9, 'open'));
  });
});
