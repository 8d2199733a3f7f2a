import { LEFT_OUT } from './omissions.ts';
import type { Omission } from './omissions.ts';
import type { LeftOutRule } from './plan.ts';
import type { FailureClass } from './remote.ts';

/**
 * All that Rollcall knows of what goes wrong with an operation, as data and in one place: delivery behaves as the first
 * table says, and the reports, the hints and the README tell what is in both.
 */

/** What a class of failure does, whatever the code: to the operation's row, and to the target. */
export interface ClassOfFailure {
  /** What may become of the operation; which of them, its kind and its earlier attempts decide. */
  readonly becomes: readonly ('retry' | 'failed' | 'waiting' | 'doubt' | 'done')[];
  /** Nothing more is sent to the target (law 13). */
  readonly halts: boolean;
  readonly operation: string;
  readonly target: string;
}

export const FAILURE_CLASSES: Readonly<Record<FailureClass, ClassOfFailure>> = {
  transient: {
    becomes: ['retry', 'failed'],
    halts: false,
    operation: 'sent again, with growing distance; after 10 attempts in one plan it has failed',
    target: 'rests where it asks for that',
  },
  exists: {
    becomes: ['failed', 'doubt'],
    halts: false,
    operation: 'failed: nothing is patched in passing; a create that may have been carried out is looked up',
    target: 'goes on',
  },
  missing: {
    becomes: ['failed', 'waiting', 'done'],
    halts: false,
    operation: 'failed; of somebody invited it waits, and whoever leaves is off',
    target: 'goes on',
  },
  stale: {
    becomes: ['retry', 'failed'],
    halts: false,
    operation:
      'the account is read, and it is sent again for the version that is there; after 10 attempts it has failed',
    target: 'goes on',
  },
  invalid: {
    becomes: ['failed'],
    halts: false,
    operation: 'failed: tried again after 15 minutes, twice as long each time, and when something changes',
    target: 'goes on',
  },
  unsupported: {
    becomes: ['retry', 'failed'],
    halts: false,
    operation: 'a PATCH is sent again at once, as a PUT of the whole; anything else has failed',
    target: 'goes on, and gets no more PATCH in this run',
  },
  target: {
    becomes: ['retry'],
    halts: true,
    operation: 'stays open, and no attempt is counted',
    target: 'halted until it answers',
  },
  unanswered: {
    becomes: ['doubt'],
    halts: false,
    operation: 'in doubt: the account is read before anything else is decided',
    target: 'rests where it asks for that',
  },
};

/** Why an operation is not done, by the code on its row; or why nothing is planned for somebody. */
export interface Cause {
  readonly code: string;
  readonly cause: string;
  /** The rule or law that it goes back to, as CONTRIBUTING.md numbers them. */
  readonly rule: string;
  readonly operation: string;
  readonly target: string;
  /** What an administrator does about it; commands begin with `rollcall`, `TARGET` stands for the target. */
  readonly remedy: string;
}

const { transient, exists, missing, stale, invalid, unsupported, target, unanswered } = FAILURE_CLASSES;

const halts = 'law 13: a target that fails as a whole halts';
const never = 'law 13: what a target will never take is not sent again as it is';
const retries = 'law 9: retries belong to the operation';

/** The codes of operations, those first that a person has to do something about. */
export const CAUSES: readonly Cause[] = [
  {
    code: 'unauthorised',
    cause: 'the credential is refused (401)',
    rule: halts,
    operation: target.operation,
    target: target.target,
    remedy: 'give `auth` a new one: rollcall check TARGET tries it, and rollcall sync goes on',
  },
  {
    code: 'forbidden',
    cause: 'the credential may not do this (403)',
    rule: halts,
    operation: target.operation,
    target: `${target.target}; leavers are still tried`,
    remedy:
      'read what it says: give the credential the right to read and write people and groups, or make room where licences are used up; rollcall sync goes on',
  },
  {
    code: 'licence',
    cause: 'there is no licence left for anybody else',
    rule: halts,
    operation: target.operation,
    target: `${target.target}; leavers are still tried, and make room`,
    remedy: 'buy more licences, or narrow `assign`; rollcall sync goes on',
  },
  {
    code: 'certificate',
    cause: 'the certificate cannot be trusted',
    rule: halts,
    operation: target.operation,
    target: target.target,
    remedy: 'have the certificate renewed, or name its authority under `ca`; the check is never switched off',
  },
  {
    code: 'unreachable',
    cause: 'no connection, or it ended before an answer',
    rule: halts,
    operation: `not sent: ${target.operation}. Sent: ${unanswered.operation}`,
    target: `${target.target}; one that was reached goes on`,
    remedy: 'look at the name, the network, the proxy: rollcall check TARGET; the next sync goes on',
  },
  {
    code: 'address',
    cause: 'nothing is there, or nothing that this credential is shown (404 for all of it)',
    rule: halts,
    operation: target.operation,
    target: target.target,
    remedy:
      'look at `baseUrl`, and at what the credential may do, since GitHub and others answer so to one that may not: rollcall check TARGET',
  },
  {
    code: 'configuration',
    cause: 'what is needed to ask could not be got: a secret, a file, a command',
    rule: halts,
    operation: target.operation,
    target: target.target,
    remedy: 'do what the message says, and try rollcall check TARGET',
  },
  {
    code: 'protocol',
    cause: 'the answer is not SCIM, or says what is not so',
    rule: 'law 13: trouble stays where it is',
    operation: `of one account: ${invalid.operation}. Of all: ${target.operation}`,
    target: `${target.target}, where it answers nothing else`,
    remedy: 'look whether baseUrl is right: rollcall check TARGET; otherwise show the message to its support',
  },
  {
    code: 'conflict',
    cause: 'somebody else there has the name (409)',
    rule: 'rule 10: an account that is not linked is not changed in passing',
    operation: exists.operation,
    target: exists.target,
    remedy:
      'rollcall reconcile TARGET --csv names the account; link it, or change one of the names; then rollcall retry TARGET',
  },
  {
    code: 'notFound',
    cause: 'the account or group is not there any more (404)',
    rule: 'rule 13: what is not there is not guessed at',
    operation: missing.operation,
    target: missing.target,
    remedy: 'rollcall reconcile TARGET --repair closes the link, and makes it anew if it is still wanted',
  },
  {
    code: 'invalid',
    cause: 'the application does not take it as it is',
    rule: never,
    operation: invalid.operation,
    target: invalid.target,
    remedy:
      'read what it says: put the record or the mapping right and sync, or change a setting there, and rollcall retry TARGET',
  },
  {
    code: 'unsupported',
    cause: 'the application has no such operation (405, 501)',
    rule: never,
    operation: unsupported.operation,
    target: unsupported.target,
    remedy:
      'choose another way under `onLeave`, `allow` or `dialect`, or another connector; then rollcall retry TARGET',
  },
  {
    code: 'stale',
    cause: 'somebody else changed the account at the same moment (412, 428)',
    rule: retries,
    operation: stale.operation,
    target: stale.target,
    remedy: 'nothing; if it stays, show the message to its support, and then rollcall retry TARGET',
  },
  {
    code: 'server',
    cause: 'the application failed while it answered (5xx, 408)',
    rule: retries,
    operation: `${unanswered.operation}; then ${transient.operation}`,
    target: transient.target,
    remedy: 'nothing at first; if it stays, show the message to its support, and then rollcall retry TARGET',
  },
  {
    code: 'rate',
    cause: 'the application asks for a pause (429)',
    rule: retries,
    operation: 'sent again when it says, however often; it never fails for that',
    target: 'rests until then',
    remedy: 'nothing; if it is often, lower `rate` or `concurrency`',
  },
  {
    code: 'unanswered',
    cause: 'it was sent, and the answer was lost',
    rule: 'law 11: what was sent and has no answer is read, and not guessed',
    operation: unanswered.operation,
    target: 'goes on',
    remedy: 'nothing: the next sync reads it first',
  },
  {
    code: 'reference',
    cause: 'another account is needed first',
    rule: 'law 10: a reference waits by itself until the account is there',
    operation: 'waits for that account alone',
    target: 'goes on',
    remedy: 'see to the account that is named',
  },
  {
    code: 'group',
    cause: 'the group is not there yet',
    rule: 'law 10: whoever comes into a group waits for the group',
    operation: 'waits for the group',
    target: 'goes on',
    remedy: 'see to the group that is named',
  },
  {
    code: 'invited',
    cause: 'the invitation is not accepted yet',
    rule: 'rule 14: an invitation is neither an account nor the lack of one',
    operation: 'waits; tried at each run',
    target: 'goes on',
    remedy: 'remind the person, or have the invitation sent again there',
  },
];

const unknown: Omission = {
  cause: 'something else',
  rule: 'rule 24: a plan has the last word',
  remedy: 'nothing: the next sync looks at it again',
};

/** What is known of a code or a rule; of one that is in no table, that each run looks again. */
export function causeOf(code: string): Cause {
  const known = CAUSES.find((one) => one.code === code);
  if (known !== undefined) return known;
  const found = Object.hasOwn(LEFT_OUT, code) ? LEFT_OUT[code as LeftOutRule] : unknown;
  const operation = 'nothing is planned for the person, and each run looks again';
  return { code, ...found, operation, target: 'goes on' };
}

/** Where a cause stands among the others: what a person has to do something about comes first. */
export function rankOf(code: string): number {
  const own = CAUSES.findIndex((one) => one.code === code);
  return own >= 0 ? own : CAUSES.length;
}

/** What to do about a cause on one target. */
export function remedyFor({ remedy }: Pick<Cause, 'remedy'>, name: string): string {
  return remedy.replaceAll('TARGET', name);
}
