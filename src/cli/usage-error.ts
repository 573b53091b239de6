import type { CommanderError } from 'commander';
import { LimberError } from '#model/errors.ts';

/** Commander's complaint in the words of the catalogue. */
export function toUsageError(error: CommanderError, argv: readonly string[]): LimberError {
  if (error.code === 'commander.help') return unknownHelp(argv);
  const [first = '', ...rest] = error.message.replace(/^error: /, '').split('\n');
  const suggestion = rest
    .join(' ')
    .trim()
    .replace(/^\(|\)$/g, '');
  const hint = [suggestion, hintFor(error, argv)].filter(Boolean).join(' ');
  return new LimberError('usage-invalid', { problem: sentence(first), hint }, { cause: error });
}

/** `limber help nonsense`: commander prints the general help and says nothing. */
function unknownHelp(argv: readonly string[]): LimberError {
  const problem = `Unknown command "${argv.at(-1) ?? ''}"`;
  return new LimberError('usage-invalid', { problem, hint: 'See: limber --help.' });
}

function hintFor(error: CommanderError, argv: readonly string[]): string {
  const [command] = argv;
  if (command === 'run' && error.code === 'commander.unknownOption')
    return passThroughHint(error, argv);
  const known = error.code !== 'commander.unknownCommand' && command && !command.startsWith('-');
  return known ? `See: limber ${command} --help.` : 'See: limber --help.';
}

/** Most unknown options of `run` are meant for the program. */
function passThroughHint(error: CommanderError, argv: readonly string[]): string {
  const option = /'([^']+)'/.exec(error.message)?.[1] ?? '';
  const script = argv.slice(1, argv.indexOf(option)).find((arg) => /^[^-].*\.\w+$/.test(arg));
  const example = script ? `limber run ${script} -- ${option}` : `limber run -- COMMAND ${option}`;
  return `If it belongs to the program, put it after --: ${example}.`;
}

function sentence(text: string): string {
  const plain = text.replace(/'([^']*)'/g, '"$1"').replace(/\.$/, '');
  return plain.charAt(0).toUpperCase() + plain.slice(1);
}
