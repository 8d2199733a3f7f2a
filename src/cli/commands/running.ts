import { mockWords } from '../mock-words.ts';
import type { CommandWords, Family } from './words.ts';

export const daemon: CommandWords = {
  says: 'sync on the schedules of the configuration, and when the source changes; in the foreground, logging to stderr',
  load: () => import('../daemon.ts'),
  options: {
    '--grace <time>': {
      says: 'after SIGTERM or SIGINT, how long what is in flight may take to end',
      usual: '30s',
    },
    '--wait <time>': { says: 'how long a run waits for retries that fall due', usual: '60s' },
    '--standby': 'where another daemon runs on this state, wait until it has gone',
  },
  examples: [
    'rollcall daemon',
    'rollcall daemon --standby',
    'rollcall daemon --config /etc/rollcall/rollcall.yaml',
  ],
};

export const key: Family = {
  says: 'keys for the HTTP side of the daemon',
  examples: ['rollcall key new --name hr --scope events'],
  commands: {
    new: {
      says: 'make a key: it is shown once, and the configuration keeps its hash',
      load: () => import('../key.ts'),
      options: {
        '--name <name>': { says: 'whose it is: the log and the audit trail say so', isMandatory: true },
        '--scope <scopes>': {
          says: 'what it is good for, with commas between: metrics, read, provision, events, approve, operate',
          isMandatory: true,
        },
      },
      examples: [
        'rollcall key new --name hr --scope events',
        'rollcall key new --name grafana --scope metrics',
      ],
    },
  },
};

export const mock: CommandWords = {
  says: 'a SCIM service to try things on',
  load: () => import('../mock.ts'),
  options: {
    '--as <name>': { says: 'the service that it plays', usual: 'cosmo' },
    '--port <number>': { says: 'the port to listen on; 0 for any', usual: '4100' },
    '--host <address>': { says: 'the address to listen on', usual: '127.0.0.1' },
    '--token <token>': 'a credential with every permission; made at random if not given',
    '--data <file>': 'users to begin with: a JSON array or a SCIM ListResponse',
    '--schemas <file>': 'more resource types, and extensions of User and Group, as JSON',
    '--fault <spec...>': 'something that goes wrong, on purpose; `--fault help` lists what can',
    '--journal <number>': 'how many of the last requests it keeps; 100,000 if not given',
    '--organisation <spec...>': 'an organisation: its name, and what differs, as below',
    '--key <spec...>': 'a further API key, as below',
    '--smtp <url>': 'a mail server that gets each invitation, smtp://HOST:PORT',
    '--list': 'list the services that it can play',
  },
  examples: [
    'rollcall mock --port 4100 --token "$COSMO_API_KEY"',
    'rollcall mock --as cosmo-controlplane',
    'rollcall mock --organisation acme --organisation globex --key token=abc,organisation=globex',
    'rollcall mock --smtp smtp://127.0.0.1:1025',
    "rollcall mock --fault 'status=429,retryAfter=2,share=0.1'",
    'rollcall mock --as rfc --schemas devices.json',
    'rollcall mock --fault help',
    'rollcall mock --list',
  ],
  more: mockWords,
};

export const demo: CommandWords = {
  says: 'the whole story on a mock Cosmo, with nothing else installed',
  load: () => import('../demo.ts'),
  examples: ['rollcall demo'],
};

export const schema: CommandWords = {
  says: "the configuration's JSON Schema",
  load: () => import('../schema.ts'),
  examples: ['rollcall schema > schema.json'],
};

export const completion: CommandWords = {
  takes: '<shell>',
  says: 'a script that has the shell complete commands, options and targets',
  load: () => import('../completion.ts'),
  arguments: { shell: { says: 'the shell', choices: ['bash', 'zsh', 'fish'] } },
  examples: [
    'rollcall completion bash > ~/.local/share/bash-completion/completions/rollcall',
    'rollcall completion zsh > "${fpath[1]}/_rollcall"',
    'rollcall completion fish > ~/.config/fish/completions/rollcall.fish',
  ],
};
