import { TargetError } from '../model/index.ts';
import type { Failure, Listing, Remote } from '../model/index.ts';
import type { ScimTarget } from './target.ts';

/** The same target, of which it is known already that it gives no answer: whoever asks is told so, and nothing goes out. */
export function unasked(remote: ScimTarget, failure: Failure): ScimTarget {
  const refuse = (): Promise<never> => Promise.reject(new TargetError(failure));
  async function* nobody(): AsyncGenerator<readonly Remote[], Listing> {
    throw new TargetError(failure);
  }
  return {
    ...remote,
    send: () => Promise.resolve({ kind: 'failed', failure }),
    read: refuse,
    find: refuse,
    findGroups: refuse,
    readGroup: refuse,
    groupsOf: refuse,
    discover: refuse,
    probe: refuse,
    list: nobody,
    listGroups: nobody,
  };
}
