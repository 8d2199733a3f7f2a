import { contentOf } from './answer.ts';
import { failureOf, failureWithoutAnswer, unexpected } from './failure.ts';
import { groupPath, userPath } from './path.ts';
import { queryText } from './page.ts';
import { remoteOf } from './remote.ts';
import { TargetError } from '../model/index.ts';
import type { JsonObject, Remote } from '../model/index.ts';
import type { Content } from './answer.ts';
import type { Connection } from './connection.ts';
import type { Asked } from './failure.ts';
import type { Query } from './page.ts';
import type { Answer } from './transport.ts';

/** What a GET brought: an answer of whatever status. */
export interface Read {
  readonly answer: Answer;
  readonly content: Content;
  readonly asked: Asked;
}

/** A GET. Throws `TargetError` where no answer came. */
export async function get(connection: Connection, path: string, query: string, limit: number): Promise<Read> {
  const { result, asked } = await connection.ask({ method: 'GET', path, query, limit });
  if (result.kind === 'none') throw new TargetError(failureWithoutAnswer(result, asked));
  return { answer: result, content: contentOf(result), asked };
}

/** The value of a good answer in JSON; throws `TargetError` for every other. */
export function jsonOf({ answer, content, asked }: Read): unknown {
  if (answer.status < 200 || answer.status >= 300) throw new TargetError(failureOf(answer, content, asked));
  if (content.kind !== 'json') throw notScim({ answer, content, asked });
  return content.value;
}

/**
 * An answer with a good status that is not SCIM. A page for people, or text, is answered by something else than the
 * service; what is cut off, empty or too large may be whole the next time.
 */
export function notScim({ answer, content, asked }: Read): TargetError {
  const isOther = content.kind === 'html' || content.kind === 'text' || content.kind === 'json';
  return new TargetError(unexpected(isOther ? 'target' : 'transient', content, answer.status, asked));
}

/** One account by its id. */
export function readUser(connection: Connection, id: string, limit: number): Promise<Remote | undefined> {
  return readOne(connection, userPath(id), '', id, limit);
}

/** One group by its id. Who is in it may be very many, and is left out by the query. */
export function readGroup(
  connection: Connection,
  id: string,
  limit: number,
  query: Query,
): Promise<Remote | undefined> {
  return readOne(connection, groupPath(id), queryText(query), id, limit);
}

async function readOne(
  connection: Connection,
  path: string,
  query: string,
  id: string,
  limit: number,
): Promise<Remote | undefined> {
  const read = await get(connection, path, query, limit);
  if (read.answer.status === 404) {
    const failure = failureOf(read.answer, read.content, read.asked);
    if (failure.class === 'missing') return undefined;
    throw new TargetError(failure);
  }
  const remote = remoteOf(jsonOf(read));
  // A list in the place of a resource, or somebody else's resource: nothing may be concluded from it.
  if (remote?.id !== id)
    throw new TargetError(unexpected('invalid', read.content, read.answer.status, read.asked));
  const version = versionOf(
    read.answer.headers.etag ?? (remote.resource['meta'] as JsonObject | undefined)?.['version'],
  );
  return version === undefined ? remote : { ...remote, version };
}

/** As it can go back in a header (RFC 9110 §8.8.3): nothing of a target's goes into a request unseen. */
function versionOf(value: unknown): string | undefined {
  return typeof value === 'string' && /^(W\/)?"[\x21\x23-\x7e]{0,200}"$/.test(value) ? value : undefined;
}
