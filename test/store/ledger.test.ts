import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Ledger, PAGE_BYTES, PAGE_PEOPLE } from '../../src/store/ledger.ts';
import { tries } from '../planning/example.ts';

const digestOf = (ledger: Ledger, key: string): Uint32Array => {
  const digest = new Uint32Array(4);
  ledger.keyHash(key, digest);
  return digest;
};
const find = (ledger: Ledger, key: string): number => ledger.find(digestOf(ledger, key));
const add = (ledger: Ledger, key: string): number => ledger.add(digestOf(ledger, key));
const record = (ledger: Ledger, text: string): Uint32Array => {
  const digest = new Uint32Array(4);
  ledger.recordDigest(text, digest);
  return digest;
};
/** A ledger as the next run loads it. */
const reloaded = (ledger: Ledger, salt = 'salt'): Ledger => {
  const pages = [...ledger.dirtyPages()].map(({ data }) => Buffer.from(data));
  return new Ledger(salt, pages, ledger.size);
};

type Step =
  | {
      readonly kind: 'add' | 'record' | 'name' | 'version' | 'flags' | 'rekey';
      readonly key: string;
      readonly value: number;
    }
  | { readonly kind: 'reload' };

const keys = Array.from({ length: 12 }, (_, index) => `key ${index}`);
const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constantFrom('add', 'record', 'name', 'version', 'flags', 'rekey'),
      key: fc.constantFrom(...keys),
      value: fc.nat(11),
    }),
    fc.constant({ kind: 'reload' as const }),
  ),
  { maxLength: 60 },
);

describe('a ledger', () => {
  test('knows what a map would know, through changes, new keys and reloading', () => {
    fc.assert(
      fc.property(steps, (all) => {
        let ledger = new Ledger('salt');
        const slots = new Map<string, number>();
        const known = new Map<number, { record: number; name: number; version: number; flags: number }>();
        for (const step of all) {
          if (step.kind === 'reload') {
            ledger = reloaded(touched(ledger));
            continue;
          }
          const { key, value } = step;
          const slot = slots.get(key);
          if (step.kind === 'add' && slot === undefined) {
            const made = add(ledger, key);
            expect(made).toBe(slots.size + gone(slots, known));
            slots.set(key, made);
            known.set(made, { record: -1, name: -1, version: 0, flags: 0 });
          }
          if (slot === undefined) continue;
          const row = known.get(slot)!;
          if (step.kind === 'record')
            ledger.setRecord(slot, record(ledger, `record ${(row.record = value)}`));
          if (step.kind === 'name') ledger.setName(slot, `name ${(row.name = value)}`);
          if (step.kind === 'version') ledger.setVersion(slot, (row.version = value));
          if (step.kind === 'flags') ledger.setFlags(slot, (row.flags = value));
          if (step.kind === 'rekey' && !slots.has(keys[value]!)) {
            ledger.setKey(slot, keys[value]!);
            slots.delete(key);
            slots.set(keys[value]!, slot);
          }
        }
        for (const key of keys) expect(find(ledger, key)).toBe(slots.get(key) ?? -1);
        for (const [slot, row] of known) {
          expect([ledger.version(slot), ledger.flags(slot)]).toEqual([row.version, row.flags]);
          for (let value = 0; value < 12; value++)
            expect(ledger.sameRecord(slot, record(ledger, `record ${value}`))).toBe(value === row.record);
          for (const [other, { name }] of known) {
            const isSame =
              ledger.nameHigh(slot) === ledger.nameHigh(other) &&
              ledger.nameLow(slot) === ledger.nameLow(other);
            expect(isSame).toBe(row.name === name);
          }
        }
      }),
      tries(150),
    );
  });

  test('grows beyond a page, and every page comes back as it was', () => {
    const ledger = new Ledger('salt');
    const count = PAGE_PEOPLE * 2 + 10;
    for (let index = 0; index < count; index++) expect(add(ledger, `p${index}`)).toBe(index);
    ledger.setVersion(count - 1, 7);
    const again = reloaded(ledger);
    expect(again.size).toBe(count);
    for (let index = 0; index < count; index++) expect(find(again, `p${index}`)).toBe(index);
    expect(find(again, 'nobody')).toBe(-1);
    expect(again.version(count - 1)).toBe(7);
    expect(add(again, 'new')).toBe(count);
  });

  test('gives out the pages that differ from what was loaded, and no others', () => {
    const ledger = new Ledger('salt');
    for (let index = 0; index < PAGE_PEOPLE * 3; index++) add(ledger, `p${index}`);
    const again = reloaded(ledger);
    const dirty = () => [...again.dirtyPages()].map(({ page }) => page);
    expect(dirty()).toEqual([]);
    again.setFlags(PAGE_PEOPLE, 0);
    expect(dirty()).toEqual([]);
    again.setFlags(PAGE_PEOPLE, 1);
    again.setVersion(PAGE_PEOPLE * 3 - 1, 1);
    expect(dirty()).toEqual([1, 2]);
    for (const { data } of again.dirtyPages()) expect(data.byteLength).toBe(PAGE_BYTES);
    again.setName(0, 'ada');
    expect(dirty()).toEqual([0, 1, 2]);
  });

  test('the last page ends with the last person; one that is filled up with nobody is read as well', () => {
    const ledger = new Ledger('salt');
    for (let index = 0; index < PAGE_PEOPLE + 3; index++) add(ledger, `p${index}`);
    const pages = [...ledger.dirtyPages()].map(({ data }) => Buffer.from(data));
    expect(pages.map(({ byteLength }) => byteLength)).toEqual([PAGE_BYTES, 3 * 48]);
    const filled = pages.map((page) => Buffer.concat([page, Buffer.alloc(PAGE_BYTES - page.byteLength)]));
    const again = new Ledger('salt', filled, PAGE_PEOPLE + 3);
    expect(find(again, `p${PAGE_PEOPLE + 2}`)).toBe(PAGE_PEOPLE + 2);
    again.setFlags(PAGE_PEOPLE, 1);
    expect([...again.dirtyPages()].map(({ page, data }) => [page, data.byteLength])).toEqual([[1, 3 * 48]]);
  });

  test('stays quick when everybody gets another number', () => {
    const count = 2047;
    const ledger = new Ledger('salt');
    for (let index = 0; index < count; index++) add(ledger, `old${index}`);
    for (let index = 0; index < count; index++) ledger.setKey(index, `new${index}`);
    for (let index = 0; index < count; index++) ledger.setKey(index, `newer${index}`);
    for (let index = 0; index < count; index++) expect(find(ledger, `newer${index}`)).toBe(index);
    expect(find(ledger, 'old5')).toBe(-1);
    expect(find(ledger, 'new5')).toBe(-1);
    expect(add(ledger, 'another')).toBe(count);
    expect(find(ledger, 'another')).toBe(count);
  });
});

describe('its hashes', () => {
  test('depend on the secret of the state, so that a copy of the file cannot be searched', () => {
    const [one, two] = [new Ledger('one'), new Ledger('two')];
    expect([...digestOf(one, 'p1')]).not.toEqual([...digestOf(two, 'p1')]);
    expect([...record(one, 'p1')]).not.toEqual([...record(two, 'p1')]);
    for (const ledger of [one, two]) {
      add(ledger, 'p1');
      ledger.setName(0, 'ada');
    }
    expect(one.nameHigh(0)).not.toBe(two.nameHigh(0));
  });

  test('tell keys apart that are numbers in a row, words, or nearly the same, by each half alone', () => {
    const ledger = new Ledger('salt');
    const given = new Set<string>();
    for (let index = 0; index < 10_000; index++) {
      given.add(String(index));
      given.add(String(index).padStart(8, '0'));
      given.add(`E${index}`);
    }
    const letters = 'abcxyz0189 ABé\u0000-';
    for (const first of letters)
      for (const second of letters) {
        given.add(first + second);
        for (const third of letters) given.add(first + second + third);
      }
    for (let length = 0; length < 200; length++) given.add('a'.repeat(length));
    const halves = [new Set<string>(), new Set<string>()];
    for (const key of given) {
      const [a, b, c, d] = digestOf(ledger, key);
      halves[0]!.add(`${a} ${b}`);
      halves[1]!.add(`${c} ${d}`);
    }
    expect(halves.map(({ size }) => size)).toEqual([given.size, given.size]);
  });

  test('spread evenly over the places of the table', () => {
    const ledger = new Ledger('salt');
    const places = new Uint32Array(256);
    const count = 25_600;
    for (let index = 0; index < count; index++) places[digestOf(ledger, `employee-${index}`)[0]! & 255]!++;
    // Each place expects 100; 7 standard deviations are far outside of chance.
    expect(Math.min(...places)).toBeGreaterThan(30);
    expect(Math.max(...places)).toBeLessThan(170);
  });
});

/** With all pages dirty, so that they are given out as a whole. */
function touched(ledger: Ledger): Ledger {
  for (let slot = 0; slot < ledger.size; slot++) ledger.setVersion(slot, ledger.version(slot));
  return ledger;
}

/** Slots whose key is nobody's any more do not come up in this model: each slot keeps one key. */
function gone(slots: ReadonlyMap<string, number>, known: ReadonlyMap<number, unknown>): number {
  return known.size - slots.size;
}
