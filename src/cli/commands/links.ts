import { showing } from './words.ts';
import type { CommandWords } from './words.ts';

export const reconcile: CommandWords = {
  takes: '[targets...]',
  says: 'compare with what a target really holds: drifted, missing, orphan, disputed, adoptable; sends nothing that writes',
  load: () => import('../reconcile.ts'),
  options: {
    '--repair': 'take what was found over, and sync: what differs goes through plan, limits and approval',
    '--missing <number>': 'with --repair: so many accounts are gone indeed, whatever the limit is',
    '--exit-code': 'exit with 2 if something differs, and 0 if nothing does',
    '--csv': 'the accounts that nobody has, and who could have them, to be edited for `link --from`',
    '--wait <time>': { says: 'with --repair: wait that long for retries that fall due', usual: '60s' },
    ...showing('show so many accounts of each situation', 'show everybody'),
  },
  examples: [
    'rollcall reconcile',
    'rollcall reconcile cosmo --exit-code',
    'rollcall reconcile cosmo --repair',
    'rollcall reconcile cosmo --csv > matches.csv',
  ],
};

export const links: CommandWords = {
  takes: '[target]',
  says: 'whose account is which',
  load: () => import('../links.ts'),
  options: { '--csv': 'as CSV' },
  examples: ['rollcall links', 'rollcall links cosmo --csv > links.csv'],
};

export const link: CommandWords = {
  says: 'say whose account is which, from a match report that was edited: all of it, or nothing',
  load: () => import('../link.ts'),
  options: {
    '--from <file>': {
      says: 'a match report: a line counts whose decision is `link`, with a target, a key and a remoteId',
      isMandatory: true,
    },
  },
  examples: ['rollcall reconcile cosmo --csv > matches.csv', 'rollcall link --from matches.csv'],
};

export const unlink: CommandWords = {
  takes: '<target> <key>',
  says: 'take an account from whoever has it; the account itself stays as it is',
  load: () => import('../unlink.ts'),
  examples: ['rollcall unlink cosmo E1042'],
};

export const rebuild: CommandWords = {
  takes: '<target>',
  says: 'make anew what a lost state knew of a target, from the target: links by externalId; sends nothing that writes',
  load: () => import('../rebuild.ts'),
  options: {
    '--csv': 'the accounts that nobody could place, to be edited for `link --from`',
    ...showing('show so many accounts of each situation', 'show everybody'),
  },
  examples: ['rollcall rebuild cosmo', 'rollcall rebuild cosmo --csv > unplaced.csv'],
};

export const rekey: CommandWords = {
  takes: '<old> <new>',
  says: 'the same person under another key: move the links',
  load: () => import('../rekey.ts'),
  examples: ['rollcall rekey E1042 E2001'],
};
