import { EvaluationError, isObject, normalDn, withoutNames } from '../model/index.ts';
import type { Keeping, SecretField, SourceRecord } from '../model/index.ts';
import type { KeptRecord } from '../store/kept.ts';
import type { Run } from './run.ts';

/**
 * Keeps what the configuration reads of a record that was accepted: what a delta says is applied to it. Of one that was removed
 * it is only kept whose it was, for a change that is told once more.
 */
export function keep(
  run: Run,
  slot: number,
  fields: Readonly<Record<string, unknown>>,
  { part, gone, isOutside = false }: SourceRecord,
): void {
  if (gone !== undefined && !isOutside) return run.stage.addRecord(slot, { place: placeIn(fields) });
  // What is never released is kept for nobody, and would be a tenth of the time of a first plan.
  if (!run.people.isKept) return;
  const text = keptText(run.keeping, fields);
  if (text === undefined) return;
  run.stage.addRecord(slot, { fields: text, place: placeIn(fields), part });
}

/** The name of the entry that it is, in its normal form. */
function placeIn({ dn }: Readonly<Record<string, unknown>>): string | undefined {
  return typeof dn === 'string' ? normalDn(dn) : undefined;
}

/** `undefined` where something of it is unknown, as what a source says that could not be read is. */
function keptText(
  { names, secrets }: Keeping,
  fields: Readonly<Record<string, unknown>>,
): string | undefined {
  const kept: Record<string, unknown> = {};
  try {
    for (const name of names === 'all' ? Object.keys(fields) : names)
      if (Object.hasOwn(fields, name)) keepField(kept, name, fields, secrets.get(name));
  } catch (error) {
    if (error instanceof EvaluationError) return undefined;
    throw error;
  }
  return JSON.stringify(kept);
}

/** The record of somebody whom a change took away, and of whom it may be that nothing else is kept. */
export function takenRecord(
  kept: KeptRecord | undefined,
  isOutside: boolean,
  keeping: Keeping,
): SourceRecord {
  const record = keptRecord(kept?.fields === undefined ? { key: '', fields: '{}' } : kept, keeping)!;
  return { ...record, gone: 'taken away by an earlier change', isOutside };
}

function keepField(
  kept: Record<string, unknown>,
  name: string,
  fields: Readonly<Record<string, unknown>>,
  secret: SecretField | undefined,
): void {
  if (secret === undefined) kept[name] = fields[name];
  else if (secret.isShared) {
    const value = fields[name];
    kept[name] = isObject(value) ? withoutNames(value, secret.within) : value;
  }
}

/** What is kept of somebody as a record to be mapped; `undefined` where none is. */
export function keptRecord(kept: KeptRecord | undefined, { secrets }: Keeping): SourceRecord | undefined {
  const text = kept?.fields;
  if (text === undefined) return undefined;
  return {
    line: 0,
    isBare: secrets.size > 0,
    text: () => text,
    field: () => undefined,
    fields: () => JSON.parse(text) as Record<string, unknown>,
  };
}
