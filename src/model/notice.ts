import type { SecretReference } from './authentication.ts';

/** What somebody is told of. */
export const NOTICES = ['failed', 'held', 'leavers', 'recovered'] as const;

/**
 * `failed`: a target fails, or a run does before it gets to one; `held`: a plan waits for an approval; `leavers`: somebody
 * left, and the account could not be switched off; `recovered`: what was told of is over.
 */
export type Notice = (typeof NOTICES)[number];

/** Somebody who is told, and how. */
export type NotifyConfiguration = {
  /** For the log: `webhook 1`. */
  readonly name: string;
  /** The same for the same address: what it was told already is remembered by it. */
  readonly id: string;
  readonly on: readonly Notice[];
  /** What lasts is told again after so many seconds. */
  readonly repeatSeconds: number;
  readonly timeoutSeconds: number;
  /** Whether the keys of people are told. */
  readonly people: boolean;
} & NotifyWay;

export type NotifyWay =
  | {
      readonly kind: 'webhook';
      /** By reference where whoever knows it may write there. */
      readonly url: string | SecretReference;
      /** Signs what is told. */
      readonly secret?: SecretReference;
    }
  /** A program and its arguments, without a shell: it reads JSON. */
  | { readonly kind: 'command'; readonly command: readonly string[]; readonly env: readonly string[] }
  | {
      readonly kind: 'email';
      readonly server: MailServer;
      readonly from: string;
      readonly to: readonly string[];
      readonly login?: { readonly username: string; readonly password: SecretReference };
    };

export interface MailServer {
  readonly host: string;
  readonly port: number;
  /** From the first byte on (smtps); otherwise before anything is said (STARTTLS), but on this machine. */
  readonly tls: 'implicit' | 'required' | 'none';
}
