import { TargetError } from '../model/index.ts';
import type { Failure, Listing, Remote, RequestKind, ScimRequest } from '../model/index.ts';
import type { ScimTarget } from '../scim/target.ts';
import type { Asker, Pace } from './pace.ts';

/**
 * A target that is asked in its pace, which learns what became of each request; nothing else is changed by it. Each request
 * has one turn, of whatever it is a part.
 */
export function observed(
  remote: ScimTarget,
  pace: Pace,
  now: () => number,
  whom: Asker = 'delivery',
): ScimTarget {
  const fails = (failure: Failure): void => {
    if (isPressed(failure)) pace.learn({ kind: 'pressed' });
  };
  const learning = async <T>(read: () => Promise<T>): Promise<T> => {
    try {
      const found = await read();
      pace.learn({ kind: 'answered' });
      return found;
    } catch (error) {
      if (error instanceof TargetError) fails(error.failure);
      throw error;
    }
  };
  const reading = async <T>(read: () => Promise<T>, ...kinds: readonly RequestKind[]): Promise<T> => {
    await pace.ask('reads', kinds, whom);
    return learning(read);
  };
  const before = (): Promise<void> => pace.ask('reads', [], whom);
  async function* pages(
    list: AsyncGenerator<readonly Remote[], Listing>,
  ): AsyncGenerator<readonly Remote[], Listing> {
    for (;;) {
      const step = await learning(() => list.next());
      if (step.done === true) return step.value;
      yield step.value;
    }
  }
  return {
    ...remote,
    send: async (request) => {
      await pace.ask('writes', [kindOf(request)], whom);
      const started = now();
      const outcome = await remote.send(request);
      if (outcome.kind === 'failed') fails(outcome.failure);
      else pace.learn({ kind: 'answered', what: request.method, milliseconds: now() - started });
      return outcome;
    },
    read: (id) => reading(() => remote.read(id), 'read'),
    find: (attribute, value) => reading(() => remote.find(attribute, value)),
    findGroups: (attribute, value) => reading(() => remote.findGroups(attribute, value)),
    readGroup: (id, options) => reading(() => remote.readGroup(id, options), 'readGroup'),
    groupsOf: (memberId) => reading(() => remote.groupsOf(memberId)),
    list: () => pages(remote.list(before)),
    listGroups: () => pages(remote.listGroups(before)),
    probe: () => reading(() => remote.probe()),
  };
}

/** What a request that writes does, and to what. */
function kindOf({ method, path }: ScimRequest): RequestKind {
  const isGroup = path.startsWith('/Groups');
  if (method === 'POST') return isGroup ? 'createGroup' : 'create';
  if (method === 'DELETE') return isGroup ? 'deleteGroup' : 'delete';
  return isGroup ? 'updateGroup' : 'update';
}

/** Whether the target had no time for it: too many requests, or no answer within the time that there is for it. */
function isPressed({ code, class: kind, status }: Failure): boolean {
  return code === 'rate' || (code === 'unreachable' && kind !== 'target' && status === undefined);
}
