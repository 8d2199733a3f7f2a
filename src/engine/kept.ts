import { EvaluationError, isObject, normalDn } from '../model/index.ts';
import type { Keeping, SecretField, SourceRecord } from '../model/index.ts';
import type { KeptRecord } from '../store/kept.ts';
import type { Run } from './run.ts';

/** Keeps what the configuration reads of a record that was accepted: what a delta says is applied to it. */
export function keep(
  run: Run,
  slot: number,
  fields: Readonly<Record<string, unknown>>,
  part: string | undefined,
): void {
  // What is never released is kept for nobody, and would be a tenth of the time of a first plan.
  if (!run.people.isKept) return;
  const text = keptText(run.keeping, fields);
  if (text === undefined) return;
  const { dn } = fields;
  run.stage.addRecord(slot, { fields: text, place: typeof dn === 'string' ? normalDn(dn) : undefined, part });
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

function keepField(
  kept: Record<string, unknown>,
  name: string,
  fields: Readonly<Record<string, unknown>>,
  secret: SecretField | undefined,
): void {
  if (secret === undefined) kept[name] = fields[name];
  else if (secret.isShared) kept[name] = without(fields[name], secret.within);
}

function without(value: unknown, names: ReadonlySet<string>): unknown {
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.has(name)));
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
