// The bare pass: `node pass.ts papaparse|scanner FILE` reads a CSV file, parses it and hashes it, and nothing else.
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

const rows = await (parser === 'papaparse' ? papaparse() : scan());
process.stdout.write(JSON.stringify({ rows, sha256: hash.digest('hex') }));
