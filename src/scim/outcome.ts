import { contentOf, complaintOf, isComplaint } from './answer.ts';
import { failureOf, unexpected } from './failure.ts';
import { remoteOf } from './remote.ts';
import { requestIdOf } from './request-id.ts';
import { isObject } from '../model/index.ts';
import type { JsonObject, Outcome, Remote } from '../model/index.ts';
import type { Asked } from './failure.ts';
import type { Answer } from './transport.ts';

/**
 * What became of a request that writes.
 *
 * | answer                          | create       | change      | delete   |
 * |---------------------------------|--------------|-------------|----------|
 * | 2xx with the resource           | done         | done        | done     |
 * | 2xx, and the body can't be read | unanswered   | done        | done     |
 * | 2xx with what was not asked for | unanswered   | unanswered  | unanswered |
 * | 2xx with an HTML page           | unanswered   | unanswered  | unanswered |
 * | 2xx with a SCIM error           | as the error says | the same | the same |
 * | 404                             | target       | missing     | done     |
 *
 * A create is known by the id that it got. A page for people is answered by something that is not the service, so
 * that nobody knows what was done. And a change that was to switch somebody off, whose answer shows them still active,
 * is no success, whatever its status: it is transient.
 */
export function outcomeOf(answer: Answer, asked: Asked, body?: JsonObject): Outcome {
  const outcome = judged(answer, asked, body);
  const given = requestIdOf(answer.headers);
  if (given === undefined) return outcome;
  const requestId = asked.clean(given);
  if (outcome.kind === 'done') return { ...outcome, requestId };
  return { kind: 'failed', failure: { ...outcome.failure, requestId } };
}

function judged(answer: Answer, asked: Asked, body?: JsonObject): Outcome {
  const content = contentOf(answer);
  const { status } = answer;
  if (status < 200 || status >= 300) {
    const failure = failureOf(answer, content, asked);
    if (asked.method === 'DELETE' && failure.class === 'missing') return { kind: 'done', status };
    return { kind: 'failed', failure };
  }
  if (isComplaint(content)) {
    const said = complaintOf(content).status ?? 500;
    return { kind: 'failed', failure: failureOf(answer, content, asked, said >= 300 ? said : 500) };
  }
  if (content.kind === 'html')
    return { kind: 'failed', failure: unexpected('unanswered', content, status, asked) };
  const remote = content.kind === 'json' ? remoteOf(content.value) : undefined;
  if (asked.method !== 'POST') {
    if (content.kind === 'json' && isAnother(content.value, remote, asked))
      return { kind: 'failed', failure: unexpected('unanswered', content, status, asked) };
    return changed(remote, status, asked, body);
  }
  if (remote === undefined)
    return { kind: 'failed', failure: unexpected('unanswered', content, status, asked) };
  return { kind: 'done', status, remote };
}

/** Whether what came is no object at all, or somebody else: whoever answers so may have done anything. */
function isAnother(value: unknown, remote: Remote | undefined, asked: Asked): boolean {
  return !isObject(value) || (remote !== undefined && !isAsked(remote.id, asked));
}

function isAsked(id: string, { path }: Asked): boolean {
  return path === `/Users/${encodeURIComponent(id)}` || path === `/Groups/${encodeURIComponent(id)}`;
}

function changed(
  remote: Remote | undefined,
  status: number,
  asked: Asked,
  body: JsonObject | undefined,
): Outcome {
  if (remote === undefined || !isAsked(remote.id, asked)) return { kind: 'done', status };
  if (remote.active !== true || !switchesOff(body)) return { kind: 'done', status, remote };
  const message = `${asked.target} answered ${status} to ${asked.method} ${asked.path}, but says that the account is still active`;
  return { kind: 'failed', failure: { class: 'transient', code: 'protocol', message, status } };
}

/** Whether a body says `active: false`, as an attribute or in an operation of a PATCH. */
function switchesOff(body: JsonObject | undefined): boolean {
  const isOff = (value: unknown): boolean => value === false || value === 'false';
  const operations = body?.['Operations'];
  if (!Array.isArray(operations)) return isOff(body?.['active']);
  return operations.some(
    ({ path, value }: JsonObject) =>
      (path === 'active' && isOff(value)) ||
      (path === undefined && isObject(value) && isOff(value['active'])),
  );
}
