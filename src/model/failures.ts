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

/** Why an operation is not done, by the code on its row. */
export interface Cause {
  readonly code: string;
  readonly cause: string;
  readonly operation: string;
  readonly target: string;
  /** What an administrator does about it; commands begin with `rollcall`, `TARGET` stands for the target. */
  readonly remedy: string;
}

const { transient, exists, missing, stale, invalid, unsupported, target, unanswered } = FAILURE_CLASSES;

/** The codes of operations, those first that a person has to do something about. */
export const CAUSES: readonly Cause[] = [
  {
    code: 'unauthorised',
    cause: 'the credential is refused (401)',
    operation: target.operation,
    target: target.target,
    remedy: 'give `auth` a new one: rollcall check TARGET tries it, and rollcall sync goes on',
  },
  {
    code: 'forbidden',
    cause: 'the credential may not do this (403)',
    operation: target.operation,
    target: `${target.target}; leavers are still tried`,
    remedy:
      'read what it says: give the credential the right to read and write people and groups, or make room where licences are used up; rollcall sync goes on',
  },
  {
    code: 'licence',
    cause: 'there is no licence left for anybody else',
    operation: target.operation,
    target: `${target.target}; leavers are still tried, and make room`,
    remedy: 'buy more, or narrow `assign`; rollcall sync goes on',
  },
  {
    code: 'certificate',
    cause: 'the certificate cannot be trusted',
    operation: target.operation,
    target: target.target,
    remedy: 'have it renewed, or name the authority under `ca`; the check is never switched off',
  },
  {
    code: 'unreachable',
    cause: 'no connection, or it ended before an answer',
    operation: `not sent: ${target.operation}. Sent: ${unanswered.operation}`,
    target: `${target.target}; one that was reached goes on`,
    remedy: 'look at the name, the network, the proxy: rollcall check TARGET; the next sync goes on',
  },
  {
    code: 'configuration',
    cause: 'what is needed to ask could not be got: a secret, a file, a command',
    operation: target.operation,
    target: target.target,
    remedy: 'do what the message says, and try rollcall check TARGET',
  },
  {
    code: 'protocol',
    cause: 'the answer is not SCIM, or says what is not so',
    operation: `of one account: ${invalid.operation}. Of all: ${target.operation}`,
    target: `${target.target}, where it answers nothing else`,
    remedy: 'look whether baseUrl is right: rollcall check TARGET; otherwise show the message to its support',
  },
  {
    code: 'conflict',
    cause: 'somebody else there has the name (409)',
    operation: exists.operation,
    target: exists.target,
    remedy:
      'rollcall reconcile TARGET --csv names the account; link it, or change one of the names; then rollcall retry TARGET',
  },
  {
    code: 'notFound',
    cause: 'the account or group is not there any more (404)',
    operation: missing.operation,
    target: missing.target,
    remedy: 'rollcall reconcile TARGET --repair closes the link, and makes it anew if it is still wanted',
  },
  {
    code: 'invalid',
    cause: 'the application does not take it as it is',
    operation: invalid.operation,
    target: invalid.target,
    remedy:
      'read what it says: put the record or the mapping right and sync, or change a setting there, and rollcall retry TARGET',
  },
  {
    code: 'unsupported',
    cause: 'the application has no such operation (405, 501)',
    operation: unsupported.operation,
    target: unsupported.target,
    remedy:
      'choose another way under `onLeave`, `allow` or `dialect`, or another connector; then rollcall retry TARGET',
  },
  {
    code: 'stale',
    cause: 'somebody else changed the account at the same moment (412, 428)',
    operation: stale.operation,
    target: stale.target,
    remedy: 'nothing; if it stays, show the message to its support, and then rollcall retry TARGET',
  },
  {
    code: 'server',
    cause: 'the application failed while it answered (5xx, 408)',
    operation: `${unanswered.operation}; then ${transient.operation}`,
    target: transient.target,
    remedy: 'nothing at first; if it stays, show the message to its support, and then rollcall retry TARGET',
  },
  {
    code: 'rate',
    cause: 'the application asks for a pause (429)',
    operation: 'sent again when it says, however often; it never fails for that',
    target: 'rests until then',
    remedy: 'nothing; if it is often, lower `rate` or `concurrency`',
  },
  {
    code: 'unanswered',
    cause: 'it was sent, and the answer was lost',
    operation: unanswered.operation,
    target: 'goes on',
    remedy: 'nothing: the next sync reads it first',
  },
  {
    code: 'reference',
    cause: 'another account is needed first',
    operation: 'waits for that account alone',
    target: 'goes on',
    remedy: 'see to the account that is named',
  },
  {
    code: 'group',
    cause: 'the group is not there yet',
    operation: 'waits for the group',
    target: 'goes on',
    remedy: 'see to the group that is named',
  },
  {
    code: 'invited',
    cause: 'the invitation is not accepted yet',
    operation: 'waits; tried at each run',
    target: 'goes on',
    remedy: 'remind the person, or have the invitation sent again there',
  },
];

/** Why somebody is left out of the plans of a target, by the rule. Nothing is planned for them, and each run looks again. */
const LEFT_OUT: Readonly<Record<string, readonly [cause: string, remedy: string]>> = {
  rekey: [
    'a leaver and a joiner have one name: probably one person',
    'rollcall rekey OLD NEW, if they are one',
  ],
  disputed: [
    'an account may be theirs, and nothing proves it',
    'rollcall reconcile TARGET --csv, say whose it is, and rollcall link --from that file',
  ],
  nameTaken: ['somebody of yours has an account with the name', 'give one of the two another name'],
  nameCycle: ['some people would take each other’s names', 'give one of them a third name first'],
  login: ['somebody who is on there signs in with the same name', 'give one of the two another name'],
  protected: ['protected from being switched off', 'switch the account off there, or narrow `protect`'],
  required: ['an attribute is missing that the application needs', 'put it into the record or the mapping'],
  expression: ['an expression of the target fails for the record', 'put the expression or the record right'],
  inDoubt: ['the last request has no answer yet', 'nothing: the next sync reads it first'],
  unproved: ['the application did not say whether the name is free', 'nothing: the next sync asks again'],
  absentOnce: ['missing from one read, and not yet from a second', 'nothing: the next read decides'],
};

const ofNobody = 'nothing is planned for the person, and each run looks again';
const unknown = 'something else';

/** What is known of a code or a rule; of one that is in no table, that each run looks again. */
export function causeOf(code: string): Cause {
  const known = CAUSES.find((one) => one.code === code);
  if (known !== undefined) return known;
  const [cause, remedy] = LEFT_OUT[code] ?? [unknown, 'nothing: the next sync looks at it again'];
  return { code, cause, operation: ofNobody, target: 'goes on', remedy };
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
