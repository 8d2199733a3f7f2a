import type { ScimTarget } from '../scim/target.ts';
import { currentRun } from '../store/runs.ts';
import { openState, stateError } from '../store/state.ts';
import { build, chosenTargets } from './build.ts';
import type { Build, Engine } from './build.ts';
import type { Run } from './run.ts';

/**
 * What would be sent, and why. It takes no lock and writes nothing: a state that is not there is an empty one, and the
 * plan is built in a scratch file that `use` sees before it is gone.
 */
export async function plan<T>(
  engine: Engine,
  names: readonly string[],
  use: (run: Run) => Promise<T> | T,
  /** How the plan is made: from the source, unless it is said otherwise. */
  made: Build = build,
): Promise<T> {
  const targets = chosenTargets(engine.configuration, names);
  const state = openState(engine.configuration.state, false);
  const remotes = new Map<string, ScimTarget>();
  try {
    for (const target of targets) remotes.set(target.name, engine.openTarget(target));
    const run = await made(
      engine,
      state,
      targets,
      { version: currentRun(state) + 1, isKept: false },
      remotes,
    );
    try {
      return await use(run);
    } finally {
      run.stage.close();
    }
  } catch (error) {
    throw stateError(error, state);
  } finally {
    for (const remote of remotes.values()) remote.close();
    state.close();
  }
}
