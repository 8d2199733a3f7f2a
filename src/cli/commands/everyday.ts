import { KINDS } from '../../model/index.ts';
import { showing } from './words.ts';
import type { CommandWords, OptionsWords } from './words.ts';

/** Changes in the place of the source, and for whom a run is meant. */
const part: OptionsWords = {
  '--input <file>':
    'changes, in the place of the source and in its format; - for stdin. Whoever is not in them is as before',
  '--source <name>': 'of which of several sources the changes are',
  '--only <keys>': 'for these people alone: keys with commas between them, or @FILE with one key a line',
  '--except <keys>': 'for everybody but these people',
};

export const init: CommandWords = {
  says: 'write a starter rollcall.yaml',
  load: () => import('../init.ts'),
  options: {
    '--people <file>': 'a CSV, LDIF or JSON file of people: what is in it is proposed as a mapping',
    '--csv <file>': 'the same, of a CSV file whatever it is called',
    '--records <pointer>': 'where the list of people is in a JSON file, such as /value',
    '--delimiter <character>': 'what stands between two cells: one character, tab or auto',
    '--encoding <name>': {
      says: 'how the text is encoded',
      choices: ['auto', 'utf-8', 'utf-16le', 'utf-16be', 'latin1', 'windows-1252'],
    },
    '--connector <name>': { says: 'the kind of target', usual: 'cosmo' },
    '--base-url <url>': "the target's SCIM base URL",
    '--token-env <name>': 'the environment variable that holds the token',
    '--force': 'replace a file that is there',
  },
  examples: [
    'rollcall init --csv people.csv --connector cosmo --base-url http://127.0.0.1:4100/scim/v2',
    'rollcall init --people export.ldif',
    "rollcall init --csv export.csv --delimiter ';' --encoding windows-1252",
  ],
};

export const check: CommandWords = {
  takes: '[targets...]',
  says: 'test the configuration, the source and each connection',
  load: () => import('../check.ts'),
  options: {
    '--offline': 'without connecting to anything',
    '--sample <number>': 'show so many of the first records as identities, and all that are rejected',
    '--all': 'list every record that would be rejected, and everything that is odd',
  },
  examples: [
    'rollcall check',
    'rollcall check --offline --all',
    'rollcall check --offline --sample 5',
    'rollcall check cosmo',
  ],
};

export const plan: CommandWords = {
  takes: '[targets...]',
  says: 'what would be sent, and why; sends nothing that writes',
  load: () => import('../plan.ts'),
  options: {
    '--against <file>':
      'another configuration, of the same state: shown is what this one does that the other would not do today',
    ...part,
    '--out <file>': 'write the plan as NDJSON, mode 0600',
    '--html <file>': 'write it as a page to send to whoever approves, mode 0600',
    '--exit-code': 'exit with 2 if there are changes, and 0 if there are none',
    ...showing(
      'show so many people of each kind; `--show identity KEY` instead: what the source makes of one person',
      'show everybody, every note and every rejection',
    ),
  },
  examples: [
    'rollcall plan',
    'rollcall plan cosmo --all',
    'rollcall plan --out tonight.ndjson',
    'rollcall plan --html tonight.html',
    'rollcall plan --exit-code',
    'rollcall plan --show identity E1042',
    'rollcall plan --input changes.csv',
    'rollcall plan --config new.yaml --against rollcall.yaml',
  ],
};

export const sync: CommandWords = {
  takes: '[targets...]',
  says: 'read, plan, guard, deliver: what a cron job runs',
  load: () => import('../sync.ts'),
  options: {
    ...part,
    '--plan <file>': 'go on only if planning anew gives what this file says',
    '--wait <time>': { says: 'wait that long for retries that fall due', usual: '60s' },
    '--until <time>':
      'go on until then, for 30m or until 18:30, also with what falls due only then; the next run goes on with the rest',
    ...showing('show so many people of each kind', 'show everybody, every note and every rejection'),
  },
  examples: [
    'rollcall sync',
    'rollcall sync --wait 60s',
    'rollcall sync --until 18:30',
    'rollcall sync --plan tonight.ndjson',
    `echo '{"id":"E1042","status":"left"}' | rollcall sync --input -`,
  ],
};

export const approve: CommandWords = {
  takes: '<target> <checksum>',
  says: 'let what is held through: once, within 24 hours, and only if the next plan has this checksum',
  load: () => import('../approve.ts'),
  options: {
    '--only <kinds>': `these kinds alone, separated by commas: ${KINDS.join(', ')}`,
    '--keys <file>': 'these people alone: a file with one key a line; the others stay held',
  },
  examples: [
    'rollcall approve cosmo 3f9a27c1b0de',
    'rollcall approve cosmo 3f9a27c1b0de --only deactivate',
    'rollcall approve cosmo 3f9a27c1b0de --keys leavers.txt',
  ],
};

export const undo: CommandWords = {
  takes: '<run>',
  says: 'take back what a run has done: attributes, activity and memberships; the targets are paused with it',
  load: () => import('../undo.ts'),
  options: {
    '--plan': 'show what would be sent, and write nothing',
    '--exit-code': 'with --plan: exit with 2 if there is something to undo, and 0 if there is not',
    '--wait <time>': { says: 'wait that long for retries that fall due', usual: '60s' },
    ...showing('show so many people of each kind', 'show everybody and every note'),
  },
  examples: ['rollcall undo 42 --plan', 'rollcall undo 42'],
};
