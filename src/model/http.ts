import type { SecretReference } from './authentication.ts';

/** What whoever has a key may do. */
export const SCOPES = ['metrics', 'read', 'provision', 'events', 'approve', 'operate'] as const;

/**
 * `metrics`: figures without people; `read`: all that the command line shows; `provision`: somebody signs in; `events`: the
 * source says what has happened; `approve`: let held operations through; `operate`: pause, resume, retry, offboard.
 */
export type ApiScope = (typeof SCOPES)[number];

/** Somebody who may ask, known by a key of which only the hash is kept. */
export interface ApiKeyConfiguration {
  /** Stands in the log and, as `http:NAME`, in the audit trail. */
  readonly name: string;
  /** sha256 of the key, in hexadecimal; or where the key itself is. */
  readonly key: { readonly hash: string } | SecretReference;
  readonly scopes: readonly ApiScope[];
}

/** The daemon's HTTP side. */
export interface HttpConfiguration {
  readonly host: string;
  readonly port: number;
  /** Files in PEM; absent where it speaks plain HTTP. */
  readonly tls?: { readonly cert: string; readonly key: string };
  readonly keys: readonly ApiKeyConfiguration[];
  /** Requests a minute: of one key, and of wrong keys from one address. */
  readonly rate: { readonly perKey: number; readonly wrongKeys: number };
  /** How long somebody who signs in waits for an answer. */
  readonly provisionSeconds: number;
  /** Somebody known by an event or a sign-in alone can be missed by a read after so long (rule 7). */
  readonly knownSeconds: number;
}
