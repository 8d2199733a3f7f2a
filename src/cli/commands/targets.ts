import { showing } from './words.ts';
import type { CommandWords } from './words.ts';

export const status: CommandWords = {
  says: 'each target: linked, pending, failed, waiting, held, approved; last run',
  load: () => import('../status.ts'),
  examples: ['rollcall status', 'rollcall status --json'],
};

export const failures: CommandWords = {
  takes: '[target]',
  says: 'what failed, waits or is in doubt, by its cause, with what became of it and what to do',
  load: () => import('../failures.ts'),
  options: {
    '--csv': 'as CSV, one line for each operation',
    ...showing('show so many of each cause', 'show all of them'),
  },
  examples: ['rollcall failures', 'rollcall failures cosmo --all', 'rollcall failures --csv > failures.csv'],
};

export const retry: CommandWords = {
  takes: '<target> [key]',
  says: 'what failed there is due now, or what failed of one person or group: the next sync sends it',
  load: () => import('../retry.ts'),
  examples: ['rollcall retry cosmo', 'rollcall retry cosmo E1042'],
};

export const pause: CommandWords = {
  takes: '<target>',
  says: 'send nothing to a target until it is resumed; planning goes on, and the newest plan counts',
  load: () => import('../pause.ts'),
  options: { '--reason <text>': 'why, for whoever looks at status and the audit trail' },
  examples: ['rollcall pause cosmo', 'rollcall pause cosmo --reason "vendor maintenance until Monday"'],
};

export const resume: CommandWords = {
  takes: '<target>',
  says: 'end a pause and a halt: whatever waits is due at once',
  load: () => import('../resume.ts'),
  examples: ['rollcall resume cosmo'],
};

export const targets: CommandWords = {
  says: 'what each kind of target can do: people, attributes, groups, protocol',
  load: () => import('../targets.ts'),
  examples: ['rollcall targets', 'rollcall targets --json'],
};
