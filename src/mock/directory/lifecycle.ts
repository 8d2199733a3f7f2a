import type { JsonObject } from '../../model/index.ts';
import { isObject } from '../../model/index.ts';
import type { InvitationDescription, ServiceDescription } from '../description.ts';
import { keepLast, keepOpen } from './bounds.ts';
import { usersOf } from './organisation.ts';
import type { Mail, Organisation, Session } from './organisation.ts';
import type { Invitation } from './invitation.ts';
import type { Membership, Stored } from './stored.ts';

/** What a write means for somebody's membership. */
export interface Step {
  readonly membership: Membership;
  readonly invite: boolean;
  readonly withdraw: boolean;
  readonly endSessions: boolean;
}

/**
 * The lifecycle in one pure function: whoever is active, can be written to, is no member and has no open invitation
 * is invited; whoever is switched off loses the open invitation and the sessions. So nobody is invited twice unless
 * the first invitation was withdrawn, or was declined and the person was switched off and on again.
 */
export function nextStep(
  service: Pick<ServiceDescription, 'invitations' | 'deactivation'>,
  before: { readonly membership: Membership; readonly active: boolean } | undefined,
  after: { readonly active: boolean; readonly email: string | undefined },
): Step {
  const rule = service.invitations;
  const switchedOff = before?.active === true && !after.active;
  const endSessions = switchedOff && service.deactivation.endsSessions;
  const stays = { invite: false, withdraw: false, endSessions };
  if (!rule) return { ...stays, membership: 'member' };
  const membership = before?.membership ?? 'none';
  if (membership === 'member') return { ...stays, membership };
  if (membership === 'invited') {
    const withdraw = !after.active && !rule.whileInactive;
    return { ...stays, membership: withdraw ? 'withdrawn' : membership, withdraw };
  }
  if (membership === 'declined' && !(before?.active === false && after.active))
    return { ...stays, membership };
  const invite = after.email !== undefined && (after.active || rule.whileInactive);
  return { ...stays, membership: invite ? 'invited' : membership, invite };
}

/** The e-mail address that an invitation goes to: the primary one, else the first (RFC 7643 §2.4). */
export function mailAddress(attributes: JsonObject): string | undefined {
  const emails = attributes['emails'];
  if (!Array.isArray(emails)) return undefined;
  const values = (emails as readonly unknown[]).filter(isAddress);
  const chosen = values.find(({ primary }) => primary === true) ?? values[0];
  return chosen?.value;
}

function isAddress(email: unknown): email is { readonly value: string; readonly primary?: unknown } {
  return isObject(email) && typeof email['value'] === 'string' && email['value'] !== '';
}

/** Carries a step out, after the resource was stored. */
export function follow(
  organisation: Organisation,
  stored: Stored,
  attributes: JsonObject,
  step: Step,
  now: number,
): void {
  become(organisation, stored, step.membership);
  if (step.withdraw) withdraw(stored, now);
  if (step.endSessions) endSessions(organisation, stored.id, 'deactivated', now);
  if (step.invite) invite(organisation, stored, attributes, now);
}

/** Invites somebody who has an address, and sends the e-mail. */
export function invite(
  organisation: Organisation,
  stored: Stored,
  attributes: JsonObject,
  now: number,
): void {
  const invitation = openInvitation(organisation, stored, attributes, now);
  if (invitation) send(organisation, invitation, now);
}

/** An invitation of which no e-mail has gone out yet; none for somebody without an address. */
export function openInvitation(
  organisation: Organisation,
  stored: Stored,
  attributes: JsonObject,
  now: number,
): Invitation | undefined {
  const email = mailAddress(attributes);
  if (email === undefined) return undefined;
  const invitation: Invitation = {
    number: (organisation.invitations.at(-1)?.number ?? 0) + 1,
    userId: stored.id,
    userName: attributes['userName'] as string,
    email,
    state: 'pending',
    createdAt: now,
    sent: 0,
    sentAt: now,
    settledAt: undefined,
  };
  keepOpen(organisation.invitations);
  organisation.invitations.push(invitation);
  stored.invitation = invitation;
  become(organisation, stored, 'invited');
  return invitation;
}

/** Sends an open invitation once more, to the address that the person has by now. */
export function remind(
  organisation: Organisation,
  invitation: Invitation,
  attributes: JsonObject,
  now: number,
): void {
  invitation.email = mailAddress(attributes) ?? invitation.email;
  send(organisation, invitation, now);
}

/** Sends an open invitation. */
function send(organisation: Organisation, invitation: Invitation, now: number): void {
  invitation.sent++;
  invitation.sentAt = now;
  const number = (organisation.mailbox.at(-1)?.number ?? 0) + 1;
  const mail: Mail = { number, invitation, to: invitation.email, at: now };
  keepLast(organisation.mailbox);
  organisation.mailbox.push(mail);
  organisation.post?.(mail, organisation);
}

/** Whether an open invitation may be sent once more by a repeated create, as the service's rule has it. */
export function mayRemind(
  rule: InvitationDescription,
  organisation: Organisation,
  { userName, sentAt }: Invitation,
  now: number,
): boolean {
  if (!rule.reminder) return false;
  return rule.pause === undefined || now >= sentAt + rule.pause || !isMemberElsewhere(organisation, userName);
}

function isMemberElsewhere(organisation: Organisation, userName: string): boolean {
  for (const other of organisation.all()) {
    if (other === organisation) continue;
    const found = usersOf(other).resources.find('userName', userName) ?? [];
    if (found.some(({ membership }) => membership === 'member')) return true;
  }
  return false;
}

/** Whether an organisation has as many members as it may have. */
export function isFull({ limit, members }: Organisation): boolean {
  return limit !== undefined && members.count >= limit;
}

/** Every change of a membership goes through here, but that of who is a member from the start and that of who leaves. */
function become({ members }: Organisation, stored: Stored, membership: Membership): void {
  members.count += Number(membership === 'member') - Number(stored.membership === 'member');
  stored.membership = membership;
}

function withdraw(stored: Stored, now: number): void {
  if (stored.invitation?.state !== 'pending') return;
  stored.invitation.state = 'withdrawn';
  stored.invitation.settledAt = now;
}

/** The resource is deleted: nothing of the person stays open. */
export function leave(organisation: Organisation, stored: Stored, now: number): void {
  if (stored.membership === 'member') organisation.members.count--;
  withdraw(stored, now);
  endSessions(organisation, stored.id, 'deleted', now);
}

/**
 * Makes an invited person a member. The invitation has to be pending. Nobody asks for the limit of members here, as
 * nobody does in controlplane/src/core/bufservices/user/acceptOrDeclineInvitation.ts of github.com/wundergraph/cosmo at
 * 1c2fafd2: it is asked for before somebody is invited.
 */
export function accept(
  organisation: Organisation,
  stored: Stored,
  invitation: Invitation,
  now: number,
): void {
  invitation.state = 'accepted';
  invitation.settledAt = now;
  become(organisation, stored, 'member');
}

/** The invited person says no. The invitation has to be pending. */
export function decline(
  organisation: Organisation,
  stored: Stored,
  invitation: Invitation,
  now: number,
): void {
  invitation.state = 'declined';
  invitation.settledAt = now;
  become(organisation, stored, 'declined');
}

function endSessions(organisation: Organisation, userId: string, why: string, now: number): void {
  for (const session of organisation.sessionsOf.get(userId) ?? []) {
    if (session.endedAt !== undefined) continue;
    endSession(session, why, now);
  }
}

export function endSession(session: Session, why: string, now: number): void {
  session.endedAt = now;
  session.endedBecause = why;
}
