import type { Receipt, Source, SourceRecord, Template } from '../../../src/model/index.ts';
import { RecordView } from '../view.ts';
import { judgement } from './telling.ts';

/**
 * Only the records for which a condition holds: a directory holds groups and machines beside the people. A record of which
 * it cannot be said stays, and says so: it is nobody new, and nobody who is gone. `count` is of those that
 * are left.
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
      const kept = step.value.flatMap((record): readonly SourceRecord[] => {
        if (isApart(record)) return [record];
        const said = record.defect !== undefined || judgement(where, record);
        if (said === false) return [];
        count++;
        return [typeof said === 'string' ? new Unjudged(record, said) : record];
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

/** A record of which it cannot be said whether it is one of those that are meant. */
class Unjudged extends RecordView {
  readonly #why: string;

  constructor(origin: SourceRecord, why: string) {
    super(origin);
    this.#why = why;
  }

  override get unjudged(): string {
    return this.#why;
  }

  /** As no other record begins: with it, the one that can be judged is another. */
  override text(): string {
    return `\0${this.#why}\0${super.text()}`;
  }
}
