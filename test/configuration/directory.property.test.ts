import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { valueOf } from '../../connectors/sources/ldif/value.ts';
import { flagBits, accountFlags } from '../../src/configuration/account-flags.ts';
import { registerFunctions } from '../../src/configuration/functions/index.ts';
import { FunctionFault } from '../../src/configuration/functions/index.ts';
import { guidOf, sidOf } from '../../src/configuration/identifiers.ts';
import { fileTime, generalizedTime, isoInstant, isoText } from '../../src/configuration/instants.ts';
import type { Environment } from '@marcbachmann/cel-js';

const year0 = -62_167_219_200_000;
const year9999 = 253_402_300_799_999;
const instant = fc.integer({ min: year0, max: year9999 });
const pad = (number: number, length = 2) => String(number).padStart(length, '0');

describe('times', () => {
  test('a time written as Generalized Time, to any unit and in any zone, is read back', () => {
    const unit = fc.constantFrom<[string, number]>(['hour', 3_600_000], ['minute', 60_000], ['second', 1000]);
    const zone = fc.integer({ min: -23 * 60 - 59, max: 23 * 60 + 59 });
    fc.assert(
      fc.property(instant, unit, zone, fc.constantFrom('.', ','), (time, [name, length], offset, mark) => {
        const local = time + offset * 60_000;
        fc.pre(local >= year0 && local <= year9999);
        const iso = new Date(local).toISOString();
        const digits = iso.replaceAll(/[-:T]/g, '');
        const whole = digits.slice(0, name === 'hour' ? 10 : name === 'minute' ? 12 : 14);
        const rest = ((local % length) + length) % length;
        // Digits enough that rounding down gives the very millisecond.
        const fraction = String((BigInt(rest) * 10n ** 12n) / BigInt(length) + (rest > 0 ? 1n : 0n)).padStart(
          12,
          '0',
        );
        const minutes = Math.abs(offset);
        const written = `${offset < 0 ? '-' : '+'}${pad(Math.floor(minutes / 60))}${pad(minutes % 60)}`;
        const text = `${whole}${rest > 0 ? mark + fraction : ''}${offset === 0 ? 'Z' : written}`;
        expect(generalizedTime(text), text).toBe(time);
      }),
    );
  });

  test('a FILETIME, and what is written of a time, are read back to the second', () => {
    fc.assert(
      fc.property(instant, fc.integer({ min: 0, max: 9999 }), (time, steps) => {
        fc.pre(time > -11_644_473_600_000);
        const text = String((BigInt(time) + 11_644_473_600_000n) * 10_000n + BigInt(steps));
        expect(fileTime(text)).toBe(time);
        expect(isoInstant(isoText(time))).toBe(Math.floor(time / 1000) * 1000);
      }),
    );
  });

  test('as text they sort as they follow each other', () => {
    fc.assert(
      fc.property(instant, instant, (left, right) => {
        const seconds = Math.sign(Math.floor(left / 1000) - Math.floor(right / 1000));
        const [one, other] = [isoText(left), isoText(right)];
        expect(one < other ? -1 : one > other ? 1 : 0).toBe(seconds);
      }),
    );
  });
});

describe('identifiers', () => {
  test('a GUID is read of its bytes, however a source shows them, and of its own text', () => {
    const anyBytes = fc.uint8Array({ minLength: 16, maxLength: 16 });
    const textBytes = fc.array(fc.integer({ min: 0x21, max: 0x7e }), { minLength: 16, maxLength: 16 });
    fc.assert(
      fc.property(
        fc.oneof(
          anyBytes,
          textBytes.map((codes) => Uint8Array.from(codes)),
        ),
        (bytes) => {
          const view = new DataView(bytes.buffer, bytes.byteOffset, 16);
          const hex = (number: number, length: number) => number.toString(16).padStart(length, '0');
          const tail = Buffer.from(bytes.slice(8)).toString('hex');
          const expected = `${hex(view.getUint32(0, true), 8)}-${hex(view.getUint16(4, true), 4)}-${hex(view.getUint16(6, true), 4)}-${tail.slice(0, 4)}-${tail.slice(4)}`;
          const shown = valueOf(Buffer.from(bytes)).text;
          expect(guidOf(shown), shown).toBe(expected);
          expect(guidOf(expected)).toBe(expected);
          expect(guidOf(`{${expected.toUpperCase()}}`)).toBe(expected);
        },
      ),
    );
  });

  test('a SID is read of its bytes and of its own text', () => {
    const number = fc.integer({ min: 0, max: 0xffff_ffff });
    const authority = fc.oneof(number, fc.integer({ min: 2 ** 32, max: 2 ** 48 - 1 }));
    fc.assert(
      fc.property(authority, fc.array(number, { minLength: 1, maxLength: 15 }), (owner, numbers) => {
        const bytes = Buffer.alloc(8 + 4 * numbers.length);
        bytes[0] = 1;
        bytes[1] = numbers.length;
        bytes.writeUIntBE(owner, 2, 6);
        numbers.forEach((one, index) => bytes.writeUInt32LE(one, 8 + 4 * index));
        const text = sidOf(valueOf(bytes).text)!;
        expect(text).toMatch(/^S-1-(\d+|0x[0-9A-F]{12})(-\d+)+$/);
        expect(text.split('-').slice(3).map(Number)).toEqual(numbers);
        expect(Number(text.split('-')[2])).toBe(owner);
        expect(sidOf(text)).toBe(text);
      }),
    );
  });
});

test('flags are read of the number that they make, signed or not', () => {
  const flags = fc.subarray(Object.values(accountFlags));
  fc.assert(
    fc.property(flags, fc.boolean(), (some, high) => {
      const bits = some.reduce((sum, flag) => sum | flag, high ? 0x8000_0000 : 0);
      for (const text of [String(bits | 0), String(bits >>> 0)])
        for (const flag of Object.values(accountFlags))
          expect((flagBits(text)! & flag) !== 0).toBe(some.includes(flag));
    }),
  );
});

describe('whatever a record holds', () => {
  /** All functions of directories, as they are called at run time. */
  const handlers: { readonly signature: string; readonly run: (...values: unknown[]) => unknown }[] = [];
  const environment = {
    registerFunction: (signature: string, run: (...values: unknown[]) => unknown) =>
      void handlers.push({ signature, run }),
  };
  registerFunctions(environment as unknown as Environment, {
    timeZone: 'UTC',
    clock: () => 1_772_366_400_000,
  });
  const names =
    /^(generalizedTime|fileTime|epochDays|isExpired|isLocked|guid|sid|hasFlag|rdn|rdnValue|dnValues|parentDn|normalDn|isUnder)\((string|list|int|double)/;
  const ofAttributes = handlers.filter(({ signature }) => names.test(signature));

  const odd = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.string({ unit: fc.constantFrom(...'0123456789.,+-Z'), maxLength: 30 }),
    fc.string({ unit: fc.constantFrom(...'cn=a,\\+"#; 0f\0'), maxLength: 30 }),
    fc.base64String({ maxLength: 100 }),
    fc.bigInt().map(String),
  );
  const values: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
    string: odd,
    list: fc.array(fc.oneof(odd, fc.constant(null), fc.double(), fc.array(odd)), { maxLength: 3 }),
    int: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    double: fc.double(),
  };
  const second: Readonly<Record<string, readonly unknown[]>> = {
    isLocked: [{ seconds: 1800n, nanos: 0 }],
    hasFlag: ['ACCOUNTDISABLE'],
    rdnValue: ['cn'],
    dnValues: ['cn'],
    isUnder: ['cn=a'],
  };

  test.each(ofAttributes)('$signature gives a result or a sentence without it', ({ signature, run }) => {
    const [, name, form] = names.exec(signature)!;
    fc.assert(
      fc.property(values[form!]!, (value) => {
        try {
          const result = run(value, ...(second[name!] ?? []));
          expect(['string', 'boolean', 'object']).toContain(typeof result);
        } catch (error) {
          if (!(error instanceof FunctionFault)) throw error;
          // Said before the value is known.
          expect(error.message).toMatch(new RegExp(`^${name} met [a-zA-Z0-9 ,;()…]+$`));
          if (typeof value === 'string' && value.length > 12) expect(error.message).not.toContain(value);
        }
      }),
    );
  });

  test('all of them were tried', () => {
    expect(ofAttributes.length).toBe(14 * 2 + 5 * 2);
  });
});
