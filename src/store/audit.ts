import { hash } from 'node:crypto';
import { canonical } from '../model/index.ts';
import type { JsonObject } from '../model/index.ts';
import type { State } from './state.ts';

/** Something that happened, for the trail. `detail` is plain JSON without a secret: an object, or its canonical text. */
export interface AuditEvent {
  readonly at: number;
  readonly run?: number;
  readonly target?: string;
  readonly key?: string;
  readonly event: string;
  readonly detail: object | string;
}

/**
 * Appends to the trail, inside the caller's transaction. Each row's hash covers the row and the hash before it, so
 * that a row which was changed, removed or put elsewhere shows.
 */
export function audit(state: State, events: readonly AuditEvent[]): void {
  if (events.length === 0) return;
  const last = state.sql('SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1').get() as
    { seq: number; hash: string } | undefined;
  let previous = last?.hash ?? '';
  let seq = last?.seq ?? 0;
  const insert = state.sql('INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
  for (const { at, run, target, key, event, detail } of events) {
    seq++;
    const text = typeof detail === 'string' ? detail : canonical(detail as JsonObject);
    const own = rowHash(previous, [seq, at, run ?? null, target ?? null, key ?? null, event, text]);
    insert.run(seq, at, run ?? null, target ?? null, key ?? null, event, text, previous, own);
    previous = own;
  }
}

export function rowHash(previous: string, row: readonly (string | number | null)[]): string {
  return hash('sha256', `${previous}\n${JSON.stringify(row)}`, 'hex');
}
