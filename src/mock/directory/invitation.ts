export type InvitationState = 'pending' | 'accepted' | 'declined' | 'withdrawn';

export interface Invitation {
  /** Counts the organisation's invitations from 1; `invitation-7` as an id. */
  readonly number: number;
  readonly userId: string;
  readonly userName: string;
  /** The address that it was last sent to. */
  email: string;
  state: InvitationState;
  /** Milliseconds since 1970, here and below. */
  readonly createdAt: number;
  /** How often it was sent, and when last. */
  sent: number;
  sentAt: number;
  settledAt: number | undefined;
}
