import { RollcallError } from './errors.ts';
import type { ErrorCode } from './errors.ts';
import type { Resource } from './identity.ts';
import type { JsonObject } from './json.ts';

/** A request that writes, as data. `path` is below the base URL, begins with a slash and is percent-encoded. */
export interface ScimRequest {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: JsonObject;
  /** The version that it is meant for: sent as If-Match (RFC 7644 §3.14). */
  readonly version?: string;
}

/** A resource as a target returned it, reduced to what Rollcall reads. */
export interface Remote {
  readonly id: string;
  readonly userName?: string;
  readonly externalId?: string;
  readonly displayName?: string;
  readonly emails: readonly string[];
  /** Absent where the target did not say. */
  readonly active?: boolean;
  /** All that it said. */
  readonly resource: Resource;
  /** Of a read of one: the version that it has, where the service keeps any (RFC 7644 §3.14). */
  readonly version?: string;
}

/** A list that was followed to its end. `complete` only if the target's own numbers prove it. */
export interface Listing {
  readonly complete: boolean;
  /** Why it proves nothing, where it does not. */
  readonly reason?: string;
  readonly count: number;
}

/** What is written down of an answer: its status, and what the target calls the request, for whoever asks its support. */
export interface Answered {
  readonly status?: number;
  readonly requestId?: string;
}

/** What became of a request that writes. */
export type Outcome =
  | (Answered & { readonly kind: 'done'; readonly remote?: Remote; readonly status: number })
  | { readonly kind: 'failed'; readonly failure: Failure };

/**
 * - `transient`: the same request may succeed later.
 * - `exists`: a create, or a change of name, met a name that is taken (409).
 * - `missing`: the account is not there (404).
 * - `stale`: it is meant for another version than there is (412), or says none where one is wanted (428).
 * - `invalid`: this request will never succeed as it is.
 * - `unsupported`: the service has no such operation (405, 501); `retryAfter: 0` where there is another one to take.
 * - `target`: nothing can be sent to this target now (credential, DNS, certificate, HTML instead of SCIM).
 * - `unanswered`: it was sent and no answer came: it may have been done (law 11).
 */
export type FailureClass =
  'transient' | 'exists' | 'missing' | 'stale' | 'invalid' | 'unsupported' | 'target' | 'unanswered';

export interface Failure extends Answered {
  readonly class: FailureClass;
  readonly code: ErrorCode;
  /** One sentence for a person, with the target's own words where it gave any; bounded, and free of secrets. */
  readonly message: string;
  /** The target's own word for it, where something rests on it (RFC 7644 §3.12): no other word of its goes so far. */
  readonly scimType?: 'noTarget';
  /** What a service says of one member where it could have said nothing, by its profile. */
  readonly says?: 'isMember' | 'isNoMember';
  /** Milliseconds that the target asks us to wait. */
  readonly retryAfter?: number;
}

/** A read that a target did not answer as it should: thrown, where a write gives an `Outcome`. */
export class TargetError extends RollcallError {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.code, failure.message);
    this.name = 'TargetError';
    this.failure = failure;
  }
}
