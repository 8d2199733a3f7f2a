import type { CommandWords } from './words.ts';

export const explain: CommandWords = {
  takes: '<key> [target]',
  says: 'one person, from the record to the last answer: what decided, and what would change it; connects to nothing',
  load: () => import('../explain.ts'),
  examples: ['rollcall explain E1042', 'rollcall explain E1042 cosmo', 'rollcall explain E1042 --json'],
};

export const offboard: CommandWords = {
  takes: '<key>',
  says: 'one person, off everywhere, now: no limit, hold or pause stops it; until the source says that they left, or it is lifted',
  load: () => import('../offboard.ts'),
  options: {
    '--lift': 'end it: the next sync gives back what the source says',
    '--reason <text>': 'why, for whoever looks at status, access and the audit trail',
    '--protected': 'accounts that are protected as well',
    '--unknown': 'somebody whom no sync has met yet: whoever has this key gets no account',
    '--wait <time>': { says: 'how long to wait for what is not confirmed yet', usual: '60s' },
  },
  examples: [
    'rollcall offboard E1042',
    'rollcall offboard E1042 --reason "stolen laptop, ticket 4711"',
    'rollcall offboard E1042 --lift',
  ],
};

export const provision: CommandWords = {
  takes: '<key> [targets...]',
  says: 'one person, now, on every target that they are assigned to; nobody else is sent anything',
  load: () => import('../provision.ts'),
  options: {
    '--wait <time>': {
      says: 'how long to wait for whoever delivers to a target, and for retries',
      usual: '60s',
    },
  },
  examples: ['rollcall provision E1042', 'rollcall provision E1042 cosmo --json'],
};

/** `eval` is no name that a module may give. */
export const evaluate: CommandWords = {
  takes: '<expression>',
  says: 'one expression on one record, to try a mapping; sends nothing',
  load: () => import('../eval.ts'),
  options: {
    '--record <key>': { says: 'the key of the person on whose record it is tried', isMandatory: true },
  },
  examples: [
    "rollcall eval 'lower(record.email)' --record E1042",
    `rollcall eval '"Engineers" in groups' --record E1042`,
    "rollcall eval 'identity.name' --record E1042 --json",
  ],
};
