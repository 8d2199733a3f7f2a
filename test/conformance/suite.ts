import type { Profile } from '../../src/model/index.ts';
import { groupRequirements } from './groups.ts';
import { meetingRequirements } from './meetings.ts';
import { peopleRequirements } from './people.ts';
import type { Play, Start } from './service.ts';
import { World } from './world.ts';

export type Open = (start?: Start) => Promise<World>;

/**
 * One thing that must hold of every profile and its service. It asks what the profile says and never what it is called;
 * what a profile says that a service cannot do is no part of it.
 */
export interface Requirement {
  readonly name: string;
  readonly holds: (open: Open, profile: Profile) => Promise<void>;
}

/** All of them. Each begins with an empty service. */
export const suite: readonly Requirement[] = [
  ...peopleRequirements,
  ...groupRequirements,
  ...meetingRequirements,
];

/** Throws where a profile does not meet a requirement at a service. */
export async function meet({ holds }: Requirement, profile: Profile, play: Play): Promise<void> {
  const worlds: World[] = [];
  try {
    await holds(async (start) => {
      const world = new World(await play(start), profile);
      worlds.push(world);
      return world;
    }, profile);
  } finally {
    for (const world of worlds) await world.close();
  }
}
