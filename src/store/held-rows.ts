import { createHash } from 'node:crypto';
import type { Held, Kind, KindTotal } from '../model/index.ts';
import type { State } from './state.ts';

/** In the order of a plan, which is that of its checksum (law 1). */
const inOrder = `SELECT operation.kind, operation.run, operation.digest FROM operation
  LEFT JOIN person ON person.id = operation.person LEFT JOIN grp ON grp.id = operation.grp LEFT JOIN grp AS nested ON nested.id = operation.member
  WHERE operation.target = ? AND operation.state = 'held'
  ORDER BY operation.phase, coalesce(grp.key, ''), coalesce(person.key, nested.key, grp.key), operation.part`;

/** Counts what is held, with a checksum for each kind; or for each kind of each plan that holds some of it. */
function totalsOf({ db }: State, target: number, by: 'kind' | 'plan'): readonly KindTotal[] {
  const totals = new Map<string, { kind: Kind; count: number; hash: ReturnType<typeof createHash> }>();
  const rows = db.prepare(inOrder).iterate(target) as Iterable<{ kind: Kind; run: number; digest: string }>;
  for (const { kind, run, digest } of rows) {
    const name = by === 'kind' ? kind : `${kind} ${run}`;
    let total = totals.get(name);
    if (total === undefined) totals.set(name, (total = { kind, count: 0, hash: createHash('sha256') }));
    total.count++;
    total.hash.update(digest);
  }
  return [...totals.values()].map(({ hash, ...rest }) => ({ ...rest, checksum: hash.digest('hex') }));
}

/**
 * What each plan holds by itself: of several that hold the same kind, those for some people alone were shown with these
 * checksums to whoever made them, and fit when they are made anew.
 */
export function heldByPlan(state: State, target: number): readonly KindTotal[] {
  return totalsOf(state, target, 'plan');
}

function countHeld({ db }: State, target: number): number {
  return db
    .prepare(`SELECT count(*) FROM operation WHERE target = ? AND state = 'held'`)
    .pluck()
    .get(target) as number;
}

interface HeldRow {
  readonly kind: Held['kind'];
  readonly checksum: string;
  readonly count: number;
  readonly breaches: string;
  readonly since: number;
}

/**
 * Writes down what a plan holds. Since when something waits is told from the first plan on that held it. One that is
 * `beside` the last whole plan, since it is for some people alone, leaves what that holds of others: then the count and the
 * checksum are those of all of it, as the next whole plan has them if nothing else changes, so that an approval of what is
 * shown fits (rule 23); and the limits that are told stay those which hold the others.
 */
export function takeHeld(
  state: State,
  { target, held, now, isBeside }: { target: number; held: readonly Held[]; now: number; isBeside: boolean },
): void {
  const { db } = state;
  const before = new Map(
    (
      db
        .prepare('SELECT kind, checksum, count, breaches, since FROM held WHERE target = ?')
        .all(target) as HeldRow[]
    ).map((row) => [row.kind, row]),
  );
  const rows = new Map<Held['kind'], HeldRow>(isBeside ? before : []);
  for (const one of held) {
    const earlier = before.get(one.kind);
    const since = earlier?.checksum === one.checksum ? earlier.since : now;
    rows.set(one.kind, { ...one, breaches: JSON.stringify(one.breaches), since });
  }
  // A large plan that is held is not counted anew for each event.
  if (isBeside && before.size > 0 && (held.length > 0 || countHeld(state, target) !== sumOf(before.values())))
    recount(state, target, { before, held, rows });
  db.prepare('DELETE FROM held WHERE target = ?').run(target);
  const write = db.prepare('INSERT INTO held VALUES (?, ?, ?, ?, ?, ?)');
  for (const { kind, checksum, count, breaches, since } of rows.values())
    write.run(target, kind, checksum, count, breaches, since);
}

/** Counts what is held of everybody together. */
function recount(
  state: State,
  target: number,
  plans: {
    readonly before: ReadonlyMap<string, HeldRow>;
    readonly held: readonly Held[];
    readonly rows: Map<Held['kind'], HeldRow>;
  },
): void {
  const { before, held, rows } = plans;
  const totals = new Map(totalsOf(state, target, 'kind').map((one) => [one.kind, one]));
  for (const [kind, row] of rows) {
    if (kind === 'source' || kind === 'target') continue;
    const total = totals.get(kind);
    // Of what an earlier plan held, all may have been let through by now.
    if (total === undefined) {
      rows.delete(kind);
      continue;
    }
    const own = held.find((one) => one.kind === kind)?.count ?? 0;
    const { breaches, since } = (total.count > own ? before.get(kind) : undefined) ?? row;
    rows.set(kind, { ...total, breaches, since });
  }
}

/** Of operations: a read or a target that is held has none of its own. */
function sumOf(rows: Iterable<HeldRow>): number {
  let sum = 0;
  for (const { kind, count } of rows) if (kind !== 'source' && kind !== 'target') sum += count;
  return sum;
}
