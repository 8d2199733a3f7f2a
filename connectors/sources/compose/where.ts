import { EvaluationError } from '../../../src/model/index.ts';
import type { Receipt, Source, SourceRecord, Template } from '../../../src/model/index.ts';

/**
 * Only the records for which a condition holds: a directory holds groups and machines beside the people. A record of which
 * it cannot be said stays, so that what is wrong with it is told. `count` is of those that are left.
 */
export function filteredSource(source: Source, where: Template): Source {
  return { ...source, read: (...names) => read(source, where, names) };
}

async function* read(
  source: Source,
  where: Template,
  names: Parameters<Source['read']>,
): AsyncGenerator<readonly SourceRecord[], Receipt> {
  const reading = source.read(...names);
  let count = 0;
  for (;;) {
    const step = await reading.next();
    if (!step.done) {
      const kept = step.value.filter((record) => isMeant(where, record));
      count += kept.length;
      if (kept.length > 0) yield kept;
      continue;
    }
    const { value: receipt } = step;
    if (count > 0 || receipt.count === 0) return { ...receipt, count };
    const reason = `none of ${receipt.count} records is one of those that ${where.text} asks for`;
    return { ...receipt, count, complete: false, reasons: [...receipt.reasons, reason] };
  }
}

function isMeant(where: Template, record: SourceRecord): boolean {
  if (record.defect !== undefined) return true;
  try {
    return where.evaluate({ record: record.fields() }) === true;
  } catch (error) {
    if (error instanceof EvaluationError) return true;
    throw error;
  }
}
