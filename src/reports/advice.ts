/** What stands behind a word of the program: the rule for people that it goes back to, and what changes it. */
export interface Advice {
  /** As CONTRIBUTING.md numbers them. */
  readonly rule: string;
  readonly change: string;
}

const fixRecord = 'put the record right: the next sync takes it';

/** Why a record makes no identity. */
const rejections: Readonly<Record<string, Advice>> = {
  key: { rule: 'rule 2: whoever is rejected stays as they are', change: 'give the record a key' },
  ragged: {
    rule: 'rule 2: whoever is rejected stays as they are',
    change: 'put the row right: its cells are out of step',
  },
  status: {
    rule: 'rule 1: a status that nobody has listed is a rejection, and not a no',
    change: 'put the word under `active.on` or `active.off` of the configuration, or put the record right',
  },
  duplicateKey: {
    rule: 'rule 4: two active records with one key are both rejected',
    change: 'leave one of the records active, or give one of them its own key',
  },
  duplicateUserName: {
    rule: 'rule 4: two active people with one userName are both rejected',
    change: 'give one of them another userName, or switch one of them off in the source',
  },
  previousKey: {
    rule: 'rule 12: one person under two keys waits until it is said what is so',
    change: 'let one record alone name that key as its former one',
  },
};

/** Why somebody is left out of the plan of a target. */
const leftOut: Readonly<Record<string, Advice>> = {
  expression: {
    rule: 'rule 3: what cannot be read is unknown, and not empty',
    change: 'put right the expression of this target, or what it reads of the record: rollcall eval tries it',
  },
  required: {
    rule: 'law 4: what the service demands is in its profile',
    change: 'give the record what is missing',
  },
  protected: {
    rule: 'rule 13: a protected account is never switched off by a sync',
    change: 'take the account out of `protect` of this target',
  },
  inDoubt: {
    rule: 'law 11: what was sent and has no answer is read, and not guessed',
    change: 'rollcall sync reads the account, and goes on from what it finds',
  },
  absentOnce: {
    rule: 'law 6: only a complete read can miss somebody, and this source has absences confirmed',
    change: 'the next complete read, of another file, decides',
  },
  rekey: {
    rule: 'rule 12: a leaver and a joiner with one userName or e-mail are probably one person',
    change: 'rollcall rekey OLD NEW says that they are one; if they are two, give one of them another name',
  },
  nameCycle: {
    rule: 'rule 26: people who swap names wait for each other',
    change: 'change one of them to a third name first',
  },
  login: {
    rule: 'rule 4: a name is given once',
    change: 'give them a userName of which the service makes another login',
  },
  unproved: {
    rule: 'rule 10: a create is sent only where it is known that there is no account',
    change: 'the next sync asks the target again',
  },
  disputed: {
    rule: 'rule 11: a name that fits is not enough where it could be somebody else',
    change:
      'rollcall reconcile TARGET --csv names the accounts, and rollcall link --from says whose they are',
  },
  missing: {
    rule: 'law 2: what the target really holds was taken over',
    change: 'the next sync makes the account anew',
  },
  drifted: {
    rule: 'law 2: what the target really holds was taken over',
    change: 'the next sync puts right what differs',
  },
  linked: { rule: 'rule 10: an account was linked', change: 'the next sync puts right what differs' },
  unlinked: { rule: 'rule 10: an account was unlinked', change: 'the next sync looks for an account' },
  password: { rule: 'rule 27: a password is read when it is sent', change: 'the next sync sets it' },
};

/** Why an operation is not done, by its code. */
const operations: Readonly<Record<string, Advice>> = {
  reference: {
    rule: 'law 10: a reference waits by itself until the account is there',
    change: 'it is sent as soon as the manager has an account',
  },
  group: {
    rule: 'law 10: whoever comes into a group waits for the group',
    change: 'it is sent when the group is there',
  },
  invited: {
    rule: 'rule 14: an invitation is neither an account nor the lack of one',
    change: 'it is tried at each run, and done when the invitation is accepted',
  },
  conflict: {
    rule: 'rule 10: an account that is not linked is not changed in passing',
    change: 'rollcall reconcile TARGET shows whose account is in the way; link it, or change the name',
  },
  notFound: {
    rule: 'rule 13: what is not there is not guessed at',
    change: 'rollcall reconcile TARGET --repair takes over what is really there',
  },
  invalid: {
    rule: 'law 13: what a target will never take is not sent again as it is',
    change: 'put right in the record what the target names; a change of the record sends it anew',
  },
  unauthorised: {
    rule: 'law 13: a target that fails as a whole halts',
    change: 'renew the credential under `auth`',
  },
  forbidden: {
    rule: 'law 13: a target that fails as a whole halts',
    change: 'give the credential the right to do this',
  },
  licence: {
    rule: 'law 13: a target that fails as a whole halts',
    change: 'free a licence there, or buy one',
  },
  certificate: {
    rule: 'law 13: a target that fails as a whole halts',
    change: 'look at the certificate, or set `ca`',
  },
  unreachable: {
    rule: 'law 13: a target that fails as a whole halts',
    change: 'look at the address and the network: rollcall check',
  },
  rate: {
    rule: 'law 9: retries belong to the operation',
    change: 'it is sent again when the target allows it',
  },
  server: {
    rule: 'law 9: retries belong to the operation',
    change: 'it is sent again when its time has come',
  },
  protocol: {
    rule: 'law 13: trouble stays where it is',
    change: 'look at what the target answered: rollcall check',
  },
};

/** Remarks that stand beside a plan. */
const notes: Readonly<Record<string, Advice>> = {
  notAllowed: {
    rule: 'the target allows only what its configuration names',
    change: 'put it under `allow` of this target',
  },
  cannotFollow: {
    rule: 'rule 16: what a target cannot change is shown each time',
    change: 'change it on the target by hand',
  },
  adopted: {
    rule: 'rule 13: what we neither made nor took over is not deleted',
    change: '`deleteAdopted` of this target',
  },
  managerSelf: { rule: 'rule 19: nobody is their own manager', change: fixRecord },
  manager: {
    rule: 'rule 19: a manager who has no account is left out',
    change: 'it follows as soon as the manager has one',
  },
};

const otherwise: Advice = { rule: 'rule 2: whoever is rejected stays as they are', change: fixRecord };

export const adviceOn = {
  rejection: (rule: string): Advice => rejections[rule] ?? otherwise,
  leftOut: (rule: string): Advice =>
    leftOut[rule] ?? {
      rule: 'rule 24: a plan has the last word',
      change: 'rollcall sync looks at them again',
    },
  operation: (code: string): Advice =>
    operations[code] ?? {
      rule: 'law 9: retries belong to the operation',
      change: 'the next sync looks at it again',
    },
  note: (rule: string): Advice | undefined => notes[rule],
} as const;
