import type { Organisation } from './organisation.ts';
import type { Invitation } from './invitation.ts';

/** How many e-mails, settled invitations and sessions of an organisation are kept: a mock may run for months. */
export const MOST = 100_000;
/** Tidied up so often: each time costs what there is. */
const STEP = MOST / 10;

/** The oldest go first. */
export function keepLast(list: unknown[]): void {
  if (list.length >= MOST + STEP) list.splice(0, list.length - MOST);
}

/** Of the settled ones the oldest go first; an open one stays, however old, for it may still be accepted. */
export function keepOpen(invitations: Invitation[]): void {
  if (invitations.length < MOST + STEP || invitations.length % STEP !== 0) return;
  let surplus = invitations.length - MOST;
  let kept = 0;
  for (const one of invitations) if (one.state === 'pending' || surplus-- <= 0) invitations[kept++] = one;
  invitations.length = kept;
}

/** Of the sessions that have ended the oldest go first. Whether there is room for one more. */
export function makeRoom({ sessions, sessionsOf }: Organisation): boolean {
  if (sessions.size < MOST) return true;
  let surplus = STEP;
  const people = new Set<string>();
  for (const [id, { userId, endedAt }] of sessions) {
    if (endedAt === undefined) continue;
    sessions.delete(id);
    people.add(userId);
    if (--surplus === 0) break;
  }
  for (const id of people) {
    const rest = (sessionsOf.get(id) ?? []).filter((one) => sessions.has(one.id));
    if (rest.length > 0) sessionsOf.set(id, rest);
    else sessionsOf.delete(id);
  }
  return sessions.size < MOST;
}
