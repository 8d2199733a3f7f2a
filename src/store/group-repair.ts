import { canonical } from '../model/index.ts';
import type { Drift } from '../model/index.ts';
import type { MemberName } from '../planning/group-drift.ts';
import { audit } from './audit.ts';
import type { AuditEvent } from './audit.ts';
import { lookAgain, personOf } from './links.ts';
import type { Repair } from './repair.ts';
import type { Found } from './stage/situations.ts';
import type { State } from './state.ts';

/**
 * Takes what was found of groups into the state: who is in one and what it is called, or that it is not there any more. As
 * with accounts, the next plan sees what differs from the source, and nothing is put right by this. Returns how many
 * groups were written.
 */
export function takeFoundGroups(state: State, repair: Repair, found: Iterable<Found>): number {
  let written = 0;
  const take = state.db.transaction((one: Found) => {
    if (one.item.situation === 'missing') close(state, repair, one);
    else takeOne(state, repair, one);
    audit(state, [eventOf(repair, one)]);
  });
  for (const one of found) {
    take.immediate(one);
    written++;
  }
  return written;
}

/** Whether a repair changes something of it. */
export function isRepairable({ item: { changes = [] } }: Found): boolean {
  return changes.some(isFixed);
}

function takeOne(state: State, { target, now }: Repair, { item, slot: group, resource }: Found): void {
  const { key, changes = [] } = item;
  if (resource !== undefined)
    state
      .sql('UPDATE group_account SET resource = ?, confirmed_at = ? WHERE target = ? AND grp = ?')
      .run(canonical(resource), now, target, group);
  const why = { rule: 'drifted', now } as const;
  for (const { confirmed, live } of changes.filter((one) => isFixed(one) && one.path === 'members')) {
    for (const person of peopleOf(state, confirmed)) {
      state
        .sql('DELETE FROM membership WHERE target = ? AND person = ? AND grp = ?')
        .run(target, person, group);
      lookAgain(state, target, person, { ...why, reason: `is not in the group ${key} on the target` });
    }
    for (const person of peopleOf(state, live)) {
      state
        .sql('INSERT OR REPLACE INTO membership (target, person, grp, sure) VALUES (?, ?, ?, 1)')
        .run(target, person, group);
      lookAgain(state, target, person, { ...why, reason: `is in the group ${key} on the target` });
    }
    // Which groups are in which is looked at by each run.
    for (const member of groupsOf(state, confirmed))
      state.sql('DELETE FROM nesting WHERE target = ? AND member = ? AND grp = ?').run(target, member, group);
    for (const member of groupsOf(state, live))
      state
        .sql('INSERT OR REPLACE INTO nesting (target, member, grp, sure) VALUES (?, ?, ?, 1)')
        .run(target, member, group);
  }
}

/** The group is not there; whoever was in it is looked at again. */
function close(state: State, { target, now }: Repair, { item, slot: group }: Found): void {
  const members = state
    .sql('SELECT person FROM membership WHERE target = ? AND grp = ?')
    .pluck()
    .all(target, group) as number[];
  const reason = `the group ${item.key} is not there any more`;
  for (const person of members) lookAgain(state, target, person, { rule: 'missing', reason, now });
  state.sql(`DELETE FROM operation WHERE target = ? AND grp = ? AND state <> 'leased'`).run(target, group);
  state.sql('DELETE FROM group_account WHERE target = ? AND grp = ?').run(target, group);
}

function peopleOf(state: State, keys: Drift['live']): readonly number[] {
  return ((keys ?? []) as readonly MemberName[]).flatMap((name) =>
    typeof name === 'string' ? (personOf(state, name) ?? []) : [],
  );
}

function groupsOf(state: State, keys: Drift['live']): readonly number[] {
  const known = state.sql('SELECT id FROM grp WHERE key = ?').pluck();
  return ((keys ?? []) as readonly MemberName[]).flatMap((name) =>
    typeof name === 'string' ? [] : ((known.get(name.value) as number | undefined) ?? []),
  );
}

function eventOf(
  { name, run, now, actor }: Repair,
  { item: { situation, key, remoteId, changes = [] } }: Found,
): AuditEvent {
  const isMissing = situation === 'missing';
  const detail = { remoteId, actor, ...(!isMissing && { changes: changes.filter(isFixed) }) };
  return {
    at: now,
    run,
    target: name,
    key: key!,
    event: isMissing ? 'group.missing' : 'group.read',
    detail,
  };
}

function isFixed({ policy }: Drift): boolean {
  return policy === 'fix';
}
