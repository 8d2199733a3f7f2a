import type { Authorisation, Candidate } from './credential.ts';
import type { LimitSeen } from './rate-limit.ts';
import type { Way } from './transport.ts';
import type {
  GroupMatch,
  JsonObject,
  Listing,
  MatchAttribute,
  Outcome,
  Profile,
  Remote,
  ScimRequest,
} from '../model/index.ts';

/** A target that is reached over HTTP. Every read throws `TargetError` where it is not answered as it should be. */
export interface ScimTarget {
  readonly name: string;
  /** Sends what writes, once. Never throws for what the target or the network does: that is an `Outcome`. */
  send(request: ScimRequest): Promise<Outcome>;
  /** One account by its id; `undefined` where the target says that there is none (404). */
  read(id: string): Promise<Remote | undefined>;
  /** The accounts whose attribute really equals the value, whatever the target's filter let through. */
  find(attribute: MatchAttribute, value: string): Promise<readonly Remote[]>;
  /** The groups whose attribute really equals the value. */
  findGroups(attribute: GroupMatch, value: string): Promise<readonly Remote[]>;
  /** One group by its id, without its members unless they are asked for; `undefined` where the target says that there is none (404). */
  readGroup(id: string, options?: { readonly members: boolean }): Promise<Remote | undefined>;
  /** The groups that somebody is in, by their id, where the service can be asked; who else is in them is not said. */
  groupsOf(memberId: string): Promise<readonly Remote[]>;
  /** All groups, without their members where that can be asked for; as `list` has accounts. */
  listGroups(before?: Before): AsyncGenerator<readonly Remote[], Listing>;
  /** All accounts, page by page, each once; in the end whether they prove to be all. */
  list(before?: Before): AsyncGenerator<readonly Remote[], Listing>;
  /** The documents of RFC 7644 §4, as far as they are served. */
  discover(): Promise<Discovery>;
  /** The cheapest request that needs the credential. */
  probe(): Promise<Probe>;
  /**
   * A digest of the credential, keyed with `salt`: another one where somebody has renewed it. Nothing where the credential is
   * issued anew each time, or cannot be read.
   */
  mark?(salt: string): Promise<string | undefined>;
  /** `put` once the target has answered 405 or 501 to a PATCH there; until then the profile says how updates are encoded. */
  updateMethod(endpoint: Endpoint): 'put' | undefined;
  /** Closes the connections that are kept open. */
  close(): void;
}

/** Resolves when the next page may be asked for; what it throws ends the list. */
export type Before = () => Promise<void>;

export type Endpoint = 'Users' | 'Groups';

export interface Probe {
  readonly status: number;
  readonly milliseconds: number;
  /** What was sent as the credential, in words. */
  readonly credential?: string;
}

/** What a target says of itself. A document that is not served is absent. */
export interface Discovery {
  readonly serviceProviderConfig?: JsonObject;
  readonly schemas?: readonly JsonObject[];
  readonly resourceTypes?: readonly JsonObject[];
  /** What it answers at the base URL itself, where the profile asks that. */
  readonly root?: string;
}

/** One exchange that took place, for counting; without bodies, and without the query, which names people. */
export interface Exchanged {
  readonly method: string;
  readonly path: string;
  /** Absent where no answer came. */
  readonly status?: number;
  readonly milliseconds: number;
  /** 2 where the request was sent again: with a new credential after a 401, or on a new connection. */
  readonly attempt: number;
  /** What the answer says of the service's limit. */
  readonly limit?: LimitSeen;
}

export interface TargetOptions {
  readonly name: string;
  /** Without a slash at the end, without a query. */
  readonly baseUrl: string;
  readonly profile: Profile;
  /** Issues the credential: at first, before it ends, and after a 401. Closed with the target. */
  readonly authorisation: Authorisation;
  /** Told of each credential that comes into use. */
  readonly onCredential?: (candidate: Candidate) => void;
  /** The proxy and the certificates, read before the first request. */
  readonly way?: () => Promise<Way>;
  /** For a whole exchange, from the first look-up of the name to the last byte of the answer. */
  readonly timeoutSeconds: number;
  /** `rollcall/1.2.3` */
  readonly userAgent: string;
  /** Connections at the same time; the profile's, if it is not given. */
  readonly concurrency?: number;
  /** The most bytes of an answer, unpacked; 10 MB for a page of a list and 1 MB for everything else. */
  readonly limits?: { readonly page?: number; readonly answer?: number };
  readonly log?: { debug(details: object, message: string): void };
  /** Whether the log may hold queries and bodies, which say who people are; secrets are cut out of them all the same. */
  readonly logsPersonalData?: boolean;
  readonly onExchange?: (exchange: Exchanged) => void;
  /** Milliseconds since 1970, for a Retry-After that is a date. */
  readonly now?: () => number;
  /** Waits between the pages of a list where the target asks for it. */
  readonly wait?: (milliseconds: number) => Promise<void>;
}
