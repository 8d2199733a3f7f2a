import { causeOf } from '../model/index.ts';

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
  /** On why an operation is not done, or nobody planned for; `TARGET` stands for the target. */
  cause: (code: string): Advice => {
    const { rule, remedy: change } = causeOf(code);
    return { rule, change };
  },
  note: (rule: string): Advice | undefined => notes[rule],
} as const;
