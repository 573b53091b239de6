import type { Command, Option } from 'commander';

/** What may follow an option or stand as an argument. */
export type Value =
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  | { readonly kind: 'file' }
  | { readonly kind: 'folder' }
  /** The id of a recorded run. */
  | { readonly kind: 'run' }
  | { readonly kind: 'command' }
  /** Free text: nothing to propose. */
  | { readonly kind: 'text' };

export type OptionWord = {
  readonly long: string;
  readonly short?: string;
  readonly description: string;
  /** Absent for a switch. */
  readonly value?: Value;
  readonly repeatable: boolean;
};

export type CommandWord = {
  readonly name: string;
  readonly description: string;
  readonly options: readonly OptionWord[];
  /** The first argument. */
  readonly argument?: Value;
  /** True when more arguments may follow, as for a program that is run. */
  readonly moreArguments: boolean;
};

export type Vocabulary = {
  readonly program: string;
  readonly options: readonly OptionWord[];
  readonly commands: readonly CommandWord[];
};

/** Everything that a shell can complete, read from commander's definitions. */
export function vocabularyOf(program: Command): Vocabulary {
  const names = program.commands.map((command) => command.name());
  return {
    program: program.name(),
    options: optionsOf(program),
    commands: [
      ...program.commands.map(commandWord),
      {
        name: 'help',
        description: 'print the help of a command',
        options: [],
        argument: { kind: 'choice', choices: names },
        moreArguments: false,
      },
    ],
  };
}

function commandWord(command: Command): CommandWord {
  const [first, ...more] = command.registeredArguments;
  return {
    name: command.name(),
    description: command.summary(),
    options: optionsOf(command),
    moreArguments: more.length > 0,
    ...(first && { argument: valueOf(first.name(), first.argChoices) }),
  };
}

function optionsOf(command: Command): OptionWord[] {
  return command.createHelp().visibleOptions(command).map(optionWord);
}

function optionWord(option: Option): OptionWord {
  const placeholder = /<([^>]+)>/.exec(option.flags)?.[1];
  return {
    long: option.long ?? '',
    description: option.description,
    repeatable: option.description.endsWith('repeatable'),
    ...(option.short && { short: option.short }),
    ...(placeholder && { value: valueOf(placeholder, option.argChoices) }),
  };
}

/** The placeholders of the help say what belongs there: `<file>`, `<folder>`, `<id>`. */
function valueOf(placeholder: string, choices: readonly string[] | undefined): Value {
  if (choices) return { kind: 'choice', choices };
  if (placeholder === 'folder') return { kind: 'folder' };
  if (placeholder === 'id') return { kind: 'run' };
  if (placeholder === 'file' || placeholder.startsWith('host:')) return { kind: 'file' };
  return { kind: 'text' };
}
