import type { Operation, ServiceDescription } from '../description.ts';
import type { Shelf } from '../directory/organisation.ts';
import type { Stored } from '../directory/stored.ts';
import type { Answer, Exchange } from '../protocol/exchange.ts';
import type { FaultSpec, Value } from './spec.ts';
import type { Past } from './past.ts';
import type { Sending } from '../sending/oddly.ts';
import type { Takes } from './takes.ts';

/** A request that a fault is played on, and everything that the fault may look at. */
export interface Asked {
  readonly exchange: Exchange;
  readonly service: ServiceDescription;
  /** The resource type that the request names; absent for discovery and the root. */
  readonly shelf: Shelf | undefined;
  /** A query (RFC 7644 §3.4.2, §3.4.3) is a list, whichever method it comes with. */
  readonly operation: Operation | undefined;
  /** What stands behind the effect's word. */
  readonly value: Value;
  readonly spec: FaultSpec;
  readonly memory: Memory;
  /** What the effect found when the request arrived; it lasts as long as the request. */
  readonly arrived: Stored | undefined;
  /** From 0 to 1, the same row of numbers for the same seed. */
  readonly random: () => number;
  /** The world's clock, in milliseconds since 1970. */
  readonly now: number;
}

/** What a fault keeps from one request to the next. */
export interface Memory {
  readonly past: Past;
  /** Credentials that are not good any more. */
  readonly tokens: Set<string>;
}

/** The request goes on, perhaps as another one, or is answered here. */
export type Step = { readonly exchange: Exchange } | { readonly answer: Answer };

/** One thing that can go wrong. */
export interface Effect {
  readonly takes: Takes;
  /** What the client sees. */
  readonly says: string;
  /** Where a real service was seen to do so, or where it is written down; none where it is the mock's own. */
  readonly sources: readonly string[];
  /** Whether the service has done what it was asked, where `when` does not say. */
  readonly when: 'before' | 'after';
  /** The requests that it is for; all where nothing is said. */
  readonly operations?: readonly Operation[];
  /** It changes something about an answer that another fault may change further; otherwise a request meets one fault. */
  readonly bends?: true;
  /** It makes an answer of its own, and `status` beside it is that answer's. */
  readonly ownStatus?: true;
  /** Nearer to the client than the others: first to see the request, last to see the answer. */
  readonly outermost?: true;
  /** Whether there is anything in this request for it to do. */
  readonly applies?: (asked: Asked) => boolean;
  /** When the request arrives, before any delay, and with the organisation as it really is; what it gives is kept for it. */
  readonly arrive?: (asked: Asked) => Stored | undefined;
  /** Before the service does what it is asked. */
  readonly ask?: (asked: Asked) => Step;
  /** What becomes of the answer; there is none yet where the fault comes before it. */
  readonly answer?: (asked: Asked, answer: Answer | undefined) => Answer;
  readonly send?: (asked: Asked, answer: Answer) => Sending;
}
