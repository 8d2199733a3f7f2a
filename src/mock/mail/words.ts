import type { Organisation } from '../directory/organisation.ts';
import type { Invitation } from '../directory/invitation.ts';

/** The words of an invitation's e-mail. `origin` is where the mock listens, for whoever reads it in another program. */
export function wordsOf(
  { name }: Organisation,
  { number, userName }: Invitation,
  origin = '',
): { readonly subject: string; readonly text: string } {
  const path = `/_mock/invitations/${invitationId(number)}/accept`;
  return {
    subject: `You are invited to ${name}`,
    text: `${userName}, you are invited to join ${name}. To accept: POST ${origin}${path}`,
  };
}

export function invitationId(number: number): string {
  return `invitation-${number}`;
}
