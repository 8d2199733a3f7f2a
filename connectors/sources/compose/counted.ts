import { RollcallError } from '../../../src/model/index.ts';
import type { Receipt, Source, SourceRecord, Template } from '../../../src/model/index.ts';
import { told } from './telling.ts';

/** More parts than these are no parts: somebody counts people by their name. */
const MOST_PARTS = 10_000;

/**
 * The same records, counted by what an expression says of each (a department, an organisational unit), so that it shows
 * when one part is missing from a read that has hardly shrunk as a whole. Records that say nothing count as ''; those that
 * `isApart` tells are not counted.
 */
export function countedSource(
  source: Source,
  by: Template,
  isApart: (record: SourceRecord) => boolean = () => false,
): Source {
  return { ...source, read: (...names) => read(source, by, isApart, names) };
}

async function* read(
  source: Source,
  by: Template,
  isApart: (record: SourceRecord) => boolean,
  names: Parameters<Source['read']>,
): AsyncGenerator<readonly SourceRecord[], Receipt> {
  const reading = source.read(...names);
  const counts = new Map<string, number>();
  for (;;) {
    const step = await reading.next();
    if (step.done) return { ...step.value, counts: { ...step.value.counts, ...Object.fromEntries(counts) } };
    for (const record of step.value) {
      if (isApart(record)) continue;
      const part = told(by, record) ?? '';
      counts.set(part, (counts.get(part) ?? 0) + 1);
    }
    // To leave some of them out would let them vanish unseen.
    if (counts.size > MOST_PARTS) throw tooMany(source, by);
    yield step.value;
  }
}

function tooMany({ file }: Source, { text, locus }: Template): RollcallError {
  return new RollcallError('source', {
    message: `${text} makes more than ${MOST_PARTS} parts of the records of ${file}`,
    locus,
    hint: 'count them by something that many people share, such as a department',
  });
}
