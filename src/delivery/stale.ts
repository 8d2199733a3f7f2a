import { TargetError } from '../model/index.ts';
import type { Remote, ScimRequest } from '../model/index.ts';
import type { Leased } from '../store/queue/queue.ts';

/**
 * A request that was refused because it was meant for another version, or for none (412, 428), for the version that is there
 * now. Where it cannot be read, or has none, the request goes as it is: the answer says what is wrong.
 */
export async function forPresentVersion(
  request: ScimRequest,
  { lastCode }: Pick<Leased, 'lastCode'>,
  read: () => Promise<Remote | undefined>,
): Promise<ScimRequest> {
  if (lastCode !== 'stale' || request.method === 'POST') return request;
  try {
    return forVersionOf(await read(), request);
  } catch (error) {
    if (error instanceof TargetError) return request;
    throw error;
  }
}

/** The same for what was read already. */
export function forVersionOf(live: Remote | undefined, request: ScimRequest): ScimRequest {
  return live?.version === undefined ? request : { ...request, version: live.version };
}
