import type { CommandNode, OptionNode, Tree, Value } from '../tree.ts';
import { brief, targetsByAwk } from './words.ts';

/** To be put into fish's folder of completions. */
export function fishScript({ options, commands }: Tree): string {
  const names = commands.map(({ name }) => name).join(' ');
  return `# fish completion of rollcall; made by \`rollcall completion fish\`
function __rollcall_targets
  set -l file rollcall.yaml
  set -l words (commandline -opc)
  set -l at (contains -i -- --config $words); and set file $words[(math $at + 1)]
  ${targetsByAwk}
end
complete -c rollcall -f
${[
  ...commands.map(
    ({ name, description }) =>
      `complete -c rollcall -n __fish_use_subcommand -a ${name} -d ${quoted(brief(description))}`,
  ),
  `complete -c rollcall -n '__fish_seen_subcommand_from help' -a ${quoted(names)}`,
  ...options.map((option) => optionLine(option)),
  ...commands.flatMap(linesOf),
].join('\n')}
`;
}

function linesOf({ name, options, arguments: all }: CommandNode): readonly string[] {
  const condition = ` -n '__fish_seen_subcommand_from ${name}'`;
  const proposed = all.map(proposedOf).filter((words) => words !== '');
  return [
    ...options.map((option) => optionLine(option, condition)),
    ...proposed.map((words) => `complete -c rollcall${condition} ${words}`),
  ];
}

function optionLine({ long, short, description, value }: OptionNode, condition = ''): string {
  const what =
    value === undefined ? '' : ` ${value.kind === 'file' ? '-r -F' : `-x ${proposedOf(value)}`.trimEnd()}`;
  const letter = short === undefined ? '' : ` -s ${short.slice(1)}`;
  return `complete -c rollcall${condition}${letter} -l ${long.slice(2)}${what} -d ${quoted(brief(description))}`;
}

function proposedOf({ kind, choices }: Value): string {
  if (kind === 'choice') return `-a ${quoted(choices.join(' '))}`;
  return kind === 'target' ? `-a '(__rollcall_targets)'` : '';
}

/** In single quotes, fish knows an escape for two characters. */
function quoted(text: string): string {
  return `'${text.replace(/['\\]/g, (one) => `\\${one}`)}'`;
}
