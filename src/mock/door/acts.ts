import { randomUUID } from 'node:crypto';
import { isObject } from '../../model/index.ts';
import type { JsonObject } from '../../model/index.ts';
import { MOST, makeRoom } from '../directory/bounds.ts';
import { accept, decline, remind } from '../directory/lifecycle.ts';
import { usersOf } from '../directory/organisation.ts';
import type { Organisation, Session } from '../directory/organisation.ts';
import type { Invitation } from '../directory/invitation.ts';
import type { Stored } from '../directory/stored.ts';
import { opens } from '../directory/secret.ts';
import { countWhile } from '../protocol/order.ts';
import { refuse, shown } from '../refusal.ts';

type Act = (organisation: Organisation, stored: Stored, invitation: Invitation, now: number) => void;

/** Accepts an invitation, named by its id or by the e-mail address that it went to. */
export function acceptOne(organisation: Organisation, name: string, now: number): Invitation {
  return actOn(organisation, name, now, accept);
}

export function declineOne(organisation: Organisation, name: string, now: number): Invitation {
  return actOn(organisation, name, now, decline);
}

/** Sends the e-mail of an open invitation once more, whenever the last one went out. */
export function resendOne(organisation: Organisation, name: string, now: number): Invitation {
  return actOn(organisation, name, now, (_organisation, stored, invitation) =>
    remind(organisation, invitation, JSON.parse(stored.text) as JsonObject, now),
  );
}

function actOn(organisation: Organisation, name: string, now: number, act: Act): Invitation {
  const invitation = numbered(organisation, name) ?? sentTo(organisation, name);
  if (!invitation) throw refuse(404, undefined, `There is no invitation ${shown(name)}.`);
  const stored = openTo(organisation, invitation);
  if (!stored)
    throw refuse(409, undefined, `The invitation of ${invitation.userName} is ${invitation.state}.`);
  act(organisation, stored, invitation, now);
  return invitation;
}

function numbered({ invitations }: Organisation, id: string): Invitation | undefined {
  if (!/^invitation-[1-9]\d{0,9}$/.test(id)) return undefined;
  const number = Number(id.slice('invitation-'.length));
  const found = invitations[countWhile(invitations, (one) => one.number < number)];
  return found?.number === number ? found : undefined;
}

/** The last one, where several went to one address. */
function sentTo(organisation: Organisation, email: string): Invitation | undefined {
  if (!email.includes('@')) return undefined;
  const wanted = email.toLowerCase();
  let last: Invitation | undefined;
  for (const one of organisation.invitations) if (one.email.toLowerCase() === wanted) last = one;
  return last;
}

/** Accepts so many of the open invitations, oldest first. */
export function acceptSome(organisation: Organisation, count: number, now: number): readonly Invitation[] {
  const accepted: Invitation[] = [];
  for (const invitation of organisation.invitations) {
    if (accepted.length >= count) break;
    const stored = openTo(organisation, invitation);
    if (!stored) continue;
    accept(organisation, stored, invitation, now);
    accepted.push(invitation);
  }
  return accepted;
}

/** Whom an open invitation invites. */
function openTo(organisation: Organisation, { userId, state }: Invitation): Stored | undefined {
  return state === 'pending' ? usersOf(organisation).resources.byId(userId) : undefined;
}

/** Signs somebody in: `{userName}`, and `password` where one is to be tried. */
export function startSession(organisation: Organisation, body: unknown, now: number): Session {
  const { userName, password } = isObject(body) ? body : {};
  if (typeof userName !== 'string') throw refuse(400, undefined, 'A session needs a "userName".');
  const stored = usersOf(organisation).resources.find('userName', userName)?.[0];
  if (!stored) throw refuse(404, undefined, `Nobody is called ${shown(userName)}.`);
  if (stored.membership !== 'member')
    throw refuse(403, undefined, `${shown(userName)} is not a member: ${stored.membership}.`);
  if (stored.active === false) throw refuse(403, undefined, `${shown(userName)} is switched off.`);
  if (
    password !== undefined &&
    !(typeof password === 'string' && stored.password && opens(stored.password, password))
  ) {
    throw refuse(403, undefined, `That is not the password of ${shown(userName)}.`);
  }
  if (!makeRoom(organisation))
    throw refuse(409, undefined, `More than ${MOST} open sessions are too many; end some first.`);
  const session: Session = {
    id: randomUUID(),
    userId: stored.id,
    userName,
    startedAt: now,
    endedAt: undefined,
    endedBecause: undefined,
  };
  organisation.sessions.set(session.id, session);
  const own = organisation.sessionsOf.get(stored.id);
  if (own) own.push(session);
  else organisation.sessionsOf.set(stored.id, [session]);
  return session;
}
