import { ensureTarget } from '../store/accounts.ts';
import { pause, resume } from '../store/pauses.ts';
import type { Pause, Resumed } from '../store/pauses.ts';
import { openState, stateError } from '../store/state.ts';
import type { State } from '../store/state.ts';
import { chosenTargets } from './build.ts';
import type { Engine } from './build.ts';
import { fingerprintOf } from './moved.ts';

/**
 * Nothing is sent to a target any more until it is resumed; planning goes on, and each plan takes the place of what waits.
 * No lock is taken: whoever delivers takes it up within a second (rule 26).
 */
export function pauseTarget(
  engine: Engine,
  name: string,
  who: { readonly actor: string; readonly reason?: string },
): Pause {
  return said(engine, name, (state, target) => pause(state, target, { ...who, now: engine.clock.now() }));
}

/** Ends a pause and a halt: the next run, or the one under way, sends what waits. */
export function resumeTarget(engine: Engine, name: string, actor: string): Resumed {
  return said(engine, name, (state, target) => resume(state, target, { actor, now: engine.clock.now() }));
}

/** A target can be paused before its first sync, so that the state may have to be made for it. */
function said<T>(
  { configuration }: Engine,
  name: string,
  say: (state: State, target: { readonly id: number; readonly name: string }) => T,
): T {
  const [target] = chosenTargets(configuration, [name]);
  const state = openState(configuration.state, true);
  try {
    const id = ensureTarget(state, name, fingerprintOf(target!), target);
    return say(state, { id, name });
  } catch (error) {
    throw stateError(error, state);
  } finally {
    state.close();
  }
}
