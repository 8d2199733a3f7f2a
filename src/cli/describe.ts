import { Argument, Command, Option } from 'commander';
import { version } from '../wiring/version.ts';
import { commands } from './commands/index.ts';
import type { CommandWords, Family, OptionWords, OptionsWords } from './commands/words.ts';
import { usualConfiguration } from './terminal.ts';
import type { GlobalOptions } from './terminal.ts';

const globalOptions: OptionsWords = {
  '--config <file>': { says: 'the configuration', usual: usualConfiguration },
  '--json': 'one JSON document on stdout, and nothing else there',
  '--quiet': 'only errors and what was asked for',
  '--no-color': 'no colour, as NO_COLOR asks for too',
  '--log-level <level>': {
    says: 'how much is logged to stderr: warn unless given; of the daemon, info',
    choices: ['silent', 'error', 'warn', 'info', 'debug'],
  },
  '--log-personal-data': 'with --log-level debug: queries and bodies too, without secrets',
};

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
    .addHelpText('after', endOf(['rollcall demo', 'rollcall init', 'rollcall plan', 'rollcall sync']));
  addOptions(program, globalOptions);
  for (const [name, words] of Object.entries(commands))
    if ('load' in words) addCommand(program, name, words);
    else addFamily(program, name, words);
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

function addFamily(program: Command, name: string, { says, examples, commands }: Family): void {
  const family = program.command(name).description(says).addHelpText('after', endOf(examples));
  for (const [own, words] of Object.entries(commands)) addCommand(family, own, words, `${name} ${own}`);
}

function addCommand(program: Command, name: string, words: CommandWords, called = name): void {
  const { says, load, takes = '', options = {}, examples, more } = words;
  const command = program
    .command(name)
    .description(says)
    .showHelpAfterError(`       \`rollcall ${called} --help\` says what it takes`)
    .addHelpText('after', endOf(examples));
  if (more !== undefined) command.addHelpText('after', more);
  for (const place of takes.split(' ').filter(Boolean)) command.addArgument(argumentOf(place, words));
  addOptions(command, options);
  command.action(async (...parameters: unknown[]) => {
    const { execute } = await import('./execute.ts');
    const options = command.optsWithGlobals<GlobalOptions>();
    process.exitCode = await execute(options, async () =>
      (await load()).run(options as never, ...(parameters.slice(0, -2) as never[])),
    );
  });
}

function argumentOf(place: string, words: CommandWords): Argument {
  const argument = new Argument(place);
  const { says, choices } = words.arguments?.[argument.name()] ?? {};
  if (says !== undefined) argument.description = says;
  return choices === undefined ? argument : argument.choices(choices);
}

function addOptions(command: Command, options: OptionsWords): void {
  for (const [flags, words] of Object.entries(options)) command.addOption(optionOf(flags, words));
}

function optionOf(flags: string, words: OptionWords): Option {
  const { says, usual, choices, isMandatory = false } = typeof words === 'string' ? { says: words } : words;
  const option = new Option(flags, says).default(usual).makeOptionMandatory(isMandatory);
  return choices === undefined ? option : option.choices(choices);
}

function endOf(examples: readonly string[]): string {
  return `\nExamples:\n${examples.map((line) => `  $ ${line}`).join('\n')}\n`;
}
