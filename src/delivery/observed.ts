import { TargetError } from '../model/index.ts';
import type { Failure, Listing, Remote, RequestKind, ScimRequest } from '../model/index.ts';
import type { ScimTarget } from '../scim/target.ts';
import type { Pace } from './pace.ts';

/** A target whose pace learns what became of each request, whoever asked; nothing is changed by it. */
export function observed(remote: ScimTarget, pace: Pace, now: () => number): ScimTarget {
  const fails = (failure: Failure): void => {
    if (isPressed(failure)) pace.learn({ kind: 'pressed' });
  };
  const reading = async <T>(read: () => Promise<T>, ...kinds: readonly RequestKind[]): Promise<T> => {
    await pace.turn(['reads', ...kinds]);
    pace.ask('reads');
    try {
      const found = await read();
      pace.learn({ kind: 'answered' });
      return found;
    } catch (error) {
      if (error instanceof TargetError) fails(error.failure);
      throw error;
    }
  };
  async function* pages(
    list: AsyncGenerator<readonly Remote[], Listing>,
  ): AsyncGenerator<readonly Remote[], Listing> {
    for (;;) {
      const step = await reading(() => list.next());
      if (step.done === true) return step.value;
      yield step.value;
    }
  }
  return {
    ...remote,
    send: async (request) => {
      await pace.turn(['writes', kindOf(request)]);
      const started = now();
      pace.ask('writes');
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
    list: () => pages(remote.list()),
    listGroups: () => pages(remote.listGroups()),
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
