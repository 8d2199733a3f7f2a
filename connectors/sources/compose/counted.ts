import { EvaluationError, tidy } from '../../../src/model/index.ts';
import type { Receipt, Source, SourceRecord, Template } from '../../../src/model/index.ts';

/** More parts than these are no parts: somebody counts people by their name. */
const MOST_PARTS = 1000;

/**
 * The same records, counted by what an expression says of each (a department, an organisational unit), so that it shows
 * when one part is missing from a read that has hardly shrunk as a whole. Records that say nothing count as ''.
 */
export function countedSource(source: Source, by: Template): Source {
  return { ...source, read: (...names) => read(source, by, names) };
}

async function* read(
  source: Source,
  by: Template,
  names: Parameters<Source['read']>,
): AsyncGenerator<readonly SourceRecord[], Receipt> {
  const reading = source.read(...names);
  const counts = new Map<string, number>();
  for (;;) {
    const step = await reading.next();
    if (!step.done) {
      for (const record of step.value) {
        const part = partOf(by, record);
        if (counts.size < MOST_PARTS || counts.has(part)) counts.set(part, (counts.get(part) ?? 0) + 1);
      }
      yield step.value;
      continue;
    }
    return { ...step.value, counts: { ...step.value.counts, ...Object.fromEntries(counts) } };
  }
}

function partOf(by: Template, record: SourceRecord): string {
  try {
    const said =
      by.column === undefined
        ? by.evaluate({ record: record.fields() })
        : record.field(by.column, by.element);
    return typeof said === 'string' ? tidy(said) : '';
  } catch (error) {
    if (error instanceof EvaluationError) return '';
    throw error;
  }
}
