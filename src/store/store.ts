import { holds, lock } from './locks.ts';
import { Stage } from './stage/stage.ts';
import { openState } from './state.ts';

/** How a run comes to what it keeps: the state, the locks of its targets, and the place where its plan is built. */
export interface Store {
  readonly openState: typeof openState;
  readonly lock: typeof lock;
  readonly holds: typeof holds;
  openStage(): Stage;
}

/** All of it in files. */
export const inFiles: Store = { openState, lock, holds, openStage: () => new Stage() };
