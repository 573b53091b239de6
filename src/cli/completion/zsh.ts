import type { CommandWord, OptionWord, Value, Vocabulary } from './vocabulary.ts';

/** Works as an autoloaded `_limber` on the fpath and sourced from ~/.zshrc. */
export function zshScript({ program, options, commands }: Vocabulary): string {
  const own = `_${program}`;
  return `#compdef ${program}

${own}_runs() {
  local -a runs
  runs=(last \${(f)"$(${program} ps --all --quiet 2>/dev/null)"})
  _describe -V 'run' runs
}

${own}() {
  local curcontext="$curcontext" state
  local -a commands
  local -A opt_args
  commands=(
${commands.map(({ name, description }) => `    ${quote(`${name}:${description}`)}`).join('\n')}
  )
  _arguments -C ${options.map(optionSpec).join(' ')} '1:command:->command' '*::argument:->argument'
  case "$state" in
    command) _describe 'command' commands ;;
    argument)
      case "$words[1]" in
${commands.map(commandCase).join('\n')}
      esac
      ;;
  esac
}

if [[ "$funcstack[1]" == "${own}" ]]; then
  ${own} "$@"
else
  compdef ${own} ${program}
fi
`;

  function commandCase(command: CommandWord): string {
    const specs = command.options.map(optionSpec);
    if (command.argument) specs.push(quote(`1:argument:${action(command.argument)}`));
    if (command.moreArguments) specs.push(quote('*:argument:_files'));
    return `        ${command.name}) _arguments -S ${specs.join(' ')} ;;`;
  }

  function optionSpec({ long, short, description, value, repeatable }: OptionWord): string {
    const text = `[${escapeSpec(description)}]${value ? `:${value.kind}:${action(value)}` : ''}`;
    const repeat = repeatable ? '*' : '';
    const words = short ? [`${short}${value ? '+' : ''}`, long] : [long];
    return words
      .map((word) => quote(`${repeat}${word}${value && word === long ? '=' : ''}${text}`))
      .join(' ');
  }

  function action(value: Value): string {
    if (value.kind === 'choice') return `(${value.choices.join(' ')})`;
    if (value.kind === 'run') return `${own}_runs`;
    if (value.kind === 'folder') return '_files -/';
    return value.kind === 'file' ? '_files' : ' ';
  }
}

function escapeSpec(text: string): string {
  return text.replace(/[[\]:\\]/g, '\\$&');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
