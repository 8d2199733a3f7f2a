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
  const last = headOf(state);
  let previous = last?.hash ?? '';
  let seq = last?.seq ?? 0;
  const insert = state.sql('INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
  for (const { at, run, target, key: given, event, detail } of events) {
    seq++;
    // What is no text to a file would come back as another text, and not fit its hash any more.
    const key = given?.toWellFormed();
    const text = typeof detail === 'string' ? detail : canonical(detail as JsonObject);
    const own = rowHash(previous, [seq, at, run ?? null, target ?? null, key ?? null, event, text]);
    insert.run(seq, at, run ?? null, target ?? null, key ?? null, event, text, previous, own);
    previous = own;
  }
}

/** The last row of a trail: whoever keeps this knows all of the trail up to it. */
export interface Head {
  readonly seq: number;
  readonly hash: string;
}

/** Undefined where nothing was ever written. */
export function headOf(state: State): Head | undefined {
  return state.sql('SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1').get() as Head | undefined;
}

/** As it is printed, kept and given back: `1234:9f86…`. */
export function headText({ seq, hash: own }: Head): string {
  return `${seq}:${own}`;
}

export function rowHash(previous: string, row: readonly (string | number | null)[]): string {
  return hash('sha256', `${previous}\n${JSON.stringify(row)}`, 'hex');
}
