import type { Credential } from '../keys.ts';
import type { Entry } from '../journal/journal.ts';
import type { Organisation } from '../directory/organisation.ts';
import type { Query, ServiceDescription } from '../description.ts';

/** One request on its way through the mock. */
export interface Exchange {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: Query;
  /** The id in the path. */
  readonly id: string | undefined;
  readonly body: unknown;
  /** Of the request, their names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly credential: Credential;
  readonly organisation: Organisation;
  readonly service: ServiceDescription;
  /** Scheme, host and port, and the base path: what locations begin with. */
  readonly base: string;
  /** When it arrived, in milliseconds since 1970. */
  readonly now: number;
  /** What time it is by now, for what takes long enough to tell. */
  readonly clock: () => number;
  /** Lets other requests have their turn. Throws 503 where the mock was reset in it. */
  readonly turn: () => Promise<void>;
  readonly entry: Entry;
  /** How an operation of a bulk request is carried out, where something stands before it. */
  readonly perform?: (operation: Exchange, carryOut: (operation: Exchange) => Answer) => Answer;
  /** Whether nobody reads the body of a success; it is not made then. */
  readonly bodyless?: boolean;
}

/** What goes back: plain data, so that a fault can still change it. */
export interface Answer {
  readonly status: number;
  /** Absent for an answer without a body. */
  readonly body?: string;
  /** Absent for the service's own. */
  readonly mediaType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}
