import type { Json, JsonObject } from '../../model/index.ts';
import type { Mail, Organisation, Session } from '../directory/organisation.ts';
import type { Invitation, InvitationState } from '../directory/invitation.ts';
import { groupsOf } from '../directory/membership.ts';
import { usersOf } from '../directory/organisation.ts';
import type { Membership, Stored } from '../directory/stored.ts';
import { invitationId, wordsOf } from '../mail/words.ts';

export interface ShownInvitation {
  readonly id: string;
  readonly userId: string;
  readonly userName: string;
  readonly email: string;
  readonly state: InvitationState;
  readonly createdAt: string;
  /** How often it was sent. */
  readonly sent: number;
  readonly sentAt: string;
  /** When it was accepted, declined or withdrawn. */
  readonly settledAt: string | null;
}

/** Somebody as the service really holds them: the SCIM attributes, and beside them what SCIM does not show. */
export interface ShownUser {
  readonly id: string;
  readonly membership: Membership;
  readonly invitation: ShownInvitation | null;
  readonly passwordSet: boolean;
  readonly meta: { readonly created: string; readonly lastModified: string };
  readonly [attribute: string]: Json | ShownInvitation | null | object;
}

/** A group as the service really holds it, whatever it shows of its members. */
export interface ShownGroup {
  readonly id: string;
  /** The ids of those who are in it. */
  readonly members: readonly string[];
  readonly [attribute: string]: Json | readonly string[];
}

export interface ShownMail {
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly userId: string;
  readonly invitationId: string;
  readonly at: string;
  /** What became of it at the mail server; absent where there is none. */
  readonly delivery?: {
    readonly state: 'waiting' | 'sent' | 'failed';
    readonly at: string | null;
    readonly error: string | null;
  };
}

export interface ShownSession {
  readonly id: string;
  readonly userId: string;
  readonly userName: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
  /** `deactivated`, `deleted` or `signedOut`. */
  readonly endedBecause: string | null;
}

export function* shownUsers(organisation: Organisation): Generator<ShownUser> {
  for (const stored of [...usersOf(organisation).resources.all()]) yield shownUser(stored);
}

export function shownUser(stored: Stored): ShownUser {
  return {
    ...(JSON.parse(stored.text) as JsonObject),
    id: stored.id,
    membership: stored.membership,
    invitation: stored.invitation ? shownInvitation(stored.invitation) : null,
    passwordSet: stored.password !== undefined,
    meta: { created: time(stored.created), lastModified: time(stored.modified) },
  };
}

export function shownInvitation(invitation: Invitation): ShownInvitation {
  const { number, createdAt, sentAt, settledAt, ...rest } = invitation;
  return {
    id: invitationId(number),
    ...rest,
    createdAt: time(createdAt),
    sentAt: time(sentAt),
    settledAt: timeOrNull(settledAt),
  };
}

/** None where the service has no groups. */
export function shownGroups(organisation: Organisation): readonly ShownGroup[] {
  return [...(groupsOf(organisation)?.resources.all() ?? [])].map(({ id, text, members }) => ({
    ...(JSON.parse(text) as JsonObject),
    id,
    members: [...(members?.types.keys() ?? [])],
  }));
}

/** As they are at the first step, whatever goes out while somebody reads on. */
export function* shownMails(organisation: Organisation): Generator<ShownMail> {
  for (const mail of [...organisation.mailbox]) yield shownMail(organisation, mail);
}

function shownMail(organisation: Organisation, { number, invitation, to, at, delivery }: Mail): ShownMail {
  const { userId } = invitation;
  const id = invitationId(invitation.number);
  return {
    id: `mail-${number}`,
    to,
    ...wordsOf(organisation, invitation),
    userId,
    invitationId: id,
    at: time(at),
    ...(delivery && {
      delivery: {
        state: delivery.state,
        at: timeOrNull(delivery.at),
        error: delivery.error ?? null,
      },
    }),
  };
}

export function shownSession(session: Session): ShownSession {
  return {
    ...session,
    startedAt: time(session.startedAt),
    endedAt: timeOrNull(session.endedAt),
    endedBecause: session.endedBecause ?? null,
  };
}

function time(at: number): string {
  return new Date(at).toISOString();
}

function timeOrNull(at: number | undefined): string | null {
  return at === undefined ? null : time(at);
}
