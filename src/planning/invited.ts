import type { Profile } from '../model/index.ts';

/** Whether somebody who is invited is nowhere to be seen until they accept: that nothing is found proves nothing then. */
export function hidesInvited({ create }: Profile): boolean {
  return create.invites && !create.invitedReadable;
}
