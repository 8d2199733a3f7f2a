import type { Identity, Mapping, Scope, SourceRecord } from '../model/index.ts';
import { mapRecord, recordKey } from './map.ts';
import type { Refusal } from './map.ts';

/** What becomes of one record by itself, before other records have a say. */
export interface Trial {
  /** Absent where it could not be read. */
  readonly key?: string;
  /** What expressions can see: the record, and the rest where the record could be mapped. */
  readonly scope: Scope;
  readonly identity?: Identity;
  readonly refusal?: Refusal;
}

export function tryRecord(mapping: Mapping, record: SourceRecord): Trial {
  const bare = { record: record.fields() };
  const key = recordKey(mapping, record);
  if (typeof key !== 'string') return { scope: bare, refusal: key };
  if (record.defect !== undefined)
    return { key, scope: bare, refusal: { rule: 'ragged', reason: record.defect } };
  const mapped = mapRecord(mapping, key, record);
  if (mapped.refusal !== undefined) return { key, scope: bare, refusal: mapped.refusal };
  return { key, scope: mapped.scope, identity: mapped.identity };
}
