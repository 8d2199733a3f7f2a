import { RollcallError } from '../model/index.ts';
import { doubtsOf } from './accounts.ts';
import { audit } from './audit.ts';
import { FLAG } from './ledger.ts';
import { rekeyEvents } from './events.ts';
import { rekeyOffboarding } from './offboardings.ts';
import { renameReferences } from './references.ts';
import { voidPlans } from './generation.ts';
import { loadLedger } from './state.ts';
import type { State } from './state.ts';

/**
 * Says that somebody has another key from now on: the person keeps slot, accounts and history (rule 12). Somebody who
 * was met under the new key and has no account gives it up. Returns the targets whose links moved.
 */
export function rekey(
  state: State,
  request: { readonly old: string; readonly now: string; readonly actor: string; readonly at: number },
): readonly string[] {
  const { db } = state;
  const { old, now, actor, at } = request;
  return db
    .transaction(() => {
      const idOf = (key: string): number | undefined =>
        state.sql('SELECT id FROM person WHERE key = ?').pluck().get(key) as number | undefined;
      const person = idOf(old);
      if (person === undefined)
        throw new RollcallError('usage', {
          message: `nobody has the key ${old}`,
          hint: 'rollcall status names people by their keys',
        });
      const other = idOf(now);
      const links = state
        .sql(
          'SELECT target.name FROM account JOIN target ON target.id = account.target WHERE person = ? ORDER BY 1',
        )
        .pluck();
      if (other !== undefined && links.all(other).length > 0)
        throw new RollcallError('usage', {
          message: `${now} has accounts of their own (${links.all(other).join(', ')}), so ${old} cannot become ${now}`,
        });
      if (other !== undefined) {
        if (doubtsOf(state, other - 1).length > 0)
          throw new RollcallError('usage', {
            message: `a request for ${now} was sent and its answer is not known yet`,
            hint: 'run rollcall sync first',
          });
        state.sql('DELETE FROM operation WHERE person = ?').run(other);
        state.sql('DELETE FROM left_out WHERE person = ?').run(other);
        state.sql('DELETE FROM rejection WHERE person = ?').run(other);
        state.sql('DELETE FROM record WHERE person = ?').run(other);
        state.sql('UPDATE person SET key = ? WHERE id = ?').run(`${now}\u0000given up ${other}`, other);
      }
      state.sql('UPDATE person SET key = ? WHERE id = ?').run(now, person);
      // It has the former key in it, and is nobody's until a read gives the person's record again.
      state.sql('DELETE FROM record WHERE person = ?').run(person);
      moveInLedger(state, person - 1, now);
      renameReferences(state, [{ old, now }]);
      rekeyOffboarding(state, old, now);
      rekeyEvents(state, old, now);
      voidPlans(state);
      audit(state, [{ at, key: now, event: 'person.rekeyed', detail: { old, new: now, actor } }]);
      return links.all(person) as string[];
    })
    .immediate();
}

function moveInLedger(state: State, slot: number, key: string): void {
  const ledger = loadLedger(state);
  const digest = new Uint32Array(4);
  ledger.keyHash(key, digest);
  // Somebody who was met under the new key, or whom others name as their manager by it.
  const given = ledger.find(digest);
  if (given >= 0) {
    const isNamed = (ledger.flags(given) & FLAG.named) !== 0;
    ledger.setKey(given, `${key}\u0000given up ${given + 1}`);
    ledger.setName(given, undefined);
    ledger.setFlags(given, isNamed ? FLAG.named : FLAG.gone);
  }
  ledger.setKey(slot, key);
  // The next run looks at this person, whatever the record says.
  ledger.setFlags(slot, ledger.flags(slot) | FLAG.examine);
  const write = state.sql('INSERT INTO ledger VALUES (?, ?) ON CONFLICT DO UPDATE SET data = excluded.data');
  for (const { page, data } of ledger.dirtyPages()) write.run(page, data);
}
