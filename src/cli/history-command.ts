import { Option, type Command } from 'commander';
import { LimberError } from '#model/errors.ts';
import { parseDurationMs } from '#model/quantities.ts';
import type { Handlers, HistoryOptions, Surroundings } from './handlers.ts';
import { helpEnding } from './help-text.ts';

const EXAMPLES = [
  ['limber history', 'what is known of which code'],
  ['limber history 3fa9c1', 'one of them, with its places; the beginning is enough'],
  ['limber history --json > history.json', 'all of it, for another program'],
  ['limber history 3fa9c1 --forget', ''],
  ['limber history --forget --older-than 30d --dry-run', 'only say what would be forgotten'],
  ['limber history --forget --all --yes', 'without being asked'],
] as const;

type Raw = {
  readonly forget?: boolean;
  readonly all?: boolean;
  readonly olderThan?: number;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
};

/** `limber history`: shows, exports and forgets what was learned from past runs. */
export function addHistory(program: Command, handlers: Handlers, { ended }: Surroundings): void {
  program
    .command('history')
    .summary('show or forget what was learned from past runs')
    .description('Shows, exports or forgets what was learned of code from its past runs.')
    .argument('[code]', 'the beginning of its fingerprint')
    .option('--json', 'print JSON')
    .option('--forget', 'forget the code named, or with --all or --older-than')
    .option('--all', 'with --forget: everything')
    .addOption(
      new Option('--older-than <time>', 'with --forget: what did not run for so long').argParser(
        (text) => parseDurationMs(text, '--older-than'),
      ),
    )
    .option('--dry-run', 'with --forget: only say what would be forgotten')
    .option('-y, --yes', 'with --forget: do not ask')
    .addHelpText('after', helpEnding({ examples: EXAMPLES, runs: false }))
    .action(async (code: string | undefined, raw: Raw) =>
      ended(await handlers.history(optionsOf(code, raw))),
    );
}

function optionsOf(code: string | undefined, raw: Raw): HistoryOptions {
  const { forget = false, all = false, olderThan, json = false } = raw;
  const chosen = [code, all || undefined, olderThan].filter((part) => part !== undefined).length;
  if (forget && chosen !== 1)
    throw usage('Expected one of a code, --all and --older-than with --forget', `got ${chosen}`);
  if (!forget && (all || olderThan !== undefined || raw.dryRun || raw.yes))
    throw usage('--all, --older-than, --dry-run and --yes go with --forget', 'it was not given');
  const { dryRun = false, yes = false } = raw;
  return {
    json,
    ...(code !== undefined && { code }),
    ...(olderThan !== undefined && { olderThanMs: olderThan }),
    ...(forget && { forget: { dryRun, yes } }),
  };
}

function usage(problem: string, got: string): LimberError {
  return new LimberError('usage-invalid', {
    problem: `${problem}, ${got}`,
    hint: 'See limber history --help.',
  });
}
