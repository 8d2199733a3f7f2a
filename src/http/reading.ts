import { withReader } from '../store/state.ts';
import type { State } from '../store/state.ts';
import type { World } from './world.ts';

/** Looks into the state by a connection that cannot write, and that no run has to wait for. */
export function reading<T>({ host }: World, use: (state: State) => Promise<T> | T): Promise<T> {
  return withReader(host.configuration.state, use);
}
