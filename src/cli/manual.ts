import type { CommandNode, OptionNode, Tree, Value } from './tree.ts';

/** What the commands have in common and no command says. */
const exitCodes: readonly (readonly [string, string])[] = [
  ['0', 'done, or nothing to do'],
  [
    '1',
    'an error, and nothing was sent anywhere: usage, configuration, source, or every target out of reach',
  ],
  ['2', 'with --exit-code: there are changes, or differences'],
  ['3', 'held by a guard'],
  [
    '4',
    'finished, but something failed or waits, a target was out of reach, or an account is frozen by a rejection',
  ],
  ['130, 143', 'interrupted; the next run goes on'],
];

const environment: readonly (readonly [string, string])[] = [
  ['NO_COLOR', 'no colour, if it is set'],
  ['TMPDIR', 'where a plan is built; it holds personal data, and may be large'],
];

const note = 'Made from the commands themselves by `npm run gen`; do not edit it.';

/** The commands as a page of Markdown, with their options and examples. */
export function commandsPage({ options, commands: all }: Tree): string {
  const commands = typedOf(all);
  const list = commands.map(
    ({ name, description }) => `| [\`${name}\`](#${name.replaceAll(' ', '-')}) | ${cell(description)} |`,
  );
  return `<!-- ${note} -->

# Commands

| command | what it does |
| ------- | ------------ |
${list.join('\n')}

Exit codes:

| code | means |
| ---- | ----- |
${exitCodes.map(([code, text]) => `| ${code} | ${text} |`).join('\n')}

## Options of every command

${optionTable(options)}

${commands.map(commandSection).join('\n\n')}
`;
}

/** What can be typed: of a word that only has commands behind it, these. */
function typedOf(commands: readonly CommandNode[]): readonly CommandNode[] {
  return commands.flatMap((one) =>
    one.commands.length === 0
      ? [one]
      : typedOf(one.commands).map((own) => ({ ...own, name: `${one.name} ${own.name}` })),
  );
}

function commandSection(command: CommandNode): string {
  const { name, description, options, examples } = command;
  return [
    `## ${name}`,
    `${capital(description)}.`,
    `\`\`\`sh\n${usageOf(command)}\n\`\`\``,
    ...(options.length > 0 ? [optionTable(options)] : []),
    ...(examples.length > 0 ? [`\`\`\`sh\n${examples.join('\n')}\n\`\`\``] : []),
  ].join('\n\n');
}

function optionTable(options: readonly OptionNode[]): string {
  return [
    '| option | what it does |',
    '| ------ | ------------ |',
    ...options.map((option) => `| \`${flagsOf(option)}\` | ${cell(wordsOf(option))} |`),
  ].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}

function usageOf({ name, arguments: all, options }: CommandNode): string {
  const needed = options.filter(({ isMandatory }) => isMandatory).map(flagsOf);
  return [
    'rollcall',
    name,
    ...needed,
    ...(options.length > needed.length ? ['[options]'] : []),
    ...all.map(placeOf),
  ].join(' ');
}

function placeOf({ name, isRequired, isRepeated }: Value): string {
  const text = isRepeated ? `${name}...` : name;
  return isRequired ? `<${text}>` : `[${text}]`;
}

function flagsOf({ long, short, value }: OptionNode): string {
  return (
    [short, long].filter((one) => one !== undefined).join(', ') +
    (value === undefined ? '' : ` ${placeOf(value)}`)
  );
}

function wordsOf({ description, value, usual }: OptionNode): string {
  const choices = value?.kind === 'choice' ? `; one of ${value.choices.join(', ')}` : '';
  return `${description}${choices}${usual === undefined ? '' : ` (${usual} unless given)`}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The manual in roff, with the macros of man(7). */
export function manualPage({ description, options, commands }: Tree): string {
  const lines = [
    `.\\" ${note}`,
    '.TH ROLLCALL 1 "" "Rollcall" "User Commands"',
    '.SH NAME',
    'rollcall \\- provisioning for SCIM 2.0 applications from a directory of people',
    '.SH SYNOPSIS',
    '.B rollcall',
    '.I command',
    '.RI [ options ]',
    '.RI [ arguments ]',
    '.SH DESCRIPTION',
    roff(description),
    '.PP',
    roff(
      'It reads who should have access, compares that with what each application was last known to hold, and sends the difference. The configuration is rollcall.yaml in the working directory; rollcall init writes one to begin with.',
    ),
    '.SH COMMANDS',
    ...typedOf(commands).flatMap(commandEntry),
    '.SH OPTIONS OF EVERY COMMAND',
    ...options.flatMap(optionEntry),
    '.SH EXIT STATUS',
    ...exitCodes.flatMap(([code, text]) => ['.TP', `.B ${code}`, roff(text)]),
    '.SH ENVIRONMENT',
    ...environment.flatMap(([name, text]) => ['.TP', `.B ${name}`, roff(text)]),
    '.SH FILES',
    '.TP',
    '.I rollcall.yaml',
    'the configuration',
    '.TP',
    '.I rollcall.db',
    'the state: whose account is which, what each was last confirmed to hold, and the audit trail; the configuration may name another',
  ];
  return `${lines.join('\n')}\n`;
}

function commandEntry(command: CommandNode): readonly string[] {
  const { description, options, examples } = command;
  const shown = examples.flatMap((line) => [roff(line)]);
  return [
    `.SS ${roff(usageOf(command))}`,
    `${roff(capital(description))}.`,
    ...options.flatMap(optionEntry),
    ...(shown.length > 0 ? ['.PP', 'Examples:', '.PP', '.RS', '.nf', ...shown, '.fi', '.RE'] : []),
  ];
}

function optionEntry(option: OptionNode): readonly string[] {
  return ['.TP', `.B ${roff(flagsOf(option))}`, roff(wordsOf(option))];
}

/** Text in roff: a dash that can be searched and copied, and no line that begins like a request. */
function roff(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('’', "'")
    .replaceAll('…', '...')
    .replace(/^([.'])/, '\\&$1');
}
