import type { LeftOutRule } from './plan.ts';

/** What is told of somebody for whom nothing is planned. */
export interface Omission {
  readonly cause: string;
  /** The rule or law that it goes back to. */
  readonly rule: string;
  readonly remedy: string;
}

const given = 'rule 4: a name is given once';
const held = 'law 2: what the target really holds was taken over';

/** Why somebody is left out of the plans of a target, by the rule. Nothing is planned for them, and each run looks again. */
export const LEFT_OUT: Readonly<Record<LeftOutRule, Omission>> = {
  rekey: {
    cause: 'a leaver and a joiner have one name: probably one person',
    rule: 'rule 12: a leaver and a joiner with one userName or e-mail are probably one person',
    remedy: 'rollcall rekey OLD NEW, if they are one; if they are two, give one of them another name',
  },
  disputed: {
    cause: 'an account may be theirs, and nothing proves it',
    rule: 'rule 11: a name that fits is not enough where it could be somebody else',
    remedy: 'rollcall reconcile TARGET --csv, say whose it is, and rollcall link --from that file',
  },
  nameTaken: {
    cause: 'somebody of yours has an account with the name',
    rule: given,
    remedy: 'give one of the two another name',
  },
  nameCycle: {
    cause: 'some people would take each other’s names',
    rule: 'rule 26: people who swap names wait for each other',
    remedy: 'give one of them a third name first',
  },
  login: {
    cause: 'somebody who is on there signs in with the same name',
    rule: given,
    remedy: 'give one of the two another name',
  },
  protected: {
    cause: 'protected from being switched off',
    rule: 'rule 13: a protected account is never switched off by a sync',
    remedy: 'switch the account off there, or narrow `protect`',
  },
  required: {
    cause: 'an attribute is missing that the application needs',
    rule: 'law 4: what the service demands is in its profile',
    remedy: 'put it into the record or the mapping',
  },
  expression: {
    cause: 'an expression of the target fails for the record',
    rule: 'rule 3: what cannot be read is unknown, and not empty',
    remedy: 'put the expression or the record right: rollcall eval tries it',
  },
  inDoubt: {
    cause: 'the last request has no answer yet',
    rule: 'law 11: what was sent and has no answer is read, and not guessed',
    remedy: 'nothing: the next sync reads it first',
  },
  unproved: {
    cause: 'the application did not say whether the name is free',
    rule: 'rule 10: a create is sent only where it is known that there is no account',
    remedy: 'nothing: the next sync asks again',
  },
  absentOnce: {
    cause: 'missing from one read, and not yet from a second',
    rule: 'law 6: only a complete read can miss somebody, and this source has absences confirmed',
    remedy: 'nothing: the next complete read, of another file, decides',
  },
  unaccepted: {
    cause: 'changed by a read that this target holds and another has let through',
    rule: 'law 7: what a read says is sent to no target that holds it',
    remedy: 'approve the read there, or mend the source: the next read of everybody decides',
  },
  missing: {
    cause: 'the account, or a membership of theirs, was gone when the target was read',
    rule: held,
    remedy: 'nothing: the next sync makes it anew',
  },
  drifted: {
    cause: 'the target was read, and held something else than it had confirmed',
    rule: held,
    remedy: 'nothing: the next sync puts right what differs',
  },
  linked: {
    cause: 'an account was linked to them',
    rule: 'rule 10: an account was linked',
    remedy: 'nothing: the next sync puts right what differs',
  },
  unlinked: {
    cause: 'their account was unlinked',
    rule: 'rule 10: an account was unlinked',
    remedy: 'nothing: the next sync looks for an account',
  },
  password: {
    cause: 'the password was not at hand when it was to be sent',
    rule: 'rule 27: a password is read when it is sent',
    remedy: 'nothing: the next sync sets it',
  },
};
