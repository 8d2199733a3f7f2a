import type { TargetConfiguration } from '../model/index.ts';
import { targetRow } from '../store/accounts.ts';
import type { State } from '../store/state.ts';
import { reading } from './reading.ts';
import { Refused } from './refusal.ts';
import type { World } from './world.ts';

/** A target of the configuration, with its id in the state: 0 before its first sync. Throws 404 for another. */
export function targetOf(
  { host }: World,
  state: State,
  name: string,
): { readonly target: TargetConfiguration; readonly id: number } {
  const target = host.configuration.targets.find((one) => one.name === name);
  if (target === undefined) throw new Refused(404, 'notFound', 'there is no target of this name');
  return { target, id: targetRow(state, name, target.renamedFrom)?.id ?? 0 };
}

/** Acts need their target to be there, before anything is written. */
export async function requireTarget(world: World, name: string): Promise<void> {
  await reading(world, (state) => targetOf(world, state, name));
}
