import type { CommandWord, OptionWord, Value, Vocabulary } from './vocabulary.ts';

/** Works without the bash-completion package; bash 3.2 and later. */
export function bashScript({ program, options, commands }: Vocabulary): string {
  const names = commands.map(({ name }) => name).join(' ');
  return `# bash completion for ${program}
_${program}_runs() {
  ${program} ps --all --quiet 2>/dev/null
}

_${program}() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="" command="" index
  [[ COMP_CWORD -gt 0 ]] && previous="\${COMP_WORDS[COMP_CWORD-1]}"
  # bash splits --name=value into three words.
  if [[ "$current" == "=" ]]; then
    current=""
  elif [[ "$previous" == "=" ]]; then
    previous="\${COMP_WORDS[COMP_CWORD-2]}"
  fi
  COMPREPLY=()
  for ((index = 1; index < COMP_CWORD; index++)); do
    # Behind -- everything belongs to the program: leave it to bash's own completion of files.
    [[ "\${COMP_WORDS[index]}" == "--" ]] && return
    if [[ -z "$command" && "\${COMP_WORDS[index]}" != -* ]]; then
      command="\${COMP_WORDS[index]}"
    fi
  done
  if [[ -z "$command" ]]; then
    COMPREPLY=($(compgen -W "${names} ${flags(options).join(' ')}" -- "$current"))
    return
  fi
  case "$command" in
${commands.map(commandCase).join('\n')}
  esac
}

complete -o bashdefault -o default -F _${program} ${program}
`;

  function commandCase(command: CommandWord): string {
    return `    ${command.name})
      case "$previous" in
${command.options.map(valueCase).join('')}      esac
      if [[ "$current" == -* ]]; then
        COMPREPLY=($(compgen -W "${flags(command.options).join(' ')}" -- "$current"))
      else
        ${command.argument ? reply(command.argument) : ':'}
      fi
      ;;`;
  }

  function valueCase({ long, short, value }: OptionWord): string {
    if (!value) return '';
    return `        ${[short, long].filter(Boolean).join('|')}) ${reply(value)}; return ;;\n`;
  }

  function reply(value: Value): string {
    if (value.kind === 'choice') return compgen(`-W "${value.choices.join(' ')}"`);
    if (value.kind === 'run') return compgen(`-W "last $(_${program}_runs)"`);
    if (value.kind === 'folder') return `compopt -o filenames 2>/dev/null; ${compgen('-d')}`;
    // An empty reply makes bash propose files (-o default).
    return ':';
  }
}

function compgen(source: string): string {
  return `COMPREPLY=($(compgen ${source} -- "$current"))`;
}

function flags(options: readonly OptionWord[]): string[] {
  return options.flatMap(({ long, short }) => (short ? [short, long] : [long]));
}
