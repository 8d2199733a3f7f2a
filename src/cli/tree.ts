import type { Command, Option } from 'commander';
import { commands } from './commands/index.ts';
import type { CommandWords, Family } from './commands/words.ts';
import { describe } from './describe.ts';

/** What may stand behind an option, or in the place of an argument. */
export interface Value {
  /** As the help names it, without its brackets. */
  readonly name: string;
  readonly kind: 'file' | 'target' | 'choice' | 'text';
  /** Of a choice. */
  readonly choices: readonly string[];
  readonly isRequired: boolean;
  readonly isRepeated: boolean;
}

export interface OptionNode {
  /** `--out`, or `--no-color`. */
  readonly long: string;
  readonly short?: string;
  readonly description: string;
  readonly value?: Value;
  /** What it is unless given. */
  readonly usual?: string;
  readonly isMandatory: boolean;
}

export interface CommandNode {
  readonly name: string;
  readonly description: string;
  readonly arguments: readonly Value[];
  readonly options: readonly OptionNode[];
  readonly examples: readonly string[];
  /** Of a word that only has commands behind it. */
  readonly commands: readonly CommandNode[];
}

export interface Tree {
  readonly description: string;
  /** Those that each command takes. */
  readonly options: readonly OptionNode[];
  readonly commands: readonly CommandNode[];
}

/** All commands as data, for the completion of shells and the manual: both say what the program itself knows. */
export function treeOf(program: Command = describe()): Tree {
  return {
    description: program.description(),
    options: [...program.options.map(optionOf), help],
    commands: program.commands.map((command) => nodeOf(command, commands[command.name()]!)),
  };
}

function nodeOf(command: Command, words: CommandWords | Family): CommandNode {
  const own = 'load' in words ? {} : words.commands;
  return {
    name: command.name(),
    description: command.description(),
    arguments: command.registeredArguments.map((one) => ({
      name: one.name(),
      ...kindOf(one.name(), one.argChoices),
      isRequired: one.required,
      isRepeated: one.variadic,
    })),
    options: command.options.map(optionOf),
    examples: words.examples,
    commands: command.commands.map((one) => nodeOf(one, own[one.name()]!)),
  };
}

const help: OptionNode = {
  long: '--help',
  short: '-h',
  description: 'what a command takes, with examples',
  isMandatory: false,
};

function optionOf(option: Option): OptionNode {
  const { long, short, description, flags, argChoices } = option;
  const usual: unknown = option.defaultValue;
  const [, brackets, name, dots] = /([<[])([^\]>.]+)(\.\.\.)?[\]>]/.exec(flags) ?? [];
  const value = name && {
    name,
    ...kindOf(name, argChoices),
    isRequired: brackets === '<',
    isRepeated: dots !== undefined,
  };
  return {
    long: long!,
    ...(short !== undefined && { short }),
    description,
    ...(value && { value }),
    ...(typeof usual === 'string' && { usual }),
    isMandatory: option.mandatory,
  };
}

/** The name of a value says what it is. */
function kindOf(name: string, choices: readonly string[] = []): Pick<Value, 'kind' | 'choices'> {
  if (choices.length > 0) return { kind: 'choice', choices };
  const kind = name === 'file' ? 'file' : /^targets?$/.test(name) ? 'target' : 'text';
  return { kind, choices };
}
