import { Argument, Command, CommanderError, Option } from 'commander';
import { mockWords } from './mock-words.ts';
import { guardStreams } from './streams.ts';
import { usualConfiguration } from './terminal.ts';
import type { GlobalOptions } from './terminal.ts';
import { version } from '../wiring/version.ts';

/** A command's module is loaded when it is called: `--help` and `--version` need none of them. */
type Load = () => Promise<{ run(options: never, ...names: never[]): Promise<number> }>;

/** Runs one command line. The exit code is 0 to 4, or 130 and 143 for a signal. */
export async function main(argv: readonly string[]): Promise<void> {
  guardStreams();
  const program = describe();
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? 0 : 1;
    if (error.exitCode === 0 || !argv.includes('--json')) return;
    const message =
      error.code === 'commander.help' ? 'no command was given' : error.message.replace(/^error: /, '');
    process.stdout.write(`${JSON.stringify({ error: usageError(message) })}\n`);
  }
}

/** What commander guesses was meant stands on a line of its own, in brackets. */
function usageError(text: string): object {
  const [message, guess] = text.split('\n');
  const problem = {
    message,
    hint: guess?.replace(/^\((.*)\)$/, '$1') ?? '`rollcall --help` says what there is',
  };
  return { code: 'usage', ...problem, problems: [problem] };
}

const inputWords =
  'changes, in the place of the source and in its format; - for stdin. Whoever is not in them is as before';
const onlyWords = 'for these people alone: keys with commas between them, or @FILE with one key a line';
const exceptWords = 'for everybody but these people';
const sourceWords = 'of which of several sources the changes are';

/** The program with all of its commands; completion, the manual and the tests ask it as well. */
export function describe(): Command {
  const program = new Command('rollcall')
    .description(
      'A directory of people in, exactly the right accounts out: provisioning for SCIM 2.0 applications.',
    )
    .version(version)
    .exitOverride()
    .showSuggestionAfterError()
    .showHelpAfterError('       `rollcall --help` says what there is')
    .configureHelp({ showGlobalOptions: true, minWidthToWrap: 20, subcommandTerm: termOf })
    .option('--config <file>', 'the configuration', usualConfiguration)
    .option('--json', 'one JSON document on stdout, and nothing else there')
    .option('--quiet', 'only errors and what was asked for')
    .option('--no-color', 'no colour, as NO_COLOR asks for too')
    .addOption(
      new Option(
        '--log-level <level>',
        'how much is logged to stderr: warn unless given; of the daemon, info',
      ).choices(['silent', 'error', 'warn', 'info', 'debug']),
    )
    .option('--log-personal-data', 'with --log-level debug: queries and bodies too, without secrets')
    .addHelpText('after', examples('rollcall demo', 'rollcall init', 'rollcall plan', 'rollcall sync'));

  add(program, 'init', 'write a starter rollcall.yaml', () => import('./init.ts'), [
    'rollcall init --csv people.csv --connector cosmo --base-url http://127.0.0.1:4100/scim/v2',
    'rollcall init --people export.ldif',
    "rollcall init --csv export.csv --delimiter ';' --encoding windows-1252",
  ])
    .option('--people <file>', 'a CSV, LDIF or JSON file of people: what is in it is proposed as a mapping')
    .option('--csv <file>', 'the same, of a CSV file whatever it is called')
    .option('--records <pointer>', 'where the list of people is in a JSON file, such as /value')
    .option('--delimiter <character>', 'what stands between two cells: one character, tab or auto')
    .addOption(
      new Option('--encoding <name>', 'how the text is encoded').choices([
        'auto',
        'utf-8',
        'utf-16le',
        'utf-16be',
        'latin1',
        'windows-1252',
      ]),
    )
    .option('--connector <name>', 'the kind of target', 'cosmo')
    .option('--base-url <url>', "the target's SCIM base URL")
    .option('--token-env <name>', 'the environment variable that holds the token')
    .option('--force', 'replace a file that is there');
  add(
    program,
    'check [targets...]',
    'test the configuration, the source and each connection',
    () => import('./check.ts'),
    [
      'rollcall check',
      'rollcall check --offline --all',
      'rollcall check --offline --sample 5',
      'rollcall check cosmo',
    ],
  )
    .option('--offline', 'without connecting to anything')
    .option('--sample <number>', 'show so many of the first records as identities, and all that are rejected')
    .option('--all', 'list every record that would be rejected, and everything that is odd');
  add(
    program,
    'plan [targets...]',
    'what would be sent, and why; sends nothing that writes',
    () => import('./plan.ts'),
    [
      'rollcall plan',
      'rollcall plan cosmo --all',
      'rollcall plan --out tonight.ndjson',
      'rollcall plan --html tonight.html',
      'rollcall plan --exit-code',
      'rollcall plan --show identity E1042',
      'rollcall plan --input changes.csv',
      'rollcall plan --config new.yaml --against rollcall.yaml',
    ],
  )
    .option(
      '--against <file>',
      'another configuration, of the same state: shown is what this one does that the other would not do today',
    )
    .option('--input <file>', inputWords)
    .option('--source <name>', sourceWords)
    .option('--only <keys>', onlyWords)
    .option('--except <keys>', exceptWords)
    .option('--out <file>', 'write the plan as NDJSON, mode 0600')
    .option('--html <file>', 'write it as a page to send to whoever approves, mode 0600')
    .option('--exit-code', 'exit with 2 if there are changes, and 0 if there are none')
    .option(
      '--show <number>',
      'show so many people of each kind; `--show identity KEY` instead: what the source makes of one person',
      '20',
    )
    .option('--all', 'show everybody, every note and every rejection');
  add(
    program,
    'sync [targets...]',
    'read, plan, guard, deliver: what a cron job runs',
    () => import('./sync.ts'),
    [
      'rollcall sync',
      'rollcall sync --wait 60s',
      'rollcall sync --until 18:30',
      'rollcall sync --plan tonight.ndjson',
      `echo '{"id":"E1042","status":"left"}' | rollcall sync --input -`,
    ],
  )
    .option('--input <file>', inputWords)
    .option('--source <name>', sourceWords)
    .option('--only <keys>', onlyWords)
    .option('--except <keys>', exceptWords)
    .option('--plan <file>', 'go on only if planning anew gives what this file says')
    .option('--wait <time>', 'wait that long for retries that fall due', '60s')
    .option(
      '--until <time>',
      'go on until then, for 30m or until 18:30, also with what falls due only then; the next run goes on with the rest',
    )
    .option('--show <number>', 'show so many people of each kind', '20')
    .option('--all', 'show everybody, every note and every rejection');
  add(
    program,
    'approve <target> <checksum>',
    'let what is held through: once, within 24 hours, and only if the next plan has this checksum',
    () => import('./approve.ts'),
    [
      'rollcall approve cosmo 3f9a27c1b0de',
      'rollcall approve cosmo 3f9a27c1b0de --only deactivate',
      'rollcall approve cosmo 3f9a27c1b0de --keys leavers.txt',
    ],
  )
    .option(
      '--only <kinds>',
      'these kinds alone, separated by commas: create, update, deactivate, reactivate, delete, link',
    )
    .option('--keys <file>', 'these people alone: a file with one key a line; the others stay held');
  add(
    program,
    'reconcile [targets...]',
    'compare with what a target really holds: drifted, missing, orphan, disputed, adoptable; sends nothing that writes',
    () => import('./reconcile.ts'),
    [
      'rollcall reconcile',
      'rollcall reconcile cosmo --exit-code',
      'rollcall reconcile cosmo --repair',
      'rollcall reconcile cosmo --csv > matches.csv',
    ],
  )
    .option(
      '--repair',
      'take what was found over, and sync: what differs goes through plan, limits and approval',
    )
    .option('--missing <number>', 'with --repair: so many accounts are gone indeed, whatever the limit is')
    .option('--exit-code', 'exit with 2 if something differs, and 0 if nothing does')
    .option('--csv', 'the accounts that nobody has, and who could have them, to be edited for `link --from`')
    .option('--wait <time>', 'with --repair: wait that long for retries that fall due', '60s')
    .option('--show <number>', 'show so many accounts of each situation', '20')
    .option('--all', 'show everybody');
  add(program, 'links [target]', 'whose account is which', () => import('./links.ts'), [
    'rollcall links',
    'rollcall links cosmo --csv > links.csv',
  ]).option('--csv', 'as CSV');
  add(
    program,
    'link',
    'say whose account is which, from a match report that was edited: all of it, or nothing',
    () => import('./link.ts'),
    ['rollcall reconcile cosmo --csv > matches.csv', 'rollcall link --from matches.csv'],
  ).requiredOption(
    '--from <file>',
    'a match report: a line counts whose decision is `link`, with a target, a key and a remoteId',
  );
  add(
    program,
    'unlink <target> <key>',
    'take an account from whoever has it; the account itself stays as it is',
    () => import('./unlink.ts'),
    ['rollcall unlink cosmo E1042'],
  );
  add(
    program,
    'status',
    'each target: linked, pending, failed, waiting, held, approved; last run',
    () => import('./status.ts'),
    ['rollcall status', 'rollcall status --json'],
  );
  add(
    program,
    'failures [target]',
    'what failed, waits or is in doubt, by its cause, with what became of it and what to do',
    () => import('./failures.ts'),
    ['rollcall failures', 'rollcall failures cosmo --all', 'rollcall failures --csv > failures.csv'],
  )
    .option('--csv', 'as CSV, one line for each operation')
    .option('--show <number>', 'show so many of each cause', '20')
    .option('--all', 'show all of them');
  add(
    program,
    'retry <target> [key]',
    'what failed there is due now, or what failed of one person or group: the next sync sends it',
    () => import('./retry.ts'),
    ['rollcall retry cosmo', 'rollcall retry cosmo E1042'],
  );
  add(
    program,
    'explain <key> [target]',
    'one person, from the record to the last answer: what decided, and what would change it; connects to nothing',
    () => import('./explain.ts'),
    ['rollcall explain E1042', 'rollcall explain E1042 cosmo', 'rollcall explain E1042 --json'],
  );
  add(
    program,
    'access [targets...]',
    'who has an account where: in what state, since when, why',
    () => import('./access.ts'),
    [
      'rollcall access',
      'rollcall access cosmo --format csv > access.csv',
      'rollcall access --person E1042',
      'rollcall access --at 2026-03-31',
      'rollcall access cosmo --compare sso-assignments.csv',
    ],
  )
    .option('--person <key>', 'of one person')
    .option('--format <form>', 'table, csv or json')
    .option(
      '--at <time>',
      'who had access then, by the trail: 2026-03-31 (its end, UTC), or 2026-03-31T08:00',
    )
    .option(
      '--compare <file>',
      'a CSV from the side of the sign-on, with e-mails, userNames or ids: what differs',
    );
  add(
    program,
    'evidence [targets...]',
    'each leaver: when the source first said so, when each target confirmed it, and the time between',
    () => import('./evidence.ts'),
    [
      'rollcall evidence --from 2026-01-01 --to 2026-03-31',
      'rollcall evidence cosmo --from 30d --format csv > leavers.csv',
    ],
  )
    .requiredOption(
      '--from <time>',
      'who left from then on: 2026-01-01, 2026-01-01T08:00 (UTC), or 30d for so long ago',
    )
    .option('--to <time>', 'up to then, a day with all of it; until now unless given')
    .option('--format <form>', 'table, csv or json');
  add(
    program,
    'history',
    'the audit trail: every run, plan, approval and operation, oldest first',
    () => import('./history.ts'),
    [
      'rollcall history --person E1042',
      'rollcall history --since 24h --event operation.failed',
      'rollcall history --format jsonl > trail.jsonl',
      'rollcall history --verify --from trail.jsonl',
      'rollcall history --verify --head "$(cat head-of-last-month)"',
    ],
  )
    .option('--person <key>', 'of one person, or group, by the key; also under keys that they had before')
    .option('--target <name>', 'of one target')
    .option('--since <time>', 'from then on: 2026-03-31, 2026-03-31T08:00 (UTC), or 24h for so long ago')
    .option('--until <time>', 'up to then; a day is meant with all of it')
    .option('--event <name>', 'such as operation.failed, or operation for all of these')
    .option('--run <number>', 'of one run')
    .option('--format <form>', 'table, jsonl (one row a line, which --verify reads), csv or json')
    .option('--html <file>', 'write it as a page to send, mode 0600')
    .option('--limit <number>', 'the newest so many; a table has 100 of them unless it is said, or `all`')
    .option('--verify', 'whether it is as it was written: no row changed, removed or put elsewhere')
    .option('--head <head>', 'with --verify: SEQ:HASH, as a sync printed it and somebody kept it elsewhere')
    .option('--from <file>', 'with --verify: an export (jsonl), without any state; - for stdin');
  add(
    program,
    'pause <target>',
    'send nothing to a target until it is resumed; planning goes on, and the newest plan counts',
    () => import('./pause.ts'),
    ['rollcall pause cosmo', 'rollcall pause cosmo --reason "vendor maintenance until Monday"'],
  ).option('--reason <text>', 'why, for whoever looks at status and the audit trail');
  add(
    program,
    'resume <target>',
    'end a pause and a halt: whatever waits is due at once',
    () => import('./resume.ts'),
    ['rollcall resume cosmo'],
  );
  add(
    program,
    'offboard <key>',
    'one person, off everywhere, now: no limit, hold or pause stops it; until the source says that they left, or it is lifted',
    () => import('./offboard.ts'),
    [
      'rollcall offboard E1042',
      'rollcall offboard E1042 --reason "stolen laptop, ticket 4711"',
      'rollcall offboard E1042 --lift',
    ],
  )
    .option('--lift', 'end it: the next sync gives back what the source says')
    .option('--reason <text>', 'why, for whoever looks at status, access and the audit trail')
    .option('--protected', 'accounts that are protected as well')
    .option('--unknown', 'somebody whom no sync has met yet: whoever has this key gets no account')
    .option('--wait <time>', 'how long to wait for what is not confirmed yet', '60s');
  add(
    program,
    'provision <key> [targets...]',
    'one person, now, on every target that they are assigned to; nobody else is sent anything',
    () => import('./provision.ts'),
    ['rollcall provision E1042', 'rollcall provision E1042 cosmo --json'],
  ).option('--wait <time>', 'how long to wait for whoever delivers to a target, and for retries', '60s');
  add(
    program,
    'undo <run>',
    'take back what a run has done: attributes, activity and memberships; the targets are paused with it',
    () => import('./undo.ts'),
    ['rollcall undo 42 --plan', 'rollcall undo 42'],
  )
    .option('--plan', 'show what would be sent, and write nothing')
    .option('--exit-code', 'with --plan: exit with 2 if there is something to undo, and 0 if there is not')
    .option('--wait <time>', 'wait that long for retries that fall due', '60s')
    .option('--show <number>', 'show so many people of each kind', '20')
    .option('--all', 'show everybody and every note');
  add(
    program,
    'rebuild <target>',
    'make anew what a lost state knew of a target, from the target: links by externalId; sends nothing that writes',
    () => import('./rebuild.ts'),
    ['rollcall rebuild cosmo', 'rollcall rebuild cosmo --csv > unplaced.csv'],
  )
    .option('--csv', 'the accounts that nobody could place, to be edited for `link --from`')
    .option('--show <number>', 'show so many accounts of each situation', '20')
    .option('--all', 'show everybody');
  add(
    program,
    'targets',
    'what each kind of target can do: people, attributes, groups, protocol',
    () => import('./targets.ts'),
    ['rollcall targets', 'rollcall targets --json'],
  );
  add(
    program,
    'eval <expression>',
    'one expression on one record, to try a mapping; sends nothing',
    () => import('./eval.ts'),
    [
      "rollcall eval 'lower(record.email)' --record E1042",
      `rollcall eval '"Engineers" in groups' --record E1042`,
      "rollcall eval 'identity.name' --record E1042 --json",
    ],
  ).requiredOption('--record <key>', 'the key of the person on whose record it is tried');
  add(
    program,
    'rekey <old> <new>',
    'the same person under another key: move the links',
    () => import('./rekey.ts'),
    ['rollcall rekey E1042 E2001'],
  );
  add(
    program,
    'daemon',
    'sync on the schedules of the configuration, and when the source changes; in the foreground, logging to stderr',
    () => import('./daemon.ts'),
    ['rollcall daemon', 'rollcall daemon --standby', 'rollcall daemon --config /etc/rollcall/rollcall.yaml'],
  )
    .option('--grace <time>', 'after SIGTERM or SIGINT, how long what is in flight may take to end', '30s')
    .option('--wait <time>', 'how long a run waits for retries that fall due', '60s')
    .option('--standby', 'where another daemon runs on this state, wait until it has gone');
  const key = program
    .command('key')
    .description('keys for the HTTP side of the daemon')
    .addHelpText('after', examples('rollcall key new --name hr --scope events'));
  add(
    key,
    'new',
    'make a key: it is shown once, and the configuration keeps its hash',
    () => import('./key.ts'),
    ['rollcall key new --name hr --scope events', 'rollcall key new --name grafana --scope metrics'],
    'key new',
  )
    .requiredOption('--name <name>', 'whose it is: the log and the audit trail say so')
    .requiredOption(
      '--scope <scopes>',
      'what it is good for, with commas between: metrics, read, provision, events, approve, operate',
    );
  add(program, 'mock', 'a SCIM service to try things on', () => import('./mock.ts'), [
    'rollcall mock --port 4100 --token "$COSMO_API_KEY"',
    'rollcall mock --as cosmo-controlplane',
    'rollcall mock --organisation acme --organisation globex --key token=abc,organisation=globex',
    'rollcall mock --smtp smtp://127.0.0.1:1025',
    "rollcall mock --fault 'status=429,retryAfter=2,share=0.1'",
    'rollcall mock --as rfc --schemas devices.json',
    'rollcall mock --fault help',
    'rollcall mock --list',
  ])
    .option('--as <name>', 'the service that it plays', 'cosmo')
    .option('--port <number>', 'the port to listen on; 0 for any', '4100')
    .option('--host <address>', 'the address to listen on', '127.0.0.1')
    .option('--token <token>', 'a credential with every permission; made at random if not given')
    .option('--data <file>', 'users to begin with: a JSON array or a SCIM ListResponse')
    .option('--schemas <file>', 'more resource types, and extensions of User and Group, as JSON')
    .option('--fault <spec...>', 'something that goes wrong, on purpose; `--fault help` lists what can')
    .option('--journal <number>', 'how many of the last requests it keeps; 100,000 if not given')
    .option('--organisation <spec...>', 'an organisation: its name, and what differs, as below')
    .option('--key <spec...>', 'a further API key, as below')
    .option('--smtp <url>', 'a mail server that gets each invitation, smtp://HOST:PORT')
    .option('--list', 'list the services that it can play')
    .addHelpText('after', mockWords);
  add(
    program,
    'demo',
    'the whole story on a mock Cosmo, with nothing else installed',
    () => import('./demo.ts'),
    ['rollcall demo'],
  );
  add(program, 'schema', "the configuration's JSON Schema", () => import('./schema.ts'), [
    'rollcall schema > schema.json',
  ]);
  add(
    program,
    'completion',
    'a script that has the shell complete commands, options and targets',
    () => import('./completion.ts'),
    [
      'rollcall completion bash > ~/.local/share/bash-completion/completions/rollcall',
      'rollcall completion zsh > "${fpath[1]}/_rollcall"',
      'rollcall completion fish > ~/.config/fish/completions/rollcall.fish',
    ],
  ).addArgument(new Argument('<shell>', 'the shell').choices(['bash', 'zsh', 'fish']));
  return program;
}

/** That a command has options is no news; the column is as narrow as the names let it be. */
function termOf(command: Command): string {
  const names = command.registeredArguments.map((one) => {
    const name = one.variadic ? `${one.name()}...` : one.name();
    return one.required ? `<${name}>` : `[${name}]`;
  });
  return [command.name(), ...names].join(' ');
}

const examplesOfCommands = new WeakMap<Command, readonly string[]>();

/** The lines that the help of a command ends with. */
export function examplesOf(command: Command): readonly string[] {
  return examplesOfCommands.get(command) ?? [];
}

function add(
  program: Command,
  usage: string,
  description: string,
  load: Load,
  lines: readonly string[],
  called = usage.split(' ')[0]!,
): Command {
  const command = program.command(usage);
  examplesOfCommands.set(command, lines);
  return command
    .description(description)
    .showHelpAfterError(`       \`rollcall ${called} --help\` says what it takes`)
    .addHelpText('after', examples(...lines))
    .action(async (...parameters: unknown[]) => {
      const command = parameters.at(-1) as Command;
      const { execute } = await import('./execute.ts');
      const options = command.optsWithGlobals<GlobalOptions>();
      process.exitCode = await execute(options, async () =>
        (await load()).run(options as never, ...(parameters.slice(0, -2) as never[])),
      );
    });
}

function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}\n`;
}
