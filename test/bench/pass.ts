// The bare pass: `node pass.ts papaparse|scanner FILE` reads a CSV file, parses it and hashes it, and nothing else;
// `node pass.ts ldif|json FILE` splits a file into entries, at blank lines or, of records on lines of their own, at lines.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import Papa from 'papaparse';
import { Scanner } from './scanner.ts';

const [, , parser = '', file = ''] = process.argv;
const hash = createHash('sha256');
const decoder = new TextDecoder('utf-8', { fatal: true });

/** The text of the file, piece by piece, hashed on the way. */
async function* texts(): AsyncGenerator<string> {
  for await (const bytes of createReadStream(file, { highWaterMark: 1024 * 1024 })) {
    hash.update(bytes as Buffer);
    yield decoder.decode(bytes as Buffer, { stream: true });
  }
  yield decoder.decode();
}

async function scan(): Promise<number> {
  const scanner = new Scanner();
  for await (const text of texts()) scanner.feed(text, false);
  scanner.feed('', true);
  return scanner.rows;
}

async function papaparse(): Promise<number> {
  let rows = 0;
  let width = 0;
  const take = ({ data, errors }: Papa.ParseResult<readonly string[]>): void => {
    if (errors[0] !== undefined) throw new Error(errors[0].message);
    for (const row of data) {
      width ||= row.length;
      rows += 1;
      if (row.length !== width) throw new Error(`row ${rows} has ${row.length} cells`);
    }
  };
  await new Promise<void>((complete, error) => {
    const text = Readable.from(texts(), { objectMode: false, encoding: 'utf8' });
    Papa.parse<readonly string[]>(text, {
      delimiter: ',',
      skipEmptyLines: true,
      chunk: take,
      complete: () => complete(),
      error,
    });
  });
  return rows;
}

/** Takes out every entry, and looks into none. */
async function split(separator: string, begins: string): Promise<number> {
  let entries = 0;
  let rest = '';
  const take = (pieces: readonly string[]): void => {
    for (const piece of pieces) if (piece.startsWith(begins)) entries += 1;
  };
  for await (const text of texts()) {
    const pieces = (rest + text).split(separator);
    rest = pieces.pop()!;
    take(pieces);
  }
  take([rest]);
  return entries;
}

const ways: Readonly<Record<string, () => Promise<number>>> = {
  papaparse,
  scanner: scan,
  ldif: () => split('\n\n', 'dn:'),
  json: () => split('\n', '{"employee_id"'),
};
const rows = await ways[parser]!();
process.stdout.write(JSON.stringify({ rows, sha256: hash.digest('hex') }));
