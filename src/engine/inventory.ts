import type { Candidate, Listing, Situation } from '../model/index.ts';
import { Slots } from './slots.ts';

/** What a reconciliation has found of a target's groups, as far as it is no row of the stage. */
export interface GroupStock {
  listing?: Listing;
  /** How many of ours it has shown. */
  known: number;
  readonly counts: Map<Situation, number>;
  /** By attribute, how many groups it was confirmed for and is not returned of. */
  readonly notReturned: Map<string, number>;
  /** By the target's id: for whom of ours the plan would take a group over, or cannot say which. */
  readonly candidates: Map<string, Candidate>;
}

export function newGroupStock(): GroupStock {
  return { known: 0, counts: new Map(), notReturned: new Map(), candidates: new Map() };
}

/** What a reconciliation has found on a target, as far as it is no row of the stage. */
export interface Stock {
  readonly startedAt: number;
  /** By slot, 1 where the target has shown the person's account. */
  readonly seen: Slots;
  /** How many of ours it has shown. */
  known: number;
  listing?: Listing;
  /** Of ours, how many are there although the list left them out. */
  leftOut: number;
  readonly counts: Map<Situation, number>;
  /** By change path, how many accounts it was confirmed for and is not returned of. */
  readonly notReturned: Map<string, number>;
  readonly groups: GroupStock;
}

export function newStock(startedAt: number): Stock {
  return {
    startedAt,
    seen: new Slots('byte', 0),
    known: 0,
    leftOut: 0,
    counts: new Map(),
    notReturned: new Map(),
    groups: newGroupStock(),
  };
}
