import { RollcallError } from '../model/index.ts';
import type { Locus, Mapping, Receipt, Source, SourceRecord } from '../model/index.ts';
import { recordKey } from '../planning/map.ts';
import type { Refusal } from '../planning/map.ts';
import { tryRecord } from '../planning/trial.ts';
import type { Trial } from '../planning/trial.ts';
import { rejectionsOf } from '../store/stage/remarks.ts';
import { locusOf as placeLocus } from './places.ts';
import type { Run } from './run.ts';

/** A record by itself, with its place. */
export interface Tried extends Trial {
  readonly locus: Locus;
}

/** What is read of a source, and how. */
export interface Reading {
  readonly source: Source;
  readonly columns: ReadonlyMap<string, readonly Locus[]>;
  readonly asked: ReadonlySet<string>;
  readonly mapping: Mapping;
}

/** Reads every record once and tries it, or those of one key alone; gives the receipt back. */
export async function* tryAll(
  { source, columns, asked, mapping }: Reading,
  key?: string,
): AsyncGenerator<Tried, Receipt> {
  const reading = source.read(columns, asked);
  try {
    for (;;) {
      const step = await reading.next();
      if (step.done) return step.value;
      for (const record of step.value)
        if (key === undefined || recordKey(mapping, record) === key)
          yield { locus: locusOf(source, record), ...tryRecord(mapping, record) };
    }
  } finally {
    await reading.return(undefined as never);
  }
}

/** The same of what a run has read before. Throws where it is not the same any more. */
export async function* tryAgain(run: Run, key?: string): AsyncGenerator<Tried, void> {
  const { source, columns, asked, configuration, receipt } = run;
  const { sha256 } = yield* tryAll({ source, columns, asked, mapping: configuration.mapping }, key);
  if (source.isLive === true || sha256 === receipt!.sha256) return;
  throw new RollcallError('source', {
    message: `${source.file} changed while it was read`,
    locus: { file: source.file },
    hint: 'run again when it is no longer being written',
  });
}

/** All records of a key, with what other records make of them. */
export async function trialsOfKey(run: Run, key: string): Promise<readonly Tried[]> {
  const found: Tried[] = [];
  for await (const tried of tryAgain(run, key)) found.push(tried);
  return withRejections(run, found);
}

/** A record may be rejected because of another one: the run knows. */
export function withRejections(run: Run, records: readonly Tried[]): readonly Tried[] {
  const refusals = new Map<string, Refusal>();
  const wanted = new Set(records.map(({ key, locus }) => placeOf(key, locus)));
  for (const { key, line, page, rule, reason } of rejectionsOf(run.stage)) {
    const place = placeOf(key ?? undefined, placeLocus(run, { line, page }));
    if (wanted.has(place)) refusals.set(place, { rule, reason });
  }
  return records.map((tried) => {
    const refusal = refusals.get(placeOf(tried.key, tried.locus));
    return tried.refusal !== undefined || refusal === undefined ? tried : { ...tried, refusal };
  });
}

function placeOf(key: string | undefined, { file, line }: Locus): string {
  return JSON.stringify([key ?? null, file ?? null, line ?? null]);
}

function locusOf({ file }: Source, record: SourceRecord): Locus {
  return { file: record.file ?? file, line: record.line };
}
