import type { JsonObject } from '../../model/index.ts';
import { isObject } from '../../model/index.ts';
import type { ServiceDescription } from '../description.ts';
import type { Invitation, Organisation } from './organisation.ts';
import type { Membership, Stored } from './resources.ts';

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
 * the first invitation was withdrawn.
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
  const invite = after.email !== undefined && (after.active || rule.whileInactive);
  return { ...stays, membership: invite ? 'invited' : membership, invite };
}

/** The e-mail address that an invitation goes to: the primary one, else the first (RFC 7643 §2.4). */
export function mailAddress(attributes: JsonObject): string | undefined {
  const emails = attributes['emails'];
  if (!Array.isArray(emails)) return undefined;
  const values = (emails as readonly unknown[])
    .filter(isObject)
    .filter(({ value }) => typeof value === 'string' && value !== '');
  const chosen = values.find(({ primary }) => primary === true) ?? values[0];
  return chosen?.['value'] as string | undefined;
}

/** Carries a step out, after the resource was stored. */
export function follow(
  organisation: Organisation,
  stored: Stored,
  attributes: JsonObject,
  step: Step,
  now: number,
): void {
  stored.membership = step.membership;
  if (step.withdraw) withdraw(stored, now);
  if (step.endSessions) endSessions(organisation, stored.id, 'deactivated', now);
  if (step.invite) invite(organisation, stored, attributes, now);
}

function invite(organisation: Organisation, stored: Stored, attributes: JsonObject, now: number): void {
  const email = mailAddress(attributes);
  if (email === undefined) return;
  const invitation: Invitation = {
    number: organisation.invitations.length + 1,
    userId: stored.id,
    userName: attributes['userName'] as string,
    email,
    state: 'pending',
    createdAt: now,
    sent: 0,
    sentAt: now,
    settledAt: undefined,
  };
  organisation.invitations.push(invitation);
  stored.invitation = invitation;
  send(organisation, invitation, now);
}

/** Sends an open invitation, also once more. */
export function send(organisation: Organisation, invitation: Invitation, now: number): void {
  invitation.sent++;
  invitation.sentAt = now;
  organisation.mailbox.push({ invitation, at: now });
}

function withdraw(stored: Stored, now: number): void {
  if (stored.invitation?.state !== 'pending') return;
  stored.invitation.state = 'withdrawn';
  stored.invitation.settledAt = now;
}

/** The resource is deleted: nothing of the person stays open. */
export function leave(organisation: Organisation, stored: Stored, now: number): void {
  withdraw(stored, now);
  endSessions(organisation, stored.id, 'deleted', now);
}

/** Makes an invited person a member. The invitation has to be pending. */
export function accept(stored: Stored, invitation: Invitation, now: number): void {
  invitation.state = 'accepted';
  invitation.settledAt = now;
  stored.membership = 'member';
}

function endSessions(organisation: Organisation, userId: string, why: string, now: number): void {
  for (const session of organisation.sessionsOf.get(userId) ?? []) {
    if (session.endedAt !== undefined) continue;
    session.endedAt = now;
    session.endedBecause = why;
  }
}
