import { InvalidArgumentError, Option, type Command } from 'commander';
import { DEFAULT_PRIORITY } from '#model/claim.ts';
import { ERRORS } from '#model/errors.ts';
import { parseBytes, parseCpuCores, parseDurationMs } from '#model/quantities.ts';
import { POLICY_NAMES } from '#model/constraints.ts';
import { ARRIVALS } from '#simulate/fleet/arrivals.ts';
import { WITHIN } from '#simulate/traces/to-demand.ts';
import type { Handlers, Surroundings } from './handlers.ts';
import { helpEnding } from './help-text.ts';
import {
  toCommon,
  toSimulate,
  type Priorities,
  type RawCommon,
  type RawSimulate,
} from './simulate-options.ts';

const TRACE_HELP = 'a CSV or JSON Lines file, or run:ID for a recorded run';

export function addSimulate(
  program: Command,
  handlers: Handlers,
  { caller, ended }: Surroundings,
): void {
  const command = program
    .command('simulate')
    .summary('put traces of usage through policies, without running anything')
    .description(
      'Runs policies over recorded or imagined usage: the real loop on simulated time. Says what each ' +
        'would have reserved and what it would have held up.',
    )
    .argument('[file...]', TRACE_HELP)
    .addOption(choice('--within <model>', 'what happened between two readings of memory', WITHIN))
    .option('--seed <number>', 'of everything random', whole('--seed', 0), 1)
    .addOption(new Option('--arrivals <kind>', 'a fleet: how runs come in').choices(ARRIVALS))
    .option('--instances <number>', 'a fleet: how many runs', whole('--instances', 1), 1000)
    .option('--nodes <number>', 'a fleet: on how many nodes', whole('--nodes', 1), 10)
    .option('--rate <number>', 'a fleet: runs per second', positive('--rate'), 10)
    .option('--day <time>', 'length of a day of diurnal arrivals', duration('--day'), 86_400_000)
    .option('--patience <time>', 'how long a run waits for a node', duration('--patience'), 30_000)
    .option(
      '--priorities <list>',
      'a fleet: priorities of its runs, each with how many there are of it, such as 90:1,50:8,20:1',
      priorities,
      [{ priority: DEFAULT_PRIORITY, weight: 1 }],
    );
  addCommon(command);
  command.addHelpText(
    'after',
    helpEnding({ examples: SIMULATE_EXAMPLES, runs: false, codes: CODES }),
  );
  command.addHelpText('after', FORMATS);
  command.action(async (traces: string[], raw: RawSimulate) => {
    ended(
      await handlers.simulate({ ...toSimulate(traces, raw), currentFolder: caller.currentFolder }),
    );
  });
}

export function addReplay(
  program: Command,
  handlers: Handlers,
  { caller, ended }: Surroundings,
): void {
  const command = program
    .command('replay')
    .summary('put a recorded run through other policies')
    .description(
      'Simulates a recorded run under other policies: what they would have reserved, where it would ' +
        'have been held up, and where they differ from what happened.',
    )
    .argument('<id>', 'its id, the beginning of its id, or "last"');
  addCommon(command);
  command.addHelpText(
    'after',
    helpEnding({ examples: REPLAY_EXAMPLES, runs: false, codes: CODES }),
  );
  command.action(async (id: string, raw: RawCommon) => {
    ended(await handlers.replay({ ...toCommon(raw), id, currentFolder: caller.currentFolder }));
  });
}

function addCommon(command: Command): void {
  command
    .option(
      '--policy <name>',
      `${POLICY_NAMES.join(', ')}, or a module; repeatable`,
      (name: string, before: readonly string[] | undefined) => [...(before ?? []), name],
    )
    .option('--latency <time>', 'from a decision to its limit in force', duration('--latency'), 1)
    .option('--sampling <time>', 'read at this interval always', duration('--sampling'))
    .option('--cpu <cores>', 'CPU at the start', (text) => parseCpuCores(text, '--cpu'))
    .option('--memory <bytes>', 'memory at the start', (text) => parseBytes(text, '--memory'))
    .option(
      '--node-cpu <cores>',
      'what a node has',
      (text) => parseCpuCores(text, '--node-cpu'),
      16,
    )
    .option(
      '--node-memory <bytes>',
      'what a node has',
      (text) => parseBytes(text, '--node-memory'),
      64 * 2 ** 30,
    )
    .option('--plot <file>', 'draw allocation over usage: .svg or .html')
    .option('--json', 'print JSON');
}

function choice(flags: string, words: string, choices: readonly string[]): Option {
  return new Option(flags, words).choices(choices).default(choices[0]);
}

function duration(flag: string): (text: string) => number {
  return (text) => parseDurationMs(text, flag);
}

function whole(flag: string, least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isSafeInteger(value) || value < least)
      throw new InvalidArgumentError(`${flag}: expected a whole number of at least ${least}`);
    return value;
  };
}

function priorities(text: string): Priorities {
  return text.split(',').map((part) => {
    const [priority, weight] = /^(\d{1,3})(?::(\d+))?$/.exec(part.trim())?.slice(1) ?? [];
    const parsed = { priority: Number(priority), weight: Number(weight ?? 1) };
    if (!(parsed.priority <= 100) || parsed.weight < 1)
      throw new InvalidArgumentError(
        `--priorities: expected priorities from 0 to 100, each with how many there are of it, such as 90:1,50:8,20:1; got "${part}"`,
      );
    return parsed;
  });
}

function positive(flag: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !(value > 0 && Number.isFinite(value)))
      throw new InvalidArgumentError(`${flag}: expected a number above zero`);
    return value;
  };
}

const CODES = [
  [String(ERRORS['trace-invalid'].exitCode), 'a trace is not one'],
  [String(ERRORS['report-unwritable'].exitCode), 'the picture cannot be written'],
] as const;

const SIMULATE_EXAMPLES = [
  ['limber simulate usage.csv', 'predictive and threshold over a trace'],
  ['limber simulate runs.jsonl --policy predictive --policy ./own.mjs', ''],
  ['limber simulate run:last --latency 1s --plot curves.svg', 'as on a slow runtime'],
  ['limber simulate --arrivals poisson --instances 10000 --nodes 100 --rate 50', 'a fleet'],
  ['limber simulate --arrivals bursty --nodes 2 --node-cpu 4 --priorities 90:1,50:8,20:1', ''],
] as const;

const REPLAY_EXAMPLES = [
  ['limber replay last --policy threshold', 'the newest run'],
  ['limber replay 0xd4 --policy static --memory 1Gi --plot replay.html', ''],
] as const;

const FORMATS = `
Traces:
  CSV         a header with t (seconds), memoryMB or memoryBytes, cpuPercent or cpuCores; also
              ingressBitsPerSecond and egressBitsPerSecond, and id where a file holds several programs
  JSON Lines  one reading a line with those names, or one program a line with columns:
              {"id": "a", "t": [0, 1], "memoryMB": [12, 80], "cpuPercent": [40, 100]}
`;
