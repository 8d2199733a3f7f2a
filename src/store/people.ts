import { FLAG, PAGE_PEOPLE, WORDS } from './ledger.ts';
import type { State } from './state.ts';

/** Whether somebody is there by the last record that was accepted of them; undefined of a key that no record ever had. */
export function isPresent(state: State, key: string): boolean | undefined {
  const flags = flagsOf(state, key);
  return flags === undefined ? undefined : (flags & (FLAG.active | FLAG.rejected)) !== 0;
}

/** Whether the source has somebody no more whom it had, by a read of everybody or by a change that took them away. */
export function hasGone(state: State, key: string): boolean {
  return ((flagsOf(state, key) ?? 0) & (FLAG.gone | FLAG.removed)) !== 0;
}

function flagsOf(state: State, key: string): number | undefined {
  const id = state.sql('SELECT id FROM person WHERE key = ?').pluck().get(key) as number | undefined;
  if (id === undefined) return undefined;
  const slot = id - 1;
  const page = state
    .sql('SELECT data FROM ledger WHERE page = ?')
    .pluck()
    .get(Math.floor(slot / PAGE_PEOPLE)) as Buffer | undefined;
  return page?.readUInt32LE((slot % PAGE_PEOPLE) * WORDS * 4 + FLAGS_WORD * 4) ?? 0;
}

const FLAGS_WORD = 11;
