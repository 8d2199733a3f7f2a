import type { CommandWords } from './words.ts';

export const access: CommandWords = {
  takes: '[targets...]',
  says: 'who has an account where: in what state, since when, why',
  load: () => import('../access.ts'),
  options: {
    '--person <key>': 'of one person',
    '--format <form>': 'table, csv or json',
    '--at <time>': 'who had access then, by the trail: 2026-03-31 (its end, UTC), or 2026-03-31T08:00',
    '--compare <file>': 'a CSV from the side of the sign-on, with e-mails, userNames or ids: what differs',
  },
  examples: [
    'rollcall access',
    'rollcall access cosmo --format csv > access.csv',
    'rollcall access --person E1042',
    'rollcall access --at 2026-03-31',
    'rollcall access cosmo --compare sso-assignments.csv',
  ],
};

export const evidence: CommandWords = {
  takes: '[targets...]',
  says: 'each leaver: when the source first said so, when each target confirmed it, and the time between',
  load: () => import('../evidence.ts'),
  options: {
    '--from <time>': {
      says: 'who left from then on: 2026-01-01, 2026-01-01T08:00 (UTC), or 30d for so long ago',
      isMandatory: true,
    },
    '--to <time>': 'up to then, a day with all of it; until now unless given',
    '--format <form>': 'table, csv or json',
  },
  examples: [
    'rollcall evidence --from 2026-01-01 --to 2026-03-31',
    'rollcall evidence cosmo --from 30d --format csv > leavers.csv',
  ],
};

export const history: CommandWords = {
  says: 'the audit trail: every run, plan, approval and operation, oldest first',
  load: () => import('../history.ts'),
  options: {
    '--person <key>': 'of one person, or group, by the key; also under keys that they had before',
    '--target <name>': 'of one target',
    '--since <time>': 'from then on: 2026-03-31, 2026-03-31T08:00 (UTC), or 24h for so long ago',
    '--until <time>': 'up to then; a day is meant with all of it',
    '--event <name>': 'such as operation.failed, or operation for all of these',
    '--run <number>': 'of one run',
    '--format <form>': 'table, jsonl (one row a line, which --verify reads), csv or json',
    '--html <file>': 'write it as a page to send, mode 0600',
    '--limit <number>': 'the newest so many; a table has 100 of them unless it is said, or `all`',
    '--verify': 'whether it is as it was written: no row changed, removed or put elsewhere',
    '--head <head>': 'with --verify: SEQ:HASH, as a sync printed it and somebody kept it elsewhere',
    '--from <file>': 'with --verify: an export (jsonl), without any state; - for stdin',
  },
  examples: [
    'rollcall history --person E1042',
    'rollcall history --since 24h --event operation.failed',
    'rollcall history --format jsonl > trail.jsonl',
    'rollcall history --verify --from trail.jsonl',
    'rollcall history --verify --head "$(cat head-of-last-month)"',
  ],
};
