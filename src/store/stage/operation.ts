import { hash } from 'node:crypto';
import type Database from 'better-sqlite3';
import { canonical, typeOf } from '../../model/index.ts';
import type { AttributeChange, Kind, Operation, Resource } from '../../model/index.ts';
import { managerOf } from '../../planning/judge.ts';

/** An operation whose digest is not known yet. */
export type Staged = Omit<Operation, 'digest'>;

export interface OperationRow extends Operation {
  readonly slot: number;
}

/** What is compared with an operation of an earlier plan, by its id in the state. */
export interface EarlierOperation {
  readonly id: number;
  readonly slot: number;
  readonly part: number;
  readonly kind: Kind;
  readonly digest: string;
}

/**
 * Whether two operations for one person on one target are the same one, as a condition in SQL. Whoever leaves, leaves,
 * whatever their account is known to hold by now: they must not count twice against a limit.
 */
export function isSame(one: string, other: string): string {
  return `${one}.part = ${other}.part AND (${one}.digest = ${other}.digest OR (${one}.kind = ${other}.kind AND ${one}.kind IN ('deactivate', 'delete')))`;
}

/** Why most people are created; it is not written a million times. */
export const usualReason = 'in the source and assigned';

/** What of an operation its digest covers, beside what it leads to. */
type Digested = Pick<
  Staged,
  'type' | 'kind' | 'key' | 'part' | 'group' | 'member' | 'beforeDigest' | 'remoteId' | 'secretDigest'
>;

/** sha256 over what an operation is, and not over why or when (law 1). */
export function digestOf(operation: Digested, after: string | null): string {
  return hash(
    'sha256',
    `${operation.type}\0${operation.kind}\0${operation.key}\0${operation.part}\0${operation.beforeDigest}\0${after ?? ''}\0${operation.remoteId ?? ''}${operation.secretDigest ?? ''}${operation.group === undefined ? '' : `\0${operation.group}`}${operation.member === undefined ? '' : `\0${operation.member}`}`,
    'hex',
  );
}

export function resourceDigest(resource: Resource): string {
  return hash('sha256', canonical(resource), 'hex');
}

export function* operationRows(
  db: Database.Database,
  sql: string,
  parameters: unknown[],
): Generator<OperationRow> {
  for (const row of db.prepare(sql).iterate(...parameters) as IterableIterator<Record<string, unknown>>)
    yield operationRow(row);
}

/** A row of the table `op` as the operation that it was. */
export function operationRow(row: Record<string, unknown>): OperationRow {
  const text = (name: string): string | undefined => (row[name] as string | null) ?? undefined;
  const after = text('after');
  const changes = text('changes');
  const resource = after === undefined ? undefined : (JSON.parse(after) as Resource);
  return {
    slot: row['slot'] as number,
    type: typeOf(row['kind'] as Kind),
    kind: row['kind'] as Kind,
    key: row['key'] as string,
    part: row['part'] as 0 | 1 | 2,
    ...(row['part'] === 2 && text('group_key') !== undefined && { group: text('group_key')! }),
    ...(row['member'] !== null && { member: 'Group' as const }),
    phase: (row['sealed_phase'] ?? row['phase']) as number,
    ...(resource !== undefined && { after: resource }),
    changes: changes === undefined ? [] : (JSON.parse(changes) as AttributeChange[]),
    why: row['why'] as string,
    ...(row['needs'] !== null && resource !== undefined && { needs: managerOf(resource)! }),
    ...(text('secret') !== undefined && { secretDigest: text('secret')! }),
    ...(text('remote_id') !== undefined && { remoteId: text('remote_id')! }),
    ...(row['invited'] === 1 && { invited: true }),
    beforeDigest: row['before_digest'] as string,
    digest: row['digest'] as string,
  };
}
