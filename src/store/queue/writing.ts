import type { State } from '../state.ts';

/** The target and the run for which steps are written. */
export interface Writing {
  readonly state: State;
  readonly target: number;
  readonly run: number;
}
