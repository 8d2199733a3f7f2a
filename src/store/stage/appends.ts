import { PHASE } from '../../planning/judge.ts';
import { digestOf } from './operation.ts';

/** How rows of one kind are appended to the database of a plan. */
interface Append {
  readonly into: string;
  readonly row: string;
  /** What is worked out only where the row is written. */
  readonly complete?: (row: readonly unknown[]) => readonly unknown[];
}

function append(table: string, columns: string, verb = 'INSERT'): Append {
  const row = columns.replace(/\w+/g, '?');
  return { into: `${verb} INTO ${table} (${columns}) VALUES `, row: `(${row})` };
}

/** What is said of people while they are met: one row each. */
export const APPENDS = {
  /** Most of a large plan are plain creates, and what they do not say costs as much to write as what they do. */
  create: {
    into: 'INSERT INTO op (target, slot, key, after, needs, digest, kind, phase) VALUES ',
    row: `(?, ?, ?, ?, ?, ?, 'create', ${PHASE.create})`,
    complete: (row) => [...row, digestOfCreate(row[2] as string, row[3] as string)],
  },
  operation: append(
    'op',
    'target, kind, phase, slot, key, after, digest, needs, part, why, before_digest, changes, secret, remote_id, invited',
  ),
  /** Of a group itself, and of a membership; the slot of a group is -1, which is nobody's. */
  group: append(
    'op',
    'target, kind, phase, slot, key, after, digest, part, why, before_digest, changes, remote_id, grp',
  ),
  member: append('op', 'target, kind, phase, slot, key, digest, part, why, grp'),
  nesting: append('op', 'target, kind, phase, slot, key, digest, part, why, grp, member'),
  grp: append('grp', 'id, key, name', 'INSERT OR IGNORE'),
  earlier: append('earlier', 'operation, target, slot, part, kind, digest, rests'),
  person: append('person', 'slot, key'),
  record: append('record', 'slot, place, fields, part'),
  claim: append('claim', 'target, side, value, slot'),
  rename: append('rename', 'target, slot, gives, takes'),
  live: append('live', 'target, remote_id, attribute, value, active, external_id'),
  listed: append('listed', 'target, remote_id, remote, looked'),
  candidate: append('candidate', 'target, remote_id, key, attribute, situation, reason'),
  situation: append('situation', 'target, rank, type, key, remote_id, slot, item, resource, accepted'),
  rejection: append('rejection', 'slot, key, page, line, rule, reason'),
  note: append('note', 'target, slot, key, rule, text'),
  leftOut: append('left_out', 'target, slot, key, rule, reason', 'INSERT OR REPLACE'),
  struck: append('struck', 'target, slot', 'INSERT OR IGNORE'),
} as const satisfies Record<string, Append>;

export type AppendName = keyof typeof APPENDS;

function digestOfCreate(key: string, after: string): string {
  return digestOf({ type: 'User', kind: 'create', key, part: 0, beforeDigest: '' }, after);
}
