import { Option, type Command } from 'commander';
import { ERRORS } from '#model/errors.ts';
import { parseDurationMs } from '#model/quantities.ts';
import type { Handlers, Surroundings } from './handlers.ts';
import { helpEnding } from './help-text.ts';
import { ORDERS, type Order } from './screen/top-order.ts';

const FASTEST_MS = 50;

type RawLive = { readonly interval: number; readonly once?: boolean };
type RawTop = RawLive & { readonly sort: Order; readonly all?: boolean };

/** `top` and `watch`: what happens now, on the whole of a terminal. */
export function addLiveCommands(
  program: Command,
  handlers: Handlers,
  { ended }: Surroundings,
): void {
  live(program, 'top', 1000)
    .summary('all runs, live')
    .description(
      'All runs of now on the whole of the terminal: what each uses of what it has, what it does and ' +
        'where, and what holds it up. Enter shows one with its charts; q ends it.',
    )
    .addOption(
      new Option('--sort <column>', 'what is on top')
        .choices(Object.keys(ORDERS))
        .default('cpu' satisfies Order),
    )
    .option('-a, --all', 'past runs too')
    .addHelpText('after', helpEnding({ examples: TOP_EXAMPLES, runs: false }))
    .action(async ({ sort, all = false, interval, once = false }: RawTop) =>
      ended(await handlers.top({ order: sort, showsEnded: all, intervalMs: interval, once })),
    );
  live(program, 'watch', 250)
    .summary('one run, live, with its charts')
    .description(
      'One run on the whole of the terminal: use and allocation over time, what it does and where, and ' +
        'why it was resized. + and - change the time that is shown, p stands still, q ends it.',
    )
    .argument('<id>', 'its id, the beginning of its id, or "last"')
    .addHelpText('after', helpEnding({ examples: WATCH_EXAMPLES, runs: false, codes: CODES }))
    .action(async (id: string, { interval, once = false }: RawLive) =>
      ended(await handlers.watch({ id, intervalMs: interval, once })),
    );
}

const TOP_EXAMPLES = [
  ['limber top', 'c m t s n sort, / searches, enter watches'],
  ['limber top --once | grep stalled', 'one picture, for scripts'],
  ['limber --server http://box:7411 top', 'of another machine'],
] as const;

const WATCH_EXAMPLES = [
  ['limber watch last', 'the newest run, while it runs or afterwards'],
  ['limber watch 0xd4 --interval 100ms', 'the beginning of an id is enough'],
] as const;

const CODES = [[String(ERRORS['execution-unknown'].exitCode), 'there is no such run']] as const;

function live(program: Command, name: string, intervalMs: number): Command {
  return program
    .command(name)
    .addOption(
      new Option('--interval <time>', 'between two pictures')
        .argParser((text) => Math.max(FASTEST_MS, parseDurationMs(text, '--interval')))
        .default(intervalMs, intervalMs < 1000 ? `${intervalMs}ms` : `${intervalMs / 1000}s`),
    )
    .option('--once', 'one picture and out, as where stdout is no terminal');
}
