import { openReader, stateError } from '../store/state.ts';
import type { State } from '../store/state.ts';
import type { World } from './world.ts';

/** Looks into the state by a connection that cannot write, and that no run has to wait for. */
export async function reading<T>({ host }: World, use: (state: State) => Promise<T> | T): Promise<T> {
  const state = openReader(host.configuration.state);
  try {
    return await use(state);
  } catch (error) {
    throw stateError(error, state);
  } finally {
    state.close();
  }
}
