import type { Shelf } from '../directory/organisation.ts';
import { refusalOf } from '../refusal.ts';
import { errorAnswer } from './answers.ts';
import type { Answer, Exchange } from './exchange.ts';

/** What a request for a resource, or for a type of them, ends in. */
export type Handler = (exchange: Exchange, shelf: Shelf) => Answer;

/** A handler's answer; what it throws is one, too. */
export function attempt(exchange: Exchange, shelf: Shelf, handler: Handler): Answer {
  try {
    return handler(exchange, shelf);
  } catch (error) {
    return errorAnswer(exchange.service, refusalOf(error));
  }
}

/** The id of what a create has made: the end of its Location. */
export function createdId({ status, headers }: Answer): string | undefined {
  const location = headers?.['location'];
  if (status >= 400 || location === undefined) return undefined;
  return decodeURIComponent(location.slice(location.lastIndexOf('/') + 1));
}
