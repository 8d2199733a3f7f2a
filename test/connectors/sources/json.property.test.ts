import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildValue } from '../../../connectors/sources/json/names.ts';
import { JsonReader } from '../../../connectors/sources/json/reader.ts';
import { JsonRecord } from '../../../connectors/sources/json/record.ts';
import type { JsonFormat } from '../../../src/model/index.ts';
import { isObject, RollcallError } from '../../../src/model/index.ts';

/** ROLLCALL_RUNS=100000 draws more, by hand; the seed makes a failure come again. */
const numRuns = Number(process.env['ROLLCALL_RUNS'] ?? 2000);
const seed = 20_261_126;

interface Outcome {
  readonly records: readonly JsonRecord[];
  readonly cut: string | undefined;
  readonly isLines: boolean;
}

/** Reads bytes that arrive in pieces of the given lengths, over and over. */
function readPieces(
  bytes: Buffer,
  format: JsonFormat,
  pointer: readonly string[],
  pieces: readonly number[],
): Outcome {
  const reader = new JsonReader(format, { pointer, values: ['/total'] }, 'people.json');
  const records: JsonRecord[] = [];
  const push = (chunk: Buffer, final: boolean) => {
    reader.push(chunk, final);
    for (let value = reader.next(); value; value = reader.next())
      records.push(new JsonRecord(value, undefined));
    chunk.fill(0);
  };
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const length = pieces[turn % pieces.length] ?? 1;
    push(Buffer.from(bytes.subarray(at, at + length)), false);
    at += length;
  }
  push(Buffer.alloc(0), true);
  return { records, cut: reader.cut(), isLines: reader.isLines };
}

/** What a writer may choose freely without changing what a value says, taken in turn. */
interface Style {
  readonly spaces: readonly string[];
  readonly escapes: readonly boolean[];
  /** Whether names are written in the other order. */
  readonly turned: boolean;
}

function write(value: unknown, style: Style): string {
  let turn = 0;
  const space = () => style.spaces[(turn += 1) % style.spaces.length] ?? '';
  const text = (content: string) =>
    `"${Array.from(content, (character) => (style.escapes[(turn += 1) % style.escapes.length] ? escaped(character) : JSON.stringify(character).slice(1, -1))).join('')}"`;
  const written = (one: unknown): string => {
    if (typeof one === 'string') return text(one);
    if (Array.isArray(one)) return `[${space()}${one.map(written).join(`${space()},${space()}`)}${space()}]`;
    if (!isObject(one)) return JSON.stringify(one);
    const entries = style.turned ? Object.entries(one).reverse() : Object.entries(one);
    const members = entries.map(([name, member]) => `${text(name)}${space()}:${space()}${written(member)}`);
    return `{${space()}${members.join(`${space()},${space()}`)}${space()}}`;
  };
  return `${space()}${written(value)}${space()}`;
}

function escaped(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}

const word = fc.oneof(
  fc
    .array(
      fc.constantFrom('"', '\\', '{', '}', '[', ']', ',', ':', '\n', 'a', '1', 'Zoë', '李', '🙂', '/', ' '),
      { maxLength: 6 },
    )
    .map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 6 }).filter((text) => text.isWellFormed() && !text.includes('\0')),
);
const { tree } = fc.letrec<{ tree: unknown; list: unknown[]; object: Record<string, unknown> }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    word,
    fc.oneof(fc.integer(), fc.double({ min: -1e15, max: 1e15, noNaN: true })),
    fc.constantFrom(true, false, null),
    tie('list'),
    tie('object'),
  ),
  list: fc.array(tie('tree'), { maxLength: 4 }),
  object: fc.dictionary(fc.oneof(word, fc.constantFrom('__proto__', 'constructor', '0')), tie('tree'), {
    maxKeys: 4,
  }),
}));
const person = fc.dictionary(fc.oneof(word, fc.constantFrom('id', '__proto__')), tree, { maxKeys: 5 });
const style: fc.Arbitrary<Style> = fc.record({
  spaces: fc.array(fc.constantFrom('', '', ' ', '\n', '\r\n', '\t', '  '), { minLength: 1, maxLength: 5 }),
  escapes: fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }),
  turned: fc.boolean(),
});
const pieces = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 4 });

/**
 * As a value that two of can be compared: -0 is 0 in JSON, and no order of names counts. Not by way of `JSON.parse`,
 * which may confuse names (https://github.com/nodejs/node/issues/63785).
 */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (!isObject(value)) return Object.is(value, -0) ? 0 : value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]));
}

describe('what was written is what is read', () => {
  test('a list, however it is written and cut', () => {
    fc.assert(
      fc.property(fc.array(person, { maxLength: 6 }), tree, style, pieces, (people, beside, how, cuts) => {
        const wrapped = { beside, value: people, total: people.length };
        for (const [value, pointer] of [
          [people, []],
          [wrapped, ['value']],
        ] as const) {
          const content = write(value, how);
          const { records, cut } = readPieces(Buffer.from(content), 'json', pointer, cuts);
          expect(records.map((record) => record.defect)).toEqual(people.map(() => undefined));
          expect(records.map((record) => plain(record.fields()))).toEqual(people.map(plain));
          expect(cut).toBeUndefined();
          const lines = content.split('\n');
          for (const record of records)
            expect(lines[record.line - 1]).toContain(record.text().split('\n')[0]);
        }
      }),
      { numRuns, seed },
    );
  });

  test('a record on each line', () => {
    const flat = style.map((how) => ({
      ...how,
      spaces: how.spaces.filter((space) => !space.includes('\n')).concat(''),
    }));
    const ends = fc.array(fc.constantFrom('\n', '\r\n', '\n\n', '\n \n'), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(
        fc.array(person, { minLength: 2, maxLength: 6 }),
        flat,
        ends,
        pieces,
        (people, how, breaks, cuts) => {
          const content = people
            .map((one, index) => write(one, how) + (breaks[index % breaks.length] ?? '\n'))
            .join('');
          const { records, isLines } = readPieces(Buffer.from(content), 'auto', [], cuts);
          expect(isLines).toBe(true);
          expect(records.map((record) => [record.defect, plain(record.fields())])).toEqual(
            people.map((one) => [undefined, plain(one)]),
          );
          const lines = content.split('\n');
          for (const record of records) expect(lines[record.line - 1]?.trim()).toBe(record.text());
        },
      ),
      { numRuns, seed },
    );
  });

  test('what has one text is one record', () => {
    fc.assert(
      fc.property(person, person, style, style, (one, two, first, second) => {
        const content = `[${write(one, first)},${write(two, second)}]`;
        const { records } = readPieces(Buffer.from(content), 'json', [], [1000]);
        if (records[0]?.text() === records[1]?.text()) expect(plain(one)).toEqual(plain(two));
      }),
      { numRuns, seed },
    );
  });
});

describe('what was damaged', () => {
  const damage = fc.array(
    fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
      remove: fc.integer({ min: 0, max: 4 }),
      insert: fc.oneof(
        fc.constantFrom(
          '',
          '"',
          '\\',
          '{',
          '}',
          '[',
          ']',
          ',',
          ':',
          '\n',
          "'",
          '//',
          'NaN',
          '\0',
          '1e',
          '-',
          't',
          '{"value":[',
          '\ufeff',
        ),
        fc.string({ unit: 'binary', maxLength: 3 }),
      ),
    }),
    { minLength: 1, maxLength: 3 },
  );
  const damaged = (
    content: string,
    changes: readonly { at: number; remove: number; insert: string }[],
  ): Buffer => {
    let bytes = Buffer.from(content);
    for (const { at, remove, insert } of changes) {
      const place = Math.floor(at * bytes.length);
      bytes = Buffer.concat([bytes.subarray(0, place), Buffer.from(insert), bytes.subarray(place + remove)]);
    }
    return bytes;
  };

  /** What came of it, in a form that can be compared; an error with all that a person is told. */
  function outcome(
    bytes: Buffer,
    format: JsonFormat,
    pointer: readonly string[],
    cuts: readonly number[],
  ): unknown {
    try {
      const { records, cut, isLines } = readPieces(bytes, format, pointer, cuts);
      const told = records.map((record) => [
        record.line,
        record.defect,
        record.text(),
        plain(record.fields()),
      ]);
      return { records: told, cut, isLines };
    } catch (error) {
      if (error instanceof RollcallError) return error.problems;
      throw error;
    }
  }

  /** What `JSON.parse` makes of it; names with a backslash apart, which it may confuse. */
  const parsed = (text: string): unknown => {
    const value: unknown = JSON.parse(text);
    return text.includes('\\') ? buildValue(text, JSON.parse) : value;
  };

  test('is read as JSON.parse reads the whole, or is refused, or is said to be in doubt', () => {
    fc.assert(
      fc.property(
        fc.array(person, { maxLength: 4 }),
        tree,
        style,
        damage,
        fc.boolean(),
        (people, beside, how, changes, wrapped) => {
          const content = write(wrapped ? { beside, value: people, more: beside } : people, how);
          const bytes = damaged(content, changes);
          const pointer = wrapped ? ['value'] : [];
          let read: Outcome;
          try {
            read = readPieces(bytes, 'json', pointer, [7]);
          } catch (error) {
            if (error instanceof RollcallError) return;
            throw error;
          }
          if (read.cut !== undefined || read.records.some((record) => record.defect !== undefined)) return;
          const value = parsed(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
          const list = wrapped ? (value as { value: unknown }).value : value;
          expect(read.records.map((record) => plain(record.fields()))).toEqual(plain(list));
        },
      ),
      { numRuns, seed },
    );
  });

  test('gives the same in any chunks, to the letter of the complaint', () => {
    const format = fc.constantFrom<JsonFormat>('auto', 'json', 'ndjson');
    const garbage = fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array));
    const content = fc.oneof(
      {
        weight: 4,
        arbitrary: fc
          .tuple(fc.array(person, { maxLength: 3 }), style, damage)
          .map(([people, how, changes]) => damaged(write(people, how), changes)),
      },
      {
        weight: 4,
        arbitrary: fc
          .tuple(fc.array(person, { maxLength: 3 }), damage)
          .map(([people, changes]) => damaged(people.map((one) => JSON.stringify(one)).join('\n'), changes)),
      },
      { weight: 1, arbitrary: garbage },
    );
    fc.assert(
      fc.property(
        content,
        format,
        fc.constantFrom([], ['value'], ['*']),
        pieces,
        (bytes, how, pointer, cuts) => {
          expect(outcome(bytes, how, pointer, cuts)).toEqual(outcome(bytes, how, pointer, [100_000]));
        },
      ),
      { numRuns, seed },
    );
  });
});
