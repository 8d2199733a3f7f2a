import type { Access } from '../store/access.ts';
import type { Offboarding } from '../store/offboardings.ts';
import type { OpenOperation } from '../store/story.ts';
import type { TrailRow } from '../store/trail/rows.ts';

/** What the state says of somebody, without a look at the source. */
export interface PersonView {
  readonly key: string;
  readonly label?: string;
  readonly rejected?: { readonly since: number; readonly rule: string; readonly reason: string };
  readonly targets: readonly {
    readonly name: string;
    readonly access?: Access;
    readonly open: readonly OpenOperation[];
    readonly leftOut?: { readonly rule: string; readonly reason: string; readonly since: number };
  }[];
  /** Off everywhere by a person's word. */
  readonly offboarding?: Offboarding;
  /** Newest first. */
  readonly last: readonly TrailRow[];
}
