import type { Host, Log } from '../daemon/contract.ts';
import type { ApiScope, SecretReference } from '../model/index.ts';

/** What the HTTP side is given from outside. */
export interface World {
  readonly host: Host;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Log;
  readonly version: string;
  /** Set when the daemon ends: whoever waits is answered. */
  readonly stopping: AbortSignal;
  /** Sleeps, or wakes up when the signal is given. */
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** What a secret is, by its reference in the configuration. */
  readonly secretOf: (reference: SecretReference) => Promise<string>;
  /** Whether each answer is compared with its schema: in tests, since it takes time and changes nothing. */
  readonly isChecked?: boolean;
}

/** Who asks: one of the configuration's keys. */
export interface Caller {
  readonly name: string;
  readonly scopes: ReadonlySet<ApiScope>;
}

/** As the audit trail has it. */
export function actorOf({ name }: Caller): string {
  return `http:${name}`;
}
