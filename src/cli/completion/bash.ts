import type { CommandNode, OptionNode, Tree, Value } from '../tree.ts';
import { targetsByAwk } from './words.ts';

/** For bash 3.2 and later, which macOS has; the package bash-completion is not needed. */
export function bashScript({ options, commands }: Tree): string {
  return `# bash completion of rollcall; made by \`rollcall completion bash\`
_rollcall_targets() {
  local file=rollcall.yaml i
  for ((i = 1; i < COMP_CWORD; i++)); do
    [[ \${COMP_WORDS[i - 1]} == --config ]] && file=\${COMP_WORDS[i]}
  done
  ${targetsByAwk}
}

_rollcall() {
  local IFS=$' \\t\\n' cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} command= i=1 skip= place=0
  while ((i < COMP_CWORD)); do
    if [[ $skip ]]; then skip=
    else
      case "$command \${COMP_WORDS[i]}" in
${[...options.filter(takesValue).map(({ long }) => `*' ${long}'`), ...commands.flatMap((command) => command.options.filter(takesValue).map(({ long }) => `'${command.name} ${long}'`))].map((pattern) => `        ${pattern}) skip=1 ;;`).join('\n')}
        *' -'*) ;;
        *) if [[ $command ]]; then place=$((place + 1)); else command=\${COMP_WORDS[i]}; fi ;;
      esac
    fi
    i=$((i + 1))
  done
  COMPREPLY=()
  case "$command $prev" in
${[...options.filter(takesValue).map((option) => `    *' ${option.long}') ${replyOf(option.value!)} ;;`), ...commands.flatMap((command) => command.options.filter(takesValue).map((option) => `    '${command.name} ${option.long}') ${replyOf(option.value!)} ;;`))].join('\n')}
  esac
  if [[ $cur == -* ]]; then
    local words='${names(options)}'
    case $command in
${commands
  .filter((command) => command.options.length > 0)
  .map((command) => `      ${command.name}) words="$words ${names(command.options)}" ;;`)
  .join('\n')}
    esac
    COMPREPLY=($(compgen -W "$words" -- "$cur"))
    return
  fi
  case "$command $place" in
    ' 0') COMPREPLY=($(compgen -W '${[...commands.map(({ name }) => name), 'help'].join(' ')}' -- "$cur")) ;;
    'help 0') COMPREPLY=($(compgen -W '${commands.map(({ name }) => name).join(' ')}' -- "$cur")) ;;
${commands.flatMap(placesOf).join('\n')}
  esac
}
complete -o filenames -F _rollcall rollcall
`;
}

function takesValue({ value }: OptionNode): boolean {
  return value !== undefined;
}

function names(options: readonly OptionNode[]): string {
  return options.map(({ long }) => long).join(' ');
}

/** What is proposed for a value, and nothing else is. */
function replyOf(value: Value): string {
  return `${wordsOf(value)}return`;
}

function wordsOf({ kind, choices }: Value): string {
  if (kind === 'file') return `IFS=$'\\n'; COMPREPLY=($(compgen -f -- "$cur")); `;
  if (kind === 'choice') return `COMPREPLY=($(compgen -W '${choices.join(' ')}' -- "$cur")); `;
  return kind === 'target' ? `COMPREPLY=($(compgen -W "$(_rollcall_targets)" -- "$cur")); ` : '';
}

function placesOf({ name, arguments: all }: CommandNode): readonly string[] {
  return all
    .map((value, place) => ({ value, pattern: value.isRepeated ? `'${name} '*` : `'${name} ${place}'` }))
    .filter(({ value }) => wordsOf(value) !== '')
    .map(({ value, pattern }) => `    ${pattern}) ${wordsOf(value)};;`);
}
