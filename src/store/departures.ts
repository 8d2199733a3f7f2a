import { NOT_ASSIGNED } from '../planning/judge.ts';
import type { AuditEvent } from './audit.ts';
import type { State } from './state.ts';

/** The plan of one target, which is about to be taken into the state. */
interface Departing {
  readonly id: number;
  readonly index: number;
  readonly name: string;
  readonly totals: readonly { readonly kind: string }[];
}

const LEAVING = `kind IN ('deactivate', 'delete')`;
const STAGED = `SELECT op.slot + 1 FROM stage.ord JOIN stage.op ON op.id = ord.op WHERE ord.target = ? AND ord.${LEAVING}`;
const OPEN = `operation WHERE operation.target = ? AND operation.state IN ('open', 'leased', 'waiting', 'failed', 'held') AND operation.phase = 0
  AND operation.part = 0 AND operation.${LEAVING}`;

type Told = Omit<AuditEvent, 'at' | 'run'>;

/**
 * What the trail has to say of people who leave, before a plan takes the place of the last: `person.left` when a read
 * first said so of somebody whose account is on, whatever becomes of it and whether it is held. The time between this and the
 * confirmation is what an auditor asks for. Whoever is only out of scope has not left (rule 6), and nobody has by a plan that
 * is not made from what was read, such as an undo.
 */
export function whoLeft({ db }: State, { id, index, name, totals }: Departing): readonly Told[] {
  if (!totals.some(({ kind }) => kind === 'deactivate' || kind === 'delete')) return [];
  const left = db
    .prepare(
      `SELECT person.key, op.kind, op.why FROM stage.ord JOIN stage.op ON op.id = ord.op JOIN person ON person.id = op.slot + 1
       JOIN account ON account.target = ? AND account.person = op.slot + 1 AND account.type = 'User'
       WHERE ord.target = ? AND ord.${LEAVING} AND ord.earlier = 0 AND op.part = 0 AND op.why <> '${NOT_ASSIGNED}'
         AND account.resource ->> 'active' IS NOT 0 AND op.slot + 1 NOT IN (SELECT person FROM ${OPEN}) ORDER BY ord.id`,
    )
    .all(id, index, id) as { key: string; kind: string; why: string }[];
  return left.map(({ key, kind, why }) => ({
    target: name,
    key,
    event: 'person.left',
    detail: { kind, why },
  }));
}

/** The same of those who were to be switched off and are not any more (rule 24): `person.back`. */
export function whoIsBack({ db }: State, { id, index, name }: Departing): readonly Told[] {
  const back = db
    .prepare(
      `SELECT DISTINCT person.key, operation.kind FROM person JOIN ${OPEN} AND person.id = operation.person AND operation.why <> '${NOT_ASSIGNED}'
         AND operation.state <> 'leased' AND examined_(operation.person) = 1 AND operation.person NOT IN (${STAGED})
         AND operation.person NOT IN (SELECT slot + 1 FROM stage.left_out WHERE target = ?) ORDER BY operation.id`,
    )
    .all(id, index, index) as { key: string; kind: string }[];
  return back.map(({ key, kind }) => ({ target: name, key, event: 'person.back', detail: { kind } }));
}
