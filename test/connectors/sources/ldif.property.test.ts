import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { noFiles } from '../../../connectors/sources/ldif/fetch.ts';
import { Listing } from '../../../connectors/sources/ldif/listing.ts';
import type { Paragraph } from '../../../connectors/sources/ldif/paragraph.ts';
import { parse } from '../../../connectors/sources/ldif/parse.ts';
import { textOf } from '../../../connectors/sources/ldif/record.ts';
import { valueOf } from '../../../connectors/sources/ldif/value.ts';
import { RollcallError } from '../../../src/model/index.ts';
import { cut, seen, surroundings } from './ldif-reading.ts';

/** More by hand: `ROLLCALL_FUZZ=100000 npx vitest run test/connectors/sources/ldif.property.test.ts`. */
const RUNS = Number(process.env['ROLLCALL_FUZZ'] ?? 2000);
const TIME = 60_000 + RUNS * 20;

interface Written {
  readonly name: string;
  readonly value: Buffer;
  /** What a writer may choose freely: base64 or not, spaces, comments, and where lines are folded. */
  readonly base64: boolean;
  readonly fill: number;
  readonly comment: boolean;
  readonly width: number;
}

const isSafe = (value: Buffer) =>
  value.every((byte) => byte !== 0 && byte !== 10 && byte !== 13 && byte < 128) &&
  ![32, 58, 60].includes(value[0] ?? 0);

function fold(line: string, width: number, end: string): string {
  return (line.match(new RegExp(`[^]{1,${width}}`, 'g')) ?? []).join(`${end} `);
}

function write(entries: readonly (readonly Written[])[], end: string): Buffer {
  const lines = entries.flatMap((entry) => [
    ...entry.flatMap(({ name, value, base64, fill, comment, width }) => {
      const isText = isSafe(value) && !base64;
      const shown = isText ? value.toString('latin1') : value.toString('base64');
      const line = `${name}:${isText ? '' : ':'}${' '.repeat(fill)}${shown}`;
      return [...(comment ? [fold('# dn: no entry', width, end)] : []), fold(line, width, end)];
    }),
    '',
  ]);
  return Buffer.from(lines.map((line) => line + end).join(''), 'latin1');
}

const value = fc.oneof(
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  fc.string({ unit: 'binary', maxLength: 20 }).map((text) => Buffer.from(text)),
  fc.stringMatching(/^[a-z @.]{0,40}$/).map((text) => Buffer.from(text)),
);
const choice = {
  base64: fc.boolean(),
  fill: fc.nat(2),
  comment: fc.boolean(),
  width: fc.integer({ min: 1, max: 80 }),
};
const line = fc.record({ name: fc.constantFrom('cn', 'CN', 'mail', 'cn;lang-de', 'x-1'), value, ...choice });
const head = fc.record({ name: fc.constant('dn'), value, ...choice });
const entry = fc.tuple(head, fc.array(line, { maxLength: 6 })).map(([first, rest]) => [first, ...rest]);

/** What stands in the open is text, whatever it holds. */
const valueRead = ({ value, base64 }: Written) =>
  isSafe(value) && !base64 ? { form: 'text', text: value.toString('latin1') } : valueOf(value);

function readAll(bytes: Buffer, size: number) {
  const listing = new Listing('x', surroundings());
  const { paragraphs, comments } = cut(bytes, size);
  try {
    for (const comment of comments) listing.comment(comment);
    for (const paragraph of paragraphs) listing.add(paragraph);
    return listing.take().map(seen);
  } catch (error) {
    if (error instanceof RollcallError) return error.message;
    throw error;
  }
}

test('what is written is read, however it is folded, commented and cut into pieces', () => {
  fc.assert(
    fc.property(
      fc.array(entry, { minLength: 1, maxLength: 4 }),
      fc.constantFrom('\n', '\r\n'),
      (entries, end) => {
        const bytes = write(entries, end);
        const { paragraphs } = cut(bytes, 1000);
        const found = paragraphs.map((paragraph) => parse(paragraph, noFiles));
        expect(found.map(({ faults }) => faults)).toEqual(entries.map(() => []));
        entries.forEach(([first, ...rest], index) => {
          const content = found[index]?.entry;
          if (content?.kind !== 'content') throw new Error('this is content');
          expect(content.dn).toBe(first && valueRead(first).text);
          const wanted = Map.groupBy(rest, ({ name }) => name.toLowerCase());
          expect(content.attributes).toEqual(
            [...wanted.values()].map((all) => ({
              name: all[0]?.name,
              values: all.map(valueRead),
            })),
          );
        });
        const whole = readAll(bytes, bytes.length);
        for (const size of [1, 2, 3, 7]) expect(readAll(bytes, size)).toEqual(whole);
      },
    ),
    { numRuns: Math.min(RUNS, 2000) / 4, seed: 2849 },
  );
}, 120_000);

test(
  'the short cut for plain entries says what the long way says',
  () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), (lines) => {
        const bytes = write(
          [
            [
              { name: 'dn', value: Buffer.from('a=b'), base64: false, fill: 1, comment: false, width: 80 },
              ...lines,
            ],
          ],
          '\n',
        );
        const [paragraph] = cut(bytes, 1000).paragraphs as [Paragraph];
        const content = parse(paragraph, noFiles).entry;
        if (content?.kind !== 'content') throw new Error('this is content');
        const [record] = readAll(bytes, 1000) as ReturnType<typeof seen>[];
        // Names that differ in case are one.
        expect(record?.text).toBe(textOf(content));
      }),
      { numRuns: RUNS, seed: 2849 },
    );
  },
  TIME,
);

const REAL = Buffer.from(
  `version: 1\n\n# extended LDIF\n# LDAPv3\n\n# Amy, x\ndn: cn=Amy+sn=K,dc=x\nobjectClass: top\nobjectClass: person\ncn: Amy\nuserPassword:: e1NTSEF9d0p2\n OXM=\nlong: a\n b\n\n` +
    `dn: cn=b,dc=x\nchangetype: modify\nadd: mail\nmail: a@x\n-\nreplace: x\n-\n\ndn: cn=c\ncontrol: 1.2 true: x\nchangetype: modrdn\nnewrdn: a\ndeleteoldrdn: 1\n\n` +
    `# search result\nsearch: 2\nresult: 0 Success\n\nref: ldap://x\n# numResponses: 3\n# numEntries: 2\n`,
);

const bytesOfAnything = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
const pieces = fc
  .array(
    fc.constantFrom(
      'dn: ',
      'dn:: ',
      '\n',
      '\n\n',
      '\r\n',
      '\r',
      ' ',
      ':',
      '#',
      '-',
      '\0',
      'é',
      'cn: a\n',
      'cn:: YQ==\n',
      'changetype: ',
      'version: 1\n',
      '=',
      'A',
      'x:< file:///a\n',
    ),
    { maxLength: 40 },
  )
  .map((all) => Buffer.from(all.join('')));
const mutations = fc
  .array(
    fc.record({ at: fc.nat(REAL.length - 1), remove: fc.nat(6), insert: fc.uint8Array({ maxLength: 3 }) }),
    {
      minLength: 1,
      maxLength: 6,
    },
  )
  .map((edits) =>
    edits.reduce(
      (bytes, { at, remove, insert }) =>
        Buffer.concat([bytes.subarray(0, at), insert, bytes.subarray(at + remove)]),
      REAL,
    ),
  );

describe('nothing makes it fall over, and pieces make no difference', () => {
  test.each([
    ['random bytes', bytesOfAnything],
    ['pieces of syntax', pieces],
    ['a real file with mistakes', mutations],
  ])(
    '%s',
    (_, content) => {
      fc.assert(
        fc.property(content, fc.constantFrom(1, 2, 3, 7), (bytes, size) => {
          expect(readAll(bytes, size)).toEqual(readAll(bytes, 1000));
        }),
        { numRuns: RUNS, seed: 2849 },
      );
    },
    TIME,
  );
});
