import { isMemberKind, typeOf } from '../model/index.ts';
import type { Kind, Profile, RequestKind } from '../model/index.ts';
import type { Run, TargetRun } from '../engine/run.ts';
import { restOf, spentOf } from '../store/budgets.ts';
import type { Halt } from '../store/halts.ts';
import { membershipRequests } from '../store/stage/groups.ts';
import type { Course, Kinds } from './eta.ts';

/** What decides, beside the pace, when a plan is through. */
export function courseOf({ state, clock }: Run, { id, sealed }: TargetRun, halted: Halt | undefined): Course {
  const creates = sealed!.totals.find(({ kind }) => kind === 'create')?.count ?? 0;
  const notBefore = Math.max(restOf(state, id), halted?.probeAt ?? 0);
  return { now: clock.now(), creates, spent: spentOf(state, id), notBefore };
}

/**
 * How many requests of each kind a plan takes. One for each person or group, and one for as many members of a group as the
 * target takes at once; where it takes the whole resource, it is read before.
 */
export function requestKinds(run: Run, { sealed, index, configuration }: TargetRun): Kinds {
  const { profile } = configuration;
  const { groups } = profile;
  const kinds: Partial<Record<RequestKind, number>> = {};
  const add = (kind: RequestKind, count: number): void => void (kinds[kind] = (kinds[kind] ?? 0) + count);
  for (const { kind, count } of sealed!.totals) {
    if (!isMemberKind(kind)) for (const one of requestsFor(kind, profile)) add(one, count);
  }
  const members = groups.supported ? membershipRequests(run.stage, index, groups.members.perRequest) : 0;
  if (members > 0) add('updateGroup', members);
  if (members > 0 && groups.supported && groups.update === 'put') add('readGroup', members);
  return kinds;
}

export function countOf(kinds: Kinds): number {
  return Object.values(kinds).reduce((sum, count) => sum + count, 0);
}

/** The requests of one operation. A change of somebody who is on or off may say more than that; it is taken as if it said no more. */
export function requestsFor(kind: Kind, profile: Profile): readonly RequestKind[] {
  const sent = sentAs(kind, profile);
  if (!isWhole(kind, profile)) return [sent];
  return [kind === 'updateGroup' ? 'readGroup' : 'read', sent];
}

/** What is taken over is read, or told what differs. */
function sentAs(kind: Kind, { deactivate }: Profile): RequestKind {
  if (kind === 'create' || kind === 'createGroup' || kind === 'deleteGroup') return kind;
  if (kind === 'delete') return deactivate.idSurvives ? 'delete' : 'update';
  return typeOf(kind) === 'Group' ? 'updateGroup' : 'update';
}

/** Whether it is the whole resource that is sent, which is read before. */
function isWhole(kind: Kind, { update, active, groups }: Profile): boolean {
  if (kind === 'update') return update.method === 'put';
  if (kind === 'deactivate' || kind === 'reactivate')
    return update.method === 'put' && active.method === 'put';
  return kind === 'updateGroup' && groups.supported && groups.update === 'put';
}
