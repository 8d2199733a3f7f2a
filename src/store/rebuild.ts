import { ensureTarget } from './accounts.ts';
import { audit } from './audit.ts';
import type { AuditEvent } from './audit.ts';
import { openLink, personOf } from './links.ts';
import { voidPlans } from './generation.ts';
import { endRun, startRun } from './runs.ts';
import { loadLedger, setMeta } from './state.ts';
import type { State } from './state.ts';

/** An account whose person is known by its externalId. */
export interface FoundAccount {
  readonly key: string;
  readonly remoteId: string;
  /** What it holds, as far as we have a say in it; canonical. */
  readonly resource: string;
}

export interface Rebuilding {
  readonly name: string;
  readonly renamedFrom?: string;
  readonly fingerprint: string;
  readonly command: string;
  readonly actor: string;
  readonly now: number;
}

/** How many accounts the state links on a target, groups among them; and of how many people something has no answer. */
export function knownOf(state: State, target: number): { readonly linked: number; readonly inDoubt: number } {
  const count = (sql: string): number => state.sql(sql).pluck().get(target) as number;
  return {
    linked:
      count('SELECT count(*) FROM account WHERE target = ?') +
      count('SELECT count(*) FROM group_account WHERE target = ?'),
    inDoubt: count(`SELECT count(*) FROM operation WHERE target = ? AND state = 'leased'`),
  };
}

const atOnce = 500;

/**
 * Links all of these accounts, each to the person of its key, who may be new to the state. All of it or nothing, in one
 * transaction. The next plan looks at everybody: whoever is in no record by then leaves as anybody else does. Returns the
 * number of the run.
 */
export function rebuildTarget(
  state: State,
  { name, renamedFrom, fingerprint, command, actor, now }: Rebuilding,
  accounts: Iterable<FoundAccount>,
): number {
  const { db } = state;
  return db
    .transaction(() => {
      const run = startRun(state, { command, actor, now });
      const target = ensureTarget(state, name, fingerprint, { renamedFrom });
      const ledger = loadLedger(state);
      const digest = new Uint32Array(4);
      let events: AuditEvent[] = [];
      let linked = 0;
      for (const { key, remoteId, resource } of accounts) {
        let person = personOf(state, key);
        if (person === undefined) {
          ledger.keyHash(key, digest);
          const known = ledger.find(digest);
          const slot = known >= 0 ? known : ledger.add(digest);
          ledger.setFlags(slot, 0);
          person = slot + 1;
          state.sql('INSERT INTO person (id, key) VALUES (?, ?)').run(person, key);
        }
        const why = 'found by its externalId while the state was made anew';
        openLink(state, target, person, { remoteId, resource, now, why });
        events.push({
          at: now,
          run,
          target: name,
          key,
          event: 'account.linked',
          detail: { remoteId, actor },
        });
        linked++;
        if (events.length < atOnce) continue;
        audit(state, events);
        events = [];
      }
      audit(state, [
        ...events,
        { at: now, run, target: name, event: 'target.rebuilt', detail: { actor, linked } },
      ]);
      const write = state.sql(
        'INSERT INTO ledger VALUES (?, ?) ON CONFLICT DO UPDATE SET data = excluded.data',
      );
      for (const { page, data } of ledger.dirtyPages()) write.run(page, data);
      state
        .sql(`UPDATE target SET digest = '', cursor = 0, fingerprint = ?, receipt = NULL WHERE id = ?`)
        .run(fingerprint, target);
      // A plan that is being made knows nothing of these accounts, and a source that tells changes has to tell all of it.
      voidPlans(state);
      setMeta(db, 'mark', '');
      endRun(state, run, { rebuilt: { [name]: linked } }, now);
      return run;
    })
    .immediate();
}
