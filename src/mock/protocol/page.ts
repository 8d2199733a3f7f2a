import type { Ordered } from './order.ts';

/** One page of a list. */
export interface Page {
  /** Its first place, and the one behind its last; counted from 0. */
  readonly from: number;
  readonly to: number;
  /** What the answer says about it. */
  readonly said: Readonly<Record<string, string | number>>;
  /** Whether it says how many there are in all; it does where nothing is said. */
  readonly isCounted?: boolean;
}

export type Paging = (ordered: Ordered) => Page;

export interface PageSizes {
  readonly defaultCount: number;
  readonly maxCount: number;
}
