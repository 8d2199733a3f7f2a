import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RowReader } from '../../../connectors/sources/csv/reader.ts';
import { Table } from '../../../connectors/sources/csv/table.ts';
import type { CsvEncoding, CsvOptions, SourceRecord } from '../../../src/model/index.ts';
import { RollcallError } from '../../../src/model/index.ts';
import { csvOptions, NO_COLUMNS, readContent, temporaryFolder } from './reading.ts';

const folder = temporaryFolder();

interface Written {
  readonly content: string;
  /** The line on which each row begins. */
  readonly lines: readonly number[];
}

/** A table with its header, and all that a writer may choose freely without changing what it says. */
interface Sheet {
  readonly rows: readonly (readonly string[])[];
  readonly delimiter: string;
  readonly quote: string;
  /** Taken in turn: a line end, whether to quote without need, and whether a blank line stands before the row. */
  readonly choices: readonly { readonly end: string; readonly quoted: boolean; readonly blank: boolean }[];
  readonly endsWithLine: boolean;
}

const lineEnds = (text: string) => text.match(/\r\n|\n|\r/g)?.length ?? 0;

function write({ rows, delimiter, quote, choices, endsWithLine }: Sheet): Written {
  const lines: number[] = [];
  let content = '';
  rows.forEach((row, index) => {
    const { end, quoted, blank } = choices[index % choices.length] ?? {
      end: '\n',
      quoted: false,
      blank: false,
    };
    // A space keeps the line feed of a blank line apart from a carriage return before it.
    if (blank) content += content.endsWith('\r') ? ` ${end}` : end;
    lines.push(lineEnds(content) + 1);
    // A row of nothing but delimiters is nobody's, unless its cells are said to be empty.
    const isBlank = row.length === 1 || row.every((cell) => cell.trim() === '');
    content += row.map((cell) => writeCell(cell, delimiter, quote, quoted || isBlank)).join(delimiter);
    if (index < rows.length - 1 || endsWithLine) content += end;
  });
  return { content, lines };
}

function writeCell(cell: string, delimiter: string, quote: string, always: boolean): string {
  const needed = [delimiter, quote, '\r', '\n'].some((character) => cell.includes(character));
  return always || needed ? quote + cell.replaceAll(quote, quote + quote) + quote : cell;
}

/** Reads bytes that arrive in pieces of the given lengths, over and over. */
function readPieces(
  bytes: Buffer,
  options: CsvOptions,
  pieces: readonly number[],
): { records: readonly SourceRecord[]; reasons: readonly string[] } {
  const reader = new RowReader(options, bytes.subarray(0, 3));
  const table = new Table(options, NO_COLUMNS);
  const records: SourceRecord[] = [];
  const push = (chunk: Buffer, final: boolean) => {
    reader.push(chunk, final);
    for (let row = reader.next(); row; row = reader.next()) table.add(row, reader.dialect);
    records.push(...table.take());
  };
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const length = pieces[turn % pieces.length] ?? 1;
    push(Buffer.from(bytes.subarray(at, at + length)), false);
    at += length;
  }
  push(Buffer.alloc(0), true);
  return { records, reasons: table.finish(reader.terminated) };
}

const encodings: readonly { readonly encoding: CsvEncoding; readonly encode: (text: string) => Buffer }[] = [
  { encoding: 'auto', encode: (text) => Buffer.from(text) },
  { encoding: 'auto', encode: (text) => Buffer.from(`\ufeff${text}`) },
  { encoding: 'auto', encode: (text) => Buffer.from(`\ufeff${text}`, 'utf16le') },
  { encoding: 'auto', encode: (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16() },
  { encoding: 'utf-8', encode: (text) => Buffer.from(text) },
  { encoding: 'utf-16le', encode: (text) => Buffer.from(text, 'utf16le') },
  { encoding: 'utf-16be', encode: (text) => Buffer.from(text, 'utf16le').swap16() },
];

const interesting = fc.constantFrom(
  ',',
  ';',
  '|',
  '\t',
  '"',
  "'",
  '\n',
  '\r',
  '\r\n',
  ' ',
  'a',
  'Zoë',
  '李',
  '🙂',
  '',
);
const cell = fc.oneof(
  fc.array(interesting, { maxLength: 6 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 8 }).filter((text) => text.isWellFormed() && !text.includes('\0')),
);

const tableOf = (body: fc.Arbitrary<string>): fc.Arbitrary<Sheet> =>
  fc.integer({ min: 1, max: 5 }).chain((width) =>
    fc.record({
      rows: fc
        .array(fc.array(body, { minLength: width, maxLength: width }), { maxLength: 12 })
        .map((rows) => [Array.from({ length: width }, (_, index) => `column ${index}`), ...rows]),
      delimiter: fc.constantFrom(',', ';', '\t', '|', '^'),
      quote: fc.constantFrom('"', '"', "'"),
      choices: fc.array(
        fc.record({
          end: fc.constantFrom('\n', '\r\n', '\r'),
          quoted: fc.boolean(),
          blank: fc.boolean(),
        }),
        { minLength: 1, maxLength: 4 },
      ),
      endsWithLine: fc.boolean(),
    }),
  );

function expectSame(
  table: Sheet,
  encode: (text: string) => Buffer,
  encoding: CsvEncoding,
  pieces: number[],
): void {
  const { content, lines } = write(table);
  const { delimiter, quote } = table;
  const options = csvOptions('people.csv', { delimiter, quote, encoding });
  const { records, reasons } = readPieces(encode(content), options, pieces);
  const [header = [], ...rows] = table.rows;
  expect(records.map((record) => [record.line, record.defect, record.fields()])).toEqual(
    rows.map((row, index) => [
      lines[index + 1],
      undefined,
      Object.fromEntries(header.map((name, position) => [name, row[position]])),
    ]),
  );
  for (const record of records) {
    for (const [name, value] of Object.entries(record.fields())) expect(record.field(name)).toBe(value);
  }
  expect(reasons).toEqual([]);
}

describe('what was written is what is read', () => {
  const pieces = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 4 });

  test('in any chunks, encoding, dialect and line ends, with the right lines', () => {
    fc.assert(
      fc.property(
        tableOf(cell),
        fc.constantFrom(...encodings),
        pieces,
        (table, { encode, encoding }, cuts) => {
          expectSame(table, encode, encoding, cuts);
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('in the encodings of one byte', () => {
    const narrow = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', 'é', 'ÿ', '£'), maxLength: 8 });
    const oneByte = fc.constantFrom<CsvEncoding>('latin1', 'windows-1252');
    fc.assert(
      fc.property(tableOf(narrow), oneByte, pieces, (table, encoding, cuts) => {
        expectSame(table, (text) => Buffer.from(text, 'latin1'), encoding, cuts);
      }),
      { numRuns: 500 },
    );
  });

  test('from a file, in chunks of any size', async () => {
    const property = fc.asyncProperty(
      tableOf(cell),
      fc.integer({ min: 1, max: 300 }),
      async (table, chunkBytes) => {
        const { content } = write(table);
        const { delimiter, quote } = table;
        const path = folder.path('property.csv');
        const { records, receipt } = await readContent(path, content, { delimiter, quote }, { chunkBytes });
        expect(records.map((record) => Object.values(record.fields()))).toEqual(table.rows.slice(1));
        expect(receipt.count).toBe(table.rows.length - 1);
      },
    );
    await fc.assert(property, { numRuns: 200 });
  });

  test('two records have one text exactly if they have the same cells', () => {
    const small = fc.string({ unit: fc.constantFrom(',', '"', '\n', 'a', ' '), maxLength: 3 });
    const rows = fc.tuple(
      fc.array(small, { minLength: 2, maxLength: 2 }),
      fc.array(small, { minLength: 2, maxLength: 2 }),
    );
    fc.assert(
      fc.property(rows, fc.boolean(), ([one, two], quoted) => {
        const choices = [{ end: '\n', quoted, blank: false }];
        const shape = { delimiter: ',', quote: '"', endsWithLine: true };
        const { content } = write({ rows: [['x', 'y'], one, two, one], ...shape, choices });
        const { records } = readPieces(
          Buffer.from(content),
          csvOptions('people.csv', { delimiter: ',' }),
          [1000],
        );
        const [first, second, third] = records.map((record) => record.text());
        expect(first === second).toBe(one.join('\0') === two.join('\0'));
        expect(third).toBe(first);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('garbage', () => {
  const piece = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.constantFrom(
        ',',
        ';',
        '"',
        '""',
        '\n',
        '\r',
        '\r\n',
        'a',
        ' ',
        'id,name\n',
        '\ufeff',
        'é',
      ),
    },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 5 }) },
  );
  const text = fc.array(piece, { maxLength: 40 }).map((parts) => Buffer.from(parts.join('')));
  const bytes = fc.uint8Array({ maxLength: 60 }).map((array) => Buffer.from(array));
  const anyEncoding = fc.constantFrom<CsvEncoding>(
    'auto',
    'utf-8',
    'utf-16le',
    'utf-16be',
    'latin1',
    'windows-1252',
  );
  const anyPieces = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 3 });

  /** What came of it, in a form that can be compared. */
  function outcome(content: Buffer, encoding: CsvEncoding, pieces: readonly number[]): unknown {
    try {
      const { records, reasons } = readPieces(content, csvOptions('people.csv', { encoding }), pieces);
      return {
        records: records.map((record) => [record.line, record.defect, record.text(), record.fields()]),
        reasons,
      };
    } catch (error) {
      if (error instanceof RollcallError) return error.code;
      throw error;
    }
  }

  test('never does anything but be read or be refused, and the chunks make no difference', () => {
    fc.assert(
      fc.property(fc.oneof(text, bytes), anyEncoding, anyPieces, (content, encoding, pieces) => {
        expect(outcome(content, encoding, pieces)).toEqual(outcome(content, encoding, [1000]));
      }),
      { numRuns: 10_000 },
    );
  });

  test('from a file neither', async () => {
    const property = fc.asyncProperty(fc.oneof(text, bytes), anyEncoding, async (content, encoding) => {
      try {
        await readContent(folder.path('garbage.csv'), content, { encoding }, { chunkBytes: 16 });
      } catch (error) {
        expect(error).toBeInstanceOf(RollcallError);
      }
    });
    await fc.assert(property, { numRuns: 300 });
  });
});
