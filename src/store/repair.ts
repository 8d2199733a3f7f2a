import { canonical } from '../model/index.ts';
import type { Drift } from '../model/index.ts';
import { audit } from './audit.ts';
import type { AuditEvent } from './audit.ts';
import { closeLink, lookAgain, takeRead } from './links.ts';
import type { Found } from './stage/situations.ts';
import type { State } from './state.ts';

export interface Repair {
  readonly target: number;
  readonly name: string;
  readonly run: number;
  readonly now: number;
  readonly actor: string;
}

/** So many accounts are written in one transaction. */
const atOnce = 500;

/**
 * Takes what was found of accounts into the state: what the target really holds is confirmed in the place of what it
 * confirmed, and whoever's account is gone has none. Nothing is put right by that; the next plan sees what differs, and
 * goes through guard and outbox as any other (law 2). Returns how many accounts were written.
 */
export function takeFound(state: State, repair: Repair, found: Iterable<Found>): number {
  let written = 0;
  let some: Found[] = [];
  const take = state.db.transaction((all: readonly Found[]) => {
    for (const one of all) takeOne(state, repair, one);
    audit(
      state,
      all.map((one) => eventOf(repair, one)),
    );
  });
  for (const one of found) {
    some.push(one);
    written++;
    if (some.length < atOnce) continue;
    take.immediate(some);
    some = [];
  }
  if (some.length > 0) take.immediate(some);
  return written;
}

function takeOne(state: State, { target, now }: Repair, { item, slot, resource, accepted }: Found): void {
  const person = slot! + 1;
  if (item.situation === 'missing') {
    closeLink(state, target, person);
    const reason = `the account ${item.remoteId} is not there any more`;
    return lookAgain(state, target, person, { rule: 'missing', reason, now });
  }
  if (accepted === true)
    state
      .sql(`UPDATE account SET state = 'linked' WHERE target = ? AND person = ? AND type = 'User'`)
      .run(target, person);
  if (resource !== undefined) takeRead(state, target, person, canonical(resource), now);
  const paths = (item.changes ?? []).filter(isFixed).map(({ path }) => path.slice(path.lastIndexOf(':') + 1));
  const reason =
    paths.length > 0 ? `the target holds another ${paths.join(', ')}` : 'the invitation was accepted';
  lookAgain(state, target, person, { rule: 'drifted', reason, now });
}

function eventOf({ name, run, now, actor }: Repair, { item, accepted }: Found): AuditEvent {
  const { situation, key, remoteId, changes = [] } = item;
  const detail = {
    remoteId,
    actor,
    ...(accepted === true && { accepted }),
    ...(situation !== 'missing' && { changes: changes.filter(isFixed) }),
  };
  return {
    at: now,
    run,
    target: name,
    key: key!,
    event: situation === 'missing' ? 'account.missing' : 'account.read',
    detail,
  };
}

function isFixed({ policy }: Drift): boolean {
  return policy === 'fix';
}

/** What the limits of the next 24 hours look back on. */
export function noteMissing(
  { db }: State,
  { target, now }: Repair,
  missing: { readonly count: number; readonly linked: number; readonly isNamed: boolean },
): void {
  db.prepare('INSERT INTO released VALUES (?, ?, ?, ?, ?, ?)').run(
    target,
    'missing',
    now,
    missing.count,
    missing.isNamed ? 1 : 0,
    missing.linked,
  );
}
