import { describe, expect, test } from 'vitest';
import { ENTERPRISE, RollcallError } from '../../src/model/index.ts';
import { FLAG } from '../../src/store/ledger.ts';
import { generation } from '../../src/store/generation.ts';
import { rekey } from '../../src/store/rekey.ts';
import { loadLedger } from '../../src/store/state.ts';
import { managedBy } from '../planning/example.ts';
import { openHouse } from './released.ts';
import type { House } from './released.ts';

const move = (house: House, old: string, now: string) =>
  rekey(house.state, { old, now, actor: 'ada', at: 42 });

const slotOf = (house: House, key: string): number => {
  const ledger = loadLedger(house.state);
  const digest = new Uint32Array(4);
  ledger.keyHash(key, digest);
  return ledger.find(digest);
};

const refusal = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof RollcallError && error.code === 'usage') return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
};

describe('somebody who has another key from now on', () => {
  test('keeps slot, account and history, and is looked at by the next run', () => {
    const house = openHouse();
    house.link('old', { userName: 'ada' }, 'r1');
    const slot = slotOf(house, 'old');
    const before = generation(house.state);
    expect(move(house, 'old', 'new')).toEqual(['example']);
    expect([slotOf(house, 'new'), slotOf(house, 'old')]).toEqual([slot, -1]);
    expect(house.queue().remoteIdOf('new')).toBe('r1');
    expect(loadLedger(house.state).flags(slot) & FLAG.examine).toBe(FLAG.examine);
    // A plan that was made before this cannot be released any more.
    expect(generation(house.state)).toBe(before + 1);
    expect(house.rows(`SELECT at, key, detail FROM audit WHERE event = 'person.rekeyed'`)).toEqual([
      { at: 42, key: 'new', detail: '{"actor":"ada","new":"new","old":"old"}' },
    ]);
  });

  test('takes the key from somebody who was met under it and has no account', () => {
    const house = openHouse();
    house.link('old', { userName: 'ada' }, 'r1');
    house.plan({
      operations: [{ key: 'new', kind: 'create', after: { userName: 'ada' } }],
      leftOut: [{ key: 'new', rule: 'rekey', reason: 'x' }],
      rejected: [{ key: 'new', rule: 'status', reason: 'x' }],
    });
    const slot = slotOf(house, 'old');
    const given = slotOf(house, 'new');
    move(house, 'old', 'new');
    expect(slotOf(house, 'new')).toBe(slot);
    for (const table of ['operation', 'left_out', 'rejection'])
      expect([table, house.rows(`SELECT * FROM ${table}`)]).toEqual([table, []]);
    expect(loadLedger(house.state).flags(given)).toBe(FLAG.gone);
    // Whoever gave it up can be met again under a third key.
    house.plan({ operations: [{ key: 'third', kind: 'create', after: { userName: 'x' } }] });
    expect(slotOf(house, 'third')).toBe(2);
  });

  test('is still the manager of whom they manage', () => {
    const house = openHouse();
    house.link('old', { userName: 'boss' }, 'r1');
    house.link('a', managedBy('old', { userName: 'a' }), 'r2');
    house.link('b', managedBy('other', { userName: 'b' }), 'r3');
    house.plan({
      operations: [{ key: 'c', kind: 'create', after: managedBy('old', { userName: 'c' }), needs: 'old' }],
    });
    move(house, 'old', 'new');
    const managers = house.rows(
      `SELECT json_extract(resource, '$."${ENTERPRISE}".manager.value') AS manager FROM account ORDER BY remote_id`,
    );
    expect(managers).toEqual([{ manager: null }, { manager: 'new' }, { manager: 'other' }]);
    expect(house.lease()[0]!.after).toEqual(managedBy('new', { userName: 'c' }));
  });

  test('may be renamed back', () => {
    const house = openHouse();
    house.link('old', { userName: 'ada' }, 'r1');
    move(house, 'old', 'new');
    move(house, 'new', 'old');
    expect(house.queue().remoteIdOf('old')).toBe('r1');
    expect(house.rows('SELECT key FROM person')).toEqual([{ key: 'old' }]);
  });
});

describe('a change of key that cannot be', () => {
  test('of nobody', () => {
    const house = openHouse();
    expect(refusal(() => move(house, 'nobody', 'new'))).toBe('nobody has the key nobody');
  });

  test('to somebody who has accounts of their own', () => {
    const house = openHouse();
    house.link('old', { userName: 'ada' }, 'r1');
    house.link('new', { userName: 'bob' }, 'r2');
    expect(refusal(() => move(house, 'old', 'new'))).toContain('new has accounts of their own (example)');
    expect(house.queue().remoteIdOf('old')).toBe('r1');
    expect(house.rows(`SELECT * FROM audit WHERE event = 'person.rekeyed'`)).toEqual([]);
  });

  test('to somebody of whom a request was sent and not answered', () => {
    const house = openHouse();
    house.link('old', { userName: 'ada' }, 'r1');
    house.plan({ operations: [{ key: 'new', kind: 'create', after: { userName: 'x' } }] });
    house.lease();
    expect(refusal(() => move(house, 'old', 'new'))).toContain('its answer is not known yet');
    expect([...house.queue().doubtful()]).toHaveLength(1);
  });
});
