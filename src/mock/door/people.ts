import type { Organisation, Session } from '../directory/organisation.ts';
import { somebody, usersOf } from '../directory/organisation.ts';
import type { Stored } from '../directory/stored.ts';
import { endSession } from '../directory/lifecycle.ts';
import { attributesOf } from '../directory/stored.ts';
import { remove, update } from '../directory/write.ts';
import type { Place } from '../directory/write.ts';
import { refuse, shown } from '../refusal.ts';
import type { World } from '../world.ts';

/** Throws 404 for somebody who is not there. */
export function personOf(organisation: Organisation, name: string): Stored {
  const stored = somebody(organisation, name);
  if (!stored) throw refuse(404, undefined, `Nobody is called ${shown(name)}.`);
  return stored;
}

/** What an administrator of the service does by hand, behind the back of whoever provisions it. */
export function switchPerson(
  world: World,
  organisation: Organisation,
  name: string,
  active: boolean,
): Stored {
  const stored = personOf(organisation, name);
  const before = attributesOf(stored);
  update(placeOf(world, organisation), stored, before, { ...before, active });
  return stored;
}

/** The same: somebody is taken out of the service for good. */
export function removePerson(world: World, organisation: Organisation, name: string): Stored {
  const stored = personOf(organisation, name);
  remove(placeOf(world, organisation), stored);
  return stored;
}

/** Somebody signs out. */
export function signOut(organisation: Organisation, id: string, now: number): Session {
  const session = organisation.sessions.get(id);
  if (!session) throw refuse(404, undefined, `There is no session ${shown(id)}.`);
  if (session.endedAt !== undefined)
    throw refuse(409, undefined, `The session of ${session.userName} has ended: ${session.endedBecause}.`);
  endSession(session, 'signedOut', now);
  return session;
}

function placeOf(world: World, organisation: Organisation): Place {
  const { service } = world;
  return { service, organisation, shelf: usersOf(organisation), now: world.clock(), base: world.base() };
}
