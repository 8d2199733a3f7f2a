import { somebody, usersOf } from '../directory/organisation.ts';
import type { Stored } from '../directory/stored.ts';
import { refuse, shown } from '../refusal.ts';
import { locationOf } from '../resource/present.ts';
import { errorAnswer } from './answers.ts';
import { attempt, createdId } from './attempt.ts';
import type { Handler } from './attempt.ts';
import type { Answer, Exchange } from './exchange.ts';
import { isVisible } from './shelf.ts';
import { create } from './write.ts';

/**
 * The same request for the person that the credential stands for (RFC 7644 §3.11). Of the ways that §3.11 leaves open,
 * the request is carried out here, so that a client needs to follow no redirect; every answer has the person's own
 * Location, also one that refuses.
 */
export function onMe(exchange: Exchange, handler: Handler): Answer {
  judgeCredential(exchange);
  const shelf = usersOf(exchange.organisation);
  const stored = me(exchange);
  // §3.6: whoever is gone is 404, by whatever way.
  if (!stored) throw refuse(404, undefined, `There is nobody ${shown(exchange.credential.user)} here.`);
  const location = locationOf(stored, shelf.served.type, exchange.base);
  const answer = attempt({ ...exchange, id: stored.id }, shelf, handler);
  return { ...answer, headers: { ...answer.headers, location } };
}

/** POST: the person of the credential is made, if that person is not there; the credential stands for them from then on. */
export function createMe(exchange: Exchange): Answer {
  judgeCredential(exchange);
  const shelf = usersOf(exchange.organisation);
  const stored = me(exchange);
  if (stored) {
    const location = locationOf(stored, shelf.served.type, exchange.base);
    const { refusal } = refuse(
      409,
      'uniqueness',
      'The person whom this credential stands for is there already.',
    );
    return errorAnswer(exchange.service, refusal, { location });
  }
  const answer = create(exchange, shelf);
  exchange.credential.user = createdId(answer);
  return answer;
}

/** Whether a request is for the person of its credential. */
export function isForMe({ path, service }: Exchange): boolean {
  return service.features.me && path === `${service.basePath}/Me`;
}

/** Whom the credential stands for, if they are there and may be seen. */
export function me(exchange: Exchange): Stored | undefined {
  const { credential, organisation } = exchange;
  const stored = credential.user === undefined ? undefined : somebody(organisation, credential.user);
  if (!stored || !isVisible(exchange, stored)) return undefined;
  // From now on it is this person, whatever they may be called later.
  credential.user = stored.id;
  return stored;
}

/** A credential that stands for nobody is 501: for it there is no alias, and that is what §3.11 says where there is none. */
function judgeCredential({ credential }: Exchange): void {
  if (credential.user === undefined)
    throw refuse(501, undefined, 'This credential stands for nobody, so that there is no "/Me" for it.');
}
