import { rowHash } from '../audit.ts';
import type { Head } from '../audit.ts';
import type { State } from '../state.ts';
import type { TrailRow } from './rows.ts';
import { trailPage } from './rows.ts';

/** A row with which something is wrong, and what. */
export interface Fault {
  readonly seq: number;
  /**
   * `changed`: it says something else than when it was written. `replaced`: a row was written in its place. `missing`: it
   * was taken out. `moved`: it stands where it was not written. `cut`: it was at the end. `rebuilt`: all of the chain was
   * written anew. `unknown`: retention took it, so that nothing can be said of it.
   */
  readonly kind: 'changed' | 'replaced' | 'missing' | 'moved' | 'cut' | 'rebuilt' | 'unknown';
  readonly message: string;
}

/** What a look at the whole of a trail has found. */
export interface Verdict {
  readonly rows: number;
  /** The first row that is there; what was before it went by retention, or was not exported. */
  readonly first?: number;
  readonly head?: Head;
  /** Whether the trail goes back to its first row, to one that retention has left as an anchor, or to a head that was kept. */
  readonly isWhole: boolean;
  /** The first of what is wrong. */
  readonly faults: readonly Fault[];
  /** How much is wrong in all. */
  readonly count: number;
}

const mostFaults = 20;

/** Looks at one row after the other, and keeps nothing of them. */
export class Verifier {
  readonly #expected: Head | undefined;
  #last: Head | undefined;
  #first: number | undefined;
  readonly #begin: Head | undefined;
  /** The row before the first, as the first says it. */
  #given: Head | undefined;
  /** What retention has said last about where the trail begins. */
  #pruned: Head | undefined;
  #rows = 0;
  #isMet = false;
  /** What comes after such a row does not fit it, and is not to blame. */
  #wasChanged = false;
  readonly #faults: Fault[] = [];
  #count = 0;

  /** `anchor`: the row after which the trail begins; nothing where that is not known. `head`: one that was kept elsewhere. */
  constructor(options: { readonly anchor?: Head | undefined; readonly head?: Head | undefined }) {
    this.#last = options.anchor;
    this.#begin = options.anchor;
    this.#expected = options.head;
  }

  take(row: TrailRow): void {
    const { seq, at, run, target, key, event, detail, previous, hash } = row;
    this.#rows++;
    if (this.#first === undefined) this.#start(row);
    const { seq: before, hash: expected } = this.#last!;
    if (seq > before + 1) this.#miss(before + 1, seq - 1);
    else if (seq <= before) this.fault(seq, 'moved', `row ${seq} stands behind row ${before}`);
    const isChanged = rowHash(previous, [seq, at, run, target, key, event, detail]) !== hash;
    if (isChanged) this.fault(seq, 'changed', `row ${seq} does not say what it said when it was written`);
    else if (seq === before + 1 && previous !== expected && !this.#wasChanged) this.#replaced(seq, before);
    if (event === 'trail.pruned') this.#pruned = prunedIn(detail) ?? this.#pruned;
    if (this.#expected?.seq === seq) this.#meet(hash);
    this.#last = { seq, hash };
    this.#wasChanged = isChanged;
  }

  fault(seq: number, kind: Fault['kind'], message: string): void {
    this.#count++;
    if (this.#faults.length < mostFaults) this.#faults.push({ seq, kind, message });
  }

  #start({ seq, previous }: TrailRow): void {
    this.#first = seq;
    // Of an export that begins later, what it says of the row before has to be believed.
    this.#given = { seq: seq - 1, hash: seq === 1 ? '' : previous };
    this.#last ??= this.#given;
    // One part after the other: a head of the part before proves that nothing is missing between them.
    if (seq > 1 && this.#expected?.seq === seq - 1) this.#meet(previous);
  }

  #miss(from: number, to: number): void {
    const which = from === to ? `row ${from} is` : `rows ${from} to ${to} are`;
    this.fault(from, 'missing', `${which} missing`);
  }

  /** Only the row before can be another one: this one fits its own hash, and says after which it was written. */
  #replaced(seq: number, before: number): void {
    if (before < this.#first!)
      this.fault(
        seq,
        'replaced',
        `row ${seq} was not written after the row at which the trail is said to begin`,
      );
    else
      this.fault(
        before,
        'replaced',
        `row ${before} is not the one after which row ${seq} was written: it was replaced`,
      );
  }

  #meet(hash: string): void {
    this.#isMet = true;
    const { seq, hash: kept } = this.#expected!;
    if (hash === kept) return;
    const words = `row ${seq} has another hash than the one that was kept: it, or all that is before it, was written anew`;
    this.fault(seq, 'rebuilt', words);
  }

  end(): Verdict {
    const end = this.#last?.seq ?? 0;
    const isAnchored = this.#begin !== undefined && this.#begin.seq > 0;
    const begins = (this.#first ?? 1) - 1;
    if (isAnchored && !isSame(this.#pruned, this.#begin)) {
      const words = `the trail begins with row ${begins + 1}, and no row says that retention took what was before`;
      this.fault(begins, 'missing', words);
    }
    const expected = this.#expected;
    if (expected !== undefined && !this.#isMet)
      if (expected.seq > end)
        this.fault(
          expected.seq,
          'cut',
          `the trail ends with row ${end}, and row ${expected.seq} was there when the head was kept: the end is cut off`,
        );
      else if (expected.seq <= begins)
        this.fault(
          expected.seq,
          'unknown',
          `row ${expected.seq} is before the first row that is left, so that this head says nothing; keep a newer one`,
        );
    return {
      rows: this.#rows,
      ...(this.#first !== undefined && { first: this.#first }),
      ...(this.#last !== undefined && this.#last.seq > 0 && { head: this.#last }),
      isWhole:
        begins === 0 ||
        isAnchored ||
        isSame(this.#pruned, this.#given) ||
        isSame(this.#expected, this.#given),
      faults: this.#faults,
      count: this.#count,
    };
  }
}

function isSame(one: Head | undefined, other: Head | undefined): boolean {
  return one !== undefined && one.seq === other?.seq && one.hash === other.hash;
}

function prunedIn(detail: string): Head | undefined {
  const { seq, hash } = JSON.parse(detail) as Partial<Head>;
  return typeof seq === 'number' && typeof hash === 'string' ? { seq, hash } : undefined;
}

/**
 * Looks at the whole trail of a state. That its end was cut off shows by itself where a run began or ended that is not
 * told of any more; otherwise, and where somebody has written all of it anew, by a `head` that was kept elsewhere.
 */
export function verifyTrail(state: State, head?: Head): Verdict {
  // One moment of the state, whatever is written to it and taken from it meanwhile.
  return state.db.transaction(() => {
    const anchor = anchorOf(state);
    const verifier = new Verifier({ anchor: anchor ?? { seq: 0, hash: '' }, head });
    let after = 0;
    for (;;) {
      const rows = trailPage(state, {}, { after, most: 1000 });
      for (const row of rows) verifier.take(row);
      if (rows.length === 0) break;
      after = rows.at(-1)!.seq;
    }
    for (const { id, event } of untold(state, anchor?.at))
      verifier.fault(
        after + 1,
        'cut',
        `run ${id} has ${event === 'run.ended' ? 'ended' : 'begun'}, and the trail, which ends with row ${after}, does not say so: the end is cut off`,
      );
    return verifier.end();
  })();
}

/** The row up to which retention has taken the trail away, and the time of that row. */
export function anchorOf(state: State): (Head & { readonly at: number }) | undefined {
  return state.sql('SELECT seq, hash, at FROM audit_anchor ORDER BY seq DESC LIMIT 1').get() as
    (Head & { readonly at: number }) | undefined;
}

/** Of the last run that began and the last that ended, those of which the trail knows nothing. */
function untold(
  state: State,
  from = 0,
): readonly { readonly id: number; readonly event: 'run.started' | 'run.ended' }[] {
  const last = (time: 'started_at' | 'ended_at', event: 'run.started' | 'run.ended') =>
    state
      .sql(
        `SELECT id, ? AS event FROM (SELECT max(id) AS id FROM run WHERE ${time} > ? AND id > (SELECT value FROM meta WHERE name = 'untold_runs'))
         WHERE id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM audit WHERE run = id AND event = ?)`,
      )
      .all(event, from, event) as { id: number; event: typeof event }[];
  return [...last('started_at', 'run.started'), ...last('ended_at', 'run.ended')];
}
