import type { Receipt, Source, SourceRecord, Template } from '../../../src/model/index.ts';
import { holds } from './telling.ts';

/**
 * Only the records for which a condition holds: a directory holds groups and machines beside the people. A record of which
 * it cannot be said stays, so that what is wrong with it is told. `count` is of those that are left.
 *
 * `isApart` tells those that are no people and are needed all the same, as groups are: they stay, and do not count.
 */
export function filteredSource(
  source: Source,
  where: Template,
  isApart: (record: SourceRecord) => boolean = () => false,
): Source {
  return { ...source, read: (...names) => read(source, where, isApart, names) };
}

async function* read(
  source: Source,
  where: Template,
  isApart: (record: SourceRecord) => boolean,
  names: Parameters<Source['read']>,
): AsyncGenerator<readonly SourceRecord[], Receipt> {
  const reading = source.read(...names);
  let count = 0;
  for (;;) {
    const step = await reading.next();
    if (!step.done) {
      const kept = step.value.filter((record) => {
        if (isApart(record)) return true;
        const isMeant = record.defect !== undefined || holds(where, record) !== false;
        if (isMeant) count++;
        return isMeant;
      });
      if (kept.length > 0) yield kept;
      continue;
    }
    const { value: receipt } = step;
    if (count > 0 || receipt.count === 0) return { ...receipt, count };
    const reason = `none of ${receipt.count} records is one of those that ${where.text} asks for`;
    return { ...receipt, count, complete: false, reasons: [...receipt.reasons, reason] };
  }
}
