import type { CommandWord, OptionWord, Value, Vocabulary } from './vocabulary.ts';

export function fishScript({ program, options, commands }: Vocabulary): string {
  const names = commands.map(({ name }) => name).join(' ');
  const before = `not __fish_seen_subcommand_from ${names}`;
  return [
    `# fish completion for ${program}`,
    `complete -c ${program} -f`,
    ...options.map((option) => optionLine(option, before)),
    ...commands.map(
      ({ name, description }) =>
        `complete -c ${program} -n ${quote(before)} -a ${name} -d ${quote(description)}`,
    ),
    ...commands.flatMap(commandLines),
    '',
  ].join('\n');

  function commandLines(command: CommandWord): string[] {
    const within = `__fish_seen_subcommand_from ${command.name}`;
    const lines = command.options.map((option) => optionLine(option, within));
    if (command.argument)
      lines.push(`complete -c ${program} -n ${quote(within)} ${proposal(command.argument)}`);
    return lines;
  }

  function optionLine({ long, short, description, value }: OptionWord, condition: string): string {
    const words = [`-l ${long.slice(2)}`, ...(short ? [`-s ${short.slice(1)}`] : [])];
    const takes = value ? ` -r ${proposal(value)}` : '';
    return `complete -c ${program} -n ${quote(condition)} ${words.join(' ')}${takes} -d ${quote(description)}`;
  }

  function proposal(value: Value): string {
    if (value.kind === 'choice') return `-f -a ${quote(value.choices.join(' '))}`;
    if (value.kind === 'run')
      return `-f -k -a ${quote(`last (${program} ps --all --quiet 2>/dev/null)`)}`;
    if (value.kind === 'folder') return `-f -a '(__fish_complete_directories)'`;
    return value.kind === 'file' ? '-F' : '-f';
  }
}

function quote(text: string): string {
  return `'${text.replace(/['\\]/g, '\\$&')}'`;
}
