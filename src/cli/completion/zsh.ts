import type { OptionNode, Tree, Value } from '../tree.ts';
import { brief, quoted, targetsByAwk } from './words.ts';

/** To be put into a folder of \`fpath\` as \`_rollcall\`, or sourced. */
export function zshScript({ options, commands }: Tree): string {
  return `#compdef rollcall
# zsh completion of rollcall; made by \`rollcall completion zsh\`
_rollcall_targets() {
  local file=\${opt_args[--config]:-\${config:-rollcall.yaml}}
  local -a targets
  targets=(\${(f)"$(${targetsByAwk})"})
  _describe -t targets target targets
}

_rollcall() {
  local curcontext=$curcontext state line
  typeset -A opt_args
  local -a globals commands
  globals=(
${options.map((option) => `    ${optionSpec(option)}`).join('\n')}
  )
  commands=(
${commands.map(({ name, description }) => `    ${quoted(`${name}:${brief(description)}`)}`).join('\n')}
    'help:what there is, or what a command takes'
  )
  _arguments -C $globals '1: :->command' '*:: :->rest' && return
  local config=\${opt_args[--config]}
  case $state in
    command) _describe -t commands command commands ;;
    rest)
      case $words[1] in
        help) _describe -t commands command commands ;;
${commands.map((command) => `        ${command.name}) _arguments $globals ${[...command.options.map(optionSpec), ...command.arguments.map(argumentSpec)].join(' ')} ;;`).join('\n')}
      esac ;;
  esac
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _rollcall "$@"; else compdef _rollcall rollcall; fi
`;
}

function optionSpec({ long, description, value }: OptionNode): string {
  const repeats = value?.isRepeated === true ? '*' : '';
  const behind = value === undefined ? '' : `:${escaped(value.name)}:${actionOf(value)}`;
  return quoted(`${repeats}${long}[${escaped(brief(description))}]${behind}`);
}

function argumentSpec(value: Value, place: number): string {
  const where = value.isRepeated ? '*' : `${place + 1}`;
  return quoted(
    `${where}:${value.isRequired || value.isRepeated ? '' : ':'}${escaped(value.name)}:${actionOf(value)}`,
  );
}

function actionOf({ kind, choices }: Value): string {
  if (kind === 'file') return '_files';
  if (kind === 'target') return '_rollcall_targets';
  return kind === 'choice' ? `(${choices.join(' ')})` : ' ';
}

/** What means something in a specification of _arguments. */
function escaped(text: string): string {
  return text.replace(/[[\]:\\]/g, (one) => `\\${one}`);
}
