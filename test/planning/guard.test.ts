import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KINDS } from '../../src/model/index.ts';
import type { Kind, Limit, Limits, Receipt } from '../../src/model/index.ts';
import { guardKinds, guardSource } from '../../src/planning/guard.ts';
import { tries } from './example.ts';

interface Situation {
  readonly kind?: Kind;
  readonly count: number;
  readonly limit?: Limit;
  readonly released?: number;
  readonly linked?: number;
}

/** The rules that are broken when so many operations of one kind are planned. */
function rules({ kind = 'deactivate', count, limit, released = 0, linked = 1000 }: Situation): string[] {
  const breaches = guardKinds([{ kind, count, checksum: '' }], limit === undefined ? {} : { [kind]: limit }, {
    released: released === 0 ? {} : { [kind]: released },
    linked,
  });
  return (breaches.get(kind) ?? []).map(({ rule }) => rule);
}

describe('a limit of a kind', () => {
  const limit = { count: 20, percent: 10, floor: 5 };

  test('is broken above the count, and not at it', () => {
    expect(rules({ count: 20, limit })).toEqual([]);
    expect(rules({ count: 21, limit })).toEqual(['count']);
  });

  test('is broken above the percentage of the linked accounts, and not at it', () => {
    expect(rules({ count: 10, limit, linked: 100 })).toEqual([]);
    expect(rules({ count: 11, limit, linked: 100 })).toEqual(['percent']);
    expect(rules({ count: 10, limit, linked: 99 })).toEqual(['percent']);
  });

  test('says both where both are broken', () => {
    expect(rules({ count: 21, limit, linked: 100 })).toEqual(['count', 'percent']);
  });

  test('is never broken at its floor or below, however few accounts there are', () => {
    expect(rules({ count: 5, limit, linked: 5 })).toEqual([]);
    expect(rules({ count: 6, limit, linked: 6 })).toEqual(['percent']);
    expect(rules({ count: 30, limit: { count: 0, percent: 0, floor: 30 } })).toEqual([]);
    expect(rules({ count: 31, limit: { count: 0, percent: 0, floor: 30 } })).toEqual(['count', 'percent']);
  });

  test('may leave out the count, the percentage, or both', () => {
    expect(rules({ count: 999, limit: { percent: 100, floor: 0 } })).toEqual([]);
    expect(rules({ count: 500, limit: { count: 500, floor: 0 } })).toEqual([]);
    expect(rules({ count: 501, limit: { count: 500, floor: 0 } })).toEqual(['count']);
    expect(rules({ count: 1_000_000, limit: { floor: 0 } })).toEqual([]);
    expect(rules({ count: 1_000_000 })).toEqual([]);
  });

  test('of nothing breaks on the first operation, and on no operation not', () => {
    const none = { count: 0, floor: 0 };
    expect(rules({ kind: 'link', count: 1, limit: none })).toEqual(['count']);
    expect(rules({ kind: 'link', count: 0, limit: none })).toEqual([]);
  });

  test('looks back over what was released in the window', () => {
    expect(rules({ count: 1, released: 19, limit })).toEqual([]);
    expect(rules({ count: 1, released: 20, limit })).toEqual(['count']);
    expect(rules({ count: 1, released: 5, limit, linked: 59 })).toEqual(['percent']);
    expect(rules({ count: 1, released: 4, limit, linked: 1 })).toEqual([]);
    // Of a kind that this plan does not have, nothing is held.
    expect(rules({ count: 0, released: 1000, limit })).toEqual([]);
  });

  test('a share of no accounts is all of them, but for creates, which have no share to take', () => {
    const share = { percent: 50, floor: 0 };
    expect(rules({ kind: 'update', count: 1, limit: share, linked: 0 })).toEqual(['percent']);
    expect(rules({ kind: 'create', count: 100_000, limit: share, linked: 0 })).toEqual([]);
    expect(rules({ kind: 'create', count: 100, limit: { ...share, count: 99 }, linked: 0 })).toEqual([
      'count',
    ]);
    expect(rules({ kind: 'create', count: 2, limit: share, linked: 3 })).toEqual(['percent']);
  });

  test('one kind holds itself and no other', () => {
    const breaches = guardKinds(
      [
        { kind: 'create', count: 50, checksum: '' },
        { kind: 'deactivate', count: 50, checksum: '' },
        { kind: 'update', count: 50, checksum: '' },
      ],
      { deactivate: limit, update: { count: 50, floor: 0 } },
      { released: { create: 1000 }, linked: 1000 },
    );
    expect([...breaches.keys()]).toEqual(['deactivate']);
  });

  test('says how many, of how many, and against what', () => {
    const breaches = guardKinds(
      [{ kind: 'deactivate', count: 21, checksum: '' }],
      { deactivate: limit },
      {
        released: { deactivate: 3 },
        linked: 100,
      },
    ).get('deactivate');
    expect(breaches).toEqual([
      {
        rule: 'count',
        number: 24,
        limit: 20,
        message: '24 deactivate operations within 24 hours (3 of them already released), and the limit is 20',
      },
      {
        rule: 'percent',
        number: 24,
        limit: 10,
        message:
          '24 deactivate operations within 24 hours (3 of them already released) are 24.0 % of the 100 accounts linked 24 hours ago, and the limit is 10 %',
      },
    ]);
  });

  test('one operation, and one record, are told as one', () => {
    const limits: Limits = { link: { count: 0, percent: 1, floor: 0 } };
    const messages = (count: number) =>
      guardKinds([{ kind: 'link', count, checksum: '' }], limits, { released: {}, linked: 20 })
        .get('link')!
        .map(({ message }) => message);
    expect(messages(1)).toEqual([
      '1 link operation, and the limit is 0',
      '1 link operation is 5.0 % of 20 linked accounts, and the limit is 1 %',
    ]);
    expect(messages(2)[1]).toBe('2 link operations are 10.0 % of 20 linked accounts, and the limit is 1 %');
  });

  test('more operations, or fewer accounts, never mend a breach', () => {
    const number = fc.integer({ min: 0, max: 60 });
    const situation = fc.record({
      kind: fc.constantFrom(...KINDS),
      count: fc.integer({ min: 1, max: 60 }),
      released: number,
      linked: fc.integer({ min: 1, max: 60 }),
      limit: fc.record(
        { count: number, percent: fc.integer({ min: 0, max: 100 }), floor: number },
        { requiredKeys: ['floor'] },
      ),
    });
    fc.assert(
      fc.property(situation, number, (one, more) => {
        const now = rules(one);
        expect(rules({ ...one, count: one.count + more })).toEqual(expect.arrayContaining(now));
        expect(rules({ ...one, released: one.released + more })).toEqual(expect.arrayContaining(now));
        expect(rules({ ...one, linked: Math.max(1, one.linked - more) })).toEqual(
          expect.arrayContaining(now),
        );
        if (one.count + one.released <= one.limit.floor) expect(now).toEqual([]);
      }),
      tries(500),
    );
  });
});

describe('a limit of the source', () => {
  const limits = { shrunk: 20, rejected: 5, floor: 10 };
  const receipt = (count: number, part: Partial<Receipt> = {}): Receipt => ({
    source: 'hr',
    file: 'people.csv',
    count,
    sha256: '',
    complete: true,
    reasons: [],
    ...part,
  });
  const broken = (...given: Parameters<typeof guardSource>): string[] =>
    guardSource(...given).map(({ rule }) => rule);

  test('a complete read of as many people breaks none', () => {
    expect(broken(receipt(100), 0, { count: 100 }, limits)).toEqual([]);
    expect(broken(receipt(100), 0, undefined, limits)).toEqual([]);
  });

  test('a read that is not complete is held, with each of its reasons', () => {
    const cut = receipt(100, { complete: false, reasons: ['cut inside quotes', 'the trailer is missing'] });
    expect(guardSource(cut, 0, undefined, limits)).toEqual([
      { rule: 'source.incomplete', message: 'cut inside quotes' },
      { rule: 'source.incomplete', message: 'the trailer is missing' },
    ]);
    expect(guardSource(receipt(100, { complete: false }), 0, undefined, limits)).toEqual([
      { rule: 'source.incomplete', message: 'the read was not complete' },
    ]);
  });

  test('a last line without an end is odd where that of the last accepted read had one', () => {
    const rules = (endsLine: boolean, before?: boolean): readonly string[] => {
      const accepted = before === undefined ? undefined : { count: 10, endsLine: before };
      return guardSource(receipt(10, { endsLine }), 0, accepted, limits).map(({ rule }) => rule);
    };
    expect(rules(false, true)).toEqual(['source.end']);
    expect([rules(false), rules(false, false), rules(true, true), rules(true, false)]).toEqual([
      [],
      [],
      [],
      [],
    ]);
  });

  test('shrinking is measured against the last accepted read, above the floor alone', () => {
    expect(broken(receipt(80), 0, { count: 100 }, limits)).toEqual([]);
    expect(broken(receipt(79), 0, { count: 100 }, limits)).toEqual(['source.shrunk']);
    expect(broken(receipt(0), 0, { count: 10 }, limits)).toEqual([]);
    expect(broken(receipt(0), 0, { count: 11 }, limits)).toEqual(['source.shrunk']);
    expect(broken(receipt(200), 0, { count: 100 }, limits)).toEqual([]);
    expect(guardSource(receipt(50), 0, { count: 100 }, limits)[0]).toMatchObject({ number: 50, limit: 20 });
  });

  test('each part is measured by itself, also one that is gone', () => {
    const before = { count: 1000, counts: { Sales: 100, IT: 50, '': 11 } };
    const now = (counts: Receipt['counts']) => receipt(990, { ...(counts && { counts }) });
    expect(broken(now({ Sales: 80, IT: 41, '': 2, New: 500 }), 0, before, limits)).toEqual([]);
    expect(guardSource(now({ Sales: 79, '': 0 }), 0, before, limits).map(({ message }) => message)).toEqual([
      '79 records of "Sales" where the last accepted read had 100: 21.0 % fewer, and the limit is 20 %',
      '0 records of "IT" where the last accepted read had 50: 100.0 % fewer, and the limit is 20 %',
      '0 records of no part where the last accepted read had 11: 100.0 % fewer, and the limit is 20 %',
    ]);
    // Nobody counts them any more, so that nothing can be said.
    expect(broken(now(undefined), 0, before, limits)).toEqual([]);
  });

  test('the share of rejected records is measured above the floor alone', () => {
    expect(broken(receipt(1000), 50, undefined, limits)).toEqual([]);
    expect(broken(receipt(1000), 51, undefined, limits)).toEqual(['source.rejected']);
    expect(broken(receipt(10), 10, undefined, limits)).toEqual([]);
    expect(broken(receipt(11), 11, undefined, limits)).toEqual(['source.rejected']);
  });

  test('all that is wrong is said at once', () => {
    const worst = receipt(40, { complete: false, reasons: ['cut'] });
    expect(broken(worst, 20, { count: 100 }, limits)).toEqual([
      'source.incomplete',
      'source.shrunk',
      'source.rejected',
    ]);
  });
});
