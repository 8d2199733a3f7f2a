import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Decoder, markedEncoding, UndecodableError } from '../../../connectors/sources/decode.ts';
import type { Encoding } from '../../../connectors/sources/decode.ts';
import { readContent, refusal, temporaryFolder } from './reading.ts';

const folder = temporaryFolder();

function decodeAll(encoding: Encoding, bytes: Uint8Array, chunkBytes: number): string {
  const decoder = new Decoder(encoding);
  let text = '';
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    // A new buffer each time that is overwritten afterwards, as the file's are.
    const chunk = Buffer.from(bytes.subarray(at, at + chunkBytes));
    text += decoder.decode(chunk, false);
    chunk.fill(0x3f);
  }
  return text + decoder.decode(Buffer.alloc(0), true);
}

function offsetOfFault(encoding: Encoding, bytes: Uint8Array, chunkBytes: number): number | undefined {
  try {
    decodeAll(encoding, bytes, chunkBytes);
    return undefined;
  } catch (error) {
    if (error instanceof UndecodableError) return error.offset;
    throw error;
  }
}

const swapped = (text: string) => Buffer.from(text, 'utf16le').swap16();

describe('text is the same in any encoding and any chunks', () => {
  const text = fc.string({ unit: 'binary', maxLength: 50 }).filter((value) => value.isWellFormed());
  const encoders: readonly [Encoding, (value: string) => Uint8Array][] = [
    ['utf-8', (value) => Buffer.from(value)],
    ['utf-16le', (value) => Buffer.from(value, 'utf16le')],
    ['utf-16be', swapped],
  ];
  test.each(encoders)('%s', (encoding, encode) => {
    fc.assert(
      fc.property(text, fc.boolean(), fc.integer({ min: 1, max: 9 }), (value, marked, chunkBytes) => {
        fc.pre(!value.startsWith('\ufeff'));
        const bytes = encode((marked ? '\ufeff' : '') + value);
        expect(decodeAll(encoding, bytes, chunkBytes)).toBe(value);
      }),
      { numRuns: 1000 },
    );
  });

  test('Latin-1 is ISO-8859-1, byte for byte', () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    expect(decodeAll('latin1', bytes, 7)).toBe(String.fromCharCode(...bytes));
  });

  test('Windows-1252 has its own characters where Latin-1 has control characters', () => {
    const bytes = Buffer.from([0x80, 0x8a, 0x92, 0x96, 0x99, 0x9f, 0xa0, 0xe9, 0xff, 0x41]);
    expect(decodeAll('windows-1252', bytes, 3)).toBe('€Š’–™Ÿ\u00a0éÿA');
  });
});

describe('what is not text is found, byte for byte', () => {
  test.each([
    ['utf-8', [0x61, 0xe9, 0x20], 1],
    ['utf-8', [0x61, 0xff], 1],
    ['utf-8', [0xc3, 0xab, 0xc0, 0x80], 2],
    ['utf-8', [0xed, 0xa0, 0x80], 0],
    ['utf-8', [0x61, 0xf0, 0x9f, 0x98], 1],
    ['utf-8', [0x80], 0],
    ['utf-16le', [0x61, 0x00, 0x62], 2],
    ['utf-16le', [0x61, 0x00, 0x00, 0xd8, 0x62, 0x00], 2],
    ['utf-16le', [0x61, 0x00, 0x00, 0xdc], 2],
    ['utf-16be', [0x00, 0x61, 0xd8, 0x00], 2],
    ['windows-1252', [0x61, 0x62, 0x81], 2],
    ['windows-1252', [0x9d], 0],
  ] as const)('%s %j', (encoding, bytes, offset) => {
    for (const chunkBytes of [1, 2, 3, 100]) {
      expect(offsetOfFault(encoding, Uint8Array.from(bytes), chunkBytes)).toBe(offset);
    }
  });

  test('in the middle of a long chunk', () => {
    const bytes = Buffer.concat([
      Buffer.from('€'.repeat(20_000)),
      Buffer.from([0xe2, 0x28]),
      Buffer.alloc(9999, 65),
    ]);
    expect(offsetOfFault('utf-8', bytes, 65_536)).toBe(60_000);
  });
});

describe('the encoding of a file', () => {
  const content = 'id,name\n1,Zoë\n';

  test('a byte order mark names it', () => {
    expect(markedEncoding(Buffer.from('\ufeffid'))).toBe('utf-8');
    expect(markedEncoding(Buffer.from('\ufeffid', 'utf16le'))).toBe('utf-16le');
    expect(markedEncoding(swapped('\ufeffid'))).toBe('utf-16be');
    expect(markedEncoding(Buffer.from('id'))).toBeUndefined();
    expect(markedEncoding(Buffer.from([0xef]))).toBeUndefined();
  });

  test.each([
    ['auto', Buffer.from(content)],
    ['auto', Buffer.from(`\ufeff${content}`)],
    ['auto', Buffer.from(`\ufeff${content}`, 'utf16le')],
    ['auto', swapped(`\ufeff${content}`)],
    ['utf-8', Buffer.from(`\ufeff${content}`)],
    ['utf-16le', Buffer.from(content, 'utf16le')],
    ['utf-16be', swapped(content)],
    ['latin1', Buffer.from(content, 'latin1')],
    ['windows-1252', Buffer.from(content, 'latin1')],
  ] as const)('%s reads %#', async (encoding, bytes) => {
    for (const chunkBytes of [1, 5, 65_536]) {
      const { records } = await readContent(folder.path('encoded.csv'), bytes, { encoding }, { chunkBytes });
      expect(records.map((record) => record.fields())).toEqual([{ id: '1', name: 'Zoë' }]);
    }
  });

  test('a declaration that the byte order mark contradicts is refused', async () => {
    const bytes = Buffer.from(`\ufeff${content}`);
    const error = await refusal(readContent(folder.path('marked.csv'), bytes, { encoding: 'windows-1252' }));
    expect(error.message).toMatch(/byte order mark of utf-8, and the configuration says windows-1252/);
  });

  test('where UTF-8 fails, Windows-1252 is suggested', async () => {
    const bytes = Buffer.concat([
      Buffer.from('id,name\n'.padEnd(9, 'x')),
      Buffer.from('\n1,Zo\xeb\n', 'latin1'),
    ]);
    const error = await refusal(readContent(folder.path('latin.csv'), bytes));
    expect(error.problems[0]).toMatchObject({ locus: { line: 3 } });
    expect(error.problems[0]?.hint).toMatch(/`encoding: windows-1252`/);
  });
});
