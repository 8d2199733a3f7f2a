import type { TargetConfiguration } from '../model/index.ts';
import { targetRow } from '../store/accounts.ts';
import { trailPage } from '../store/trail/rows.ts';
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
  if (target === undefined) throw noTarget(host.configuration.targets);
  return { target, id: targetRow(state, name, target.renamedFrom)?.id ?? 0 };
}

function noTarget(all: readonly TargetConfiguration[]): Refused {
  const hint = `the configuration has ${all.map(({ name }) => name).join(', ') || 'no targets'}`;
  return new Refused(404, 'notFound', 'there is no target of this name', { hint });
}

/** What the trail says is asked of those as well that the configuration has no more. Throws 404 for one of which it says nothing. */
export function refuseUnknown({ host }: World, state: State, name: string): void {
  const { targets } = host.configuration;
  const isKnown = targets.some((one) => one.name === name) || targetRow(state, name) !== undefined;
  if (!isKnown && trailPage(state, { target: name }, { after: 0, most: 1 }).length === 0)
    throw noTarget(targets);
}

/** Acts need their target to be there, before anything is written. */
export async function requireTarget(world: World, name: string): Promise<void> {
  await reading(world, (state) => targetOf(world, state, name));
}
