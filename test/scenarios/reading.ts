import { fold, offWords, onWords, sourceLimits } from './words.ts';
import type { Account, Attributes, Export, Row, Settings } from './words.ts';

/** Who somebody is, as the source has it, without regard to any target. */
export type Standing =
  | { readonly kind: 'active' | 'inactive'; readonly row: Row; readonly wanted: Wanted }
  | { readonly kind: 'rejected'; readonly rule: string };

/** What the source wants an account to say; the manager by key. */
export type Wanted = Omit<Attributes, 'manager'> & { readonly manager?: string };

/** The rules for the source, applied to one day's export. */
export interface Reading {
  readonly people: ReadonlyMap<string, Standing>;
  /** Whether somebody who is in no row has left: not where a row could be anybody's (rule 2). */
  readonly absenceProves: boolean;
  /** Old keys and the new ones that they became (rule 12). */
  readonly renumbered: ReadonlyMap<string, string>;
  readonly records: number;
  readonly rejected: number;
}

/**
 * `links` are the accounts by key on every target: what a former key can move. `known` are the keys that are
 * somebody's: what stands first in a broken row is believed to be a key only if it is one. A key that was given up is
 * not: the row could be anybody's (rule 2), also that of somebody whose former key is to be settled.
 */
export function read(
  file: Export,
  settings: Settings,
  links: readonly ReadonlyMap<string, Account>[],
  known: ReadonlySet<string>,
  accepted: number | undefined,
): Reading {
  const byKey = new Map<string, Row[]>();
  let nameless = 0;
  for (const row of file.rows) {
    const key = row.id.trim();
    if (key === '') nameless++;
    else byKey.set(key, [...(byKey.get(key) ?? []), row]);
  }
  const people = new Map<string, Standing>();
  let rejected = file.broken.length + nameless;
  for (const [key, rows] of byKey) {
    const standing = standingOf(key, rows, settings);
    people.set(key, standing);
    if (standing.kind === 'rejected') rejected += rows.length;
  }
  for (const { id } of file.broken)
    if (file.columns[0] === 'id' && known.has(id)) people.set(id, { kind: 'rejected', rule: 'ragged' });
    else nameless++;
  const records = file.rows.length + file.broken.length;
  const isWhole = nameless === 0 && !sourceBreach({ records, rejected }, accepted);
  const renumbered = renumber(byKey, people, links, isWhole);
  for (const key of contested(people)) {
    people.set(key, { kind: 'rejected', rule: 'duplicateUserName' });
    rejected++;
  }
  return {
    people,
    // A file without records proves nothing (law 6).
    absenceProves: nameless === 0 && records > 0,
    renumbered,
    records,
    rejected,
  };
}

/** Rules 1, 2 and 4: what one row, or several of one key, say of a person. */
function standingOf(key: string, rows: readonly Row[], settings: Settings): Standing {
  const each = rows.map((row) => ({ row, status: statusOf(row) }));
  if (each.some(({ status }) => status === 'unknown')) return { kind: 'rejected', rule: 'status' };
  const active = each.filter(({ status }) => status === 'on');
  if (active.some(({ row }) => row.login.trim() === '')) return { kind: 'rejected', rule: 'userName' };
  if (active.length > 1) return { kind: 'rejected', rule: 'duplicateKey' };
  const { row } = active[0] ?? each[0]!;
  return { kind: active.length === 1 ? 'active' : 'inactive', row, wanted: wantedOf(key, row, settings) };
}

function statusOf({ status }: Row): 'on' | 'off' | 'unknown' {
  const word = fold(status);
  return onWords.includes(word) ? 'on' : offWords.includes(word) ? 'off' : 'unknown';
}

function wantedOf(key: string, row: Row, { display }: Settings): Wanted {
  const cell = (name: keyof Row): string => row[name].trim();
  const shown =
    display === 'first last' ? `${cell('first')} ${cell('last')}` : `${cell('last')}, ${cell('first')}`;
  return present({
    externalId: key,
    userName: cell('login'),
    givenName: cell('first'),
    familyName: cell('last'),
    displayName: shown.trim(),
    title: cell('title'),
    email: cell('email'),
    phone: cell('phone'),
    department: cell('department'),
    manager: cell('manager'),
  });
}

/** An empty cell is absent. */
function present(wanted: Wanted): Wanted {
  return Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== ''));
}

/** Two active people with one userName are both rejected (rule 4). */
function contested(people: ReadonlyMap<string, Standing>): readonly string[] {
  const byName = new Map<string, string[]>();
  for (const [key, standing] of people) {
    if (standing.kind !== 'active') continue;
    const name = fold(standing.wanted.userName ?? '');
    byName.set(name, [...(byName.get(name) ?? []), key]);
  }
  return [...byName.values()].filter((keys) => keys.length > 1).flat();
}

/**
 * A record names the key that its person had before: the links of that key are the person's own. Not where the old
 * key is still somebody's who is active: then the record that names it is rejected. Nor where two name it: then it is
 * not clear whose the links are, and all three are. Nor where the file may lack the old key's own record: both wait. Nor where the person has accounts under the new key already.
 */
function renumber(
  byKey: ReadonlyMap<string, readonly Row[]>,
  people: Map<string, Standing>,
  links: readonly ReadonlyMap<string, Account>[],
  isWhole: boolean,
): ReadonlyMap<string, string> {
  const hasLinks = (key: string): boolean => links.some((accounts) => accounts.has(key));
  const heirs = new Map<string, string[]>();
  for (const [key, rows] of byKey)
    for (const former of new Set(rows.map((row) => row.former.trim())))
      if (former !== '' && former !== key && !hasLinks(key))
        heirs.set(former, [...(heirs.get(former) ?? []), key]);
  const isOver = (key: string): boolean => (people.get(key)?.kind ?? 'inactive') === 'inactive';
  // Who is not active contests nothing.
  for (const [former, keys] of heirs) {
    const here = keys.filter((key) => !isOver(key));
    if (here.length > 0) heirs.set(former, here);
  }
  // Renumbered several times in one file: the last one counts.
  const lastOf = (key: string): string => {
    const [next, ...others] = isOver(key) ? (heirs.get(key) ?? []) : [];
    return next === undefined || others.length > 0 ? key : lastOf(next);
  };
  const moved = new Map<string, string>();
  const refused: string[] = [];
  for (const [former, keys] of heirs) {
    if (!hasLinks(former)) continue;
    if (keys.length > 1) refused.push(...keys, former);
    else if (!isOver(former)) refused.push(...keys);
    else if (!isWhole) refused.push(...keys, former);
    else moved.set(former, lastOf(keys[0]!));
  }
  for (const key of refused) people.set(key, { kind: 'rejected', rule: 'previousKey' });
  return moved;
}

/** Law 7 and rule 21: why a read as a whole is held. */
export function sourceBreach(
  reading: Pick<Reading, 'records' | 'rejected'>,
  accepted: number | undefined,
): boolean {
  const lost = (accepted ?? 0) - reading.records;
  const shrunk = lost > sourceLimits.floor && (lost / accepted!) * 100 > sourceLimits.shrunk;
  const odd =
    reading.rejected > sourceLimits.floor &&
    (reading.rejected / reading.records) * 100 > sourceLimits.rejected;
  return reading.records === 0 || shrunk || odd;
}
