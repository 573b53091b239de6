import { Option, type Command } from 'commander';
import { POLICY_NAMES } from '#model/constraints.ts';
import { LANGUAGES, PROBE_MODES } from '#model/execution.ts';
import { AIMS } from '#model/optimize.ts';
import { parseAims } from './aims.ts';
import { wholeNumber } from './whole-number.ts';
import { parseBytes, parseDurationMs } from '#model/quantities.ts';
import { addNodeOptions } from './node-options.ts';
import { addPodOptions, runtimeOption } from './pod-options.ts';
import { addSizeOptions } from './size-options.ts';

const MAX_PORT = 65535;

/** The arguments and options of `limber run`, in the groups that its --help shows. */
export function addRunOptions(command: Command): void {
  command
    .usage(
      '[options] SCRIPT [ARGUMENT...] [-- ARGUMENT...]\n       limber run [options] -- COMMAND [ARGUMENT...]',
    )
    .argument('[file]', 'the script; its language shows in its ending, or give --language')
    .argument('[argument...]', "the script's arguments; what follows -- is passed untouched");
  command.optionsGroup('Size (500m or 2 cores, 512Mi or 4Gi of memory, 10M = 10 megabits/s):');
  addSizeOptions(command);
  addScalingOptions(command.optionsGroup('Scaling:'));
  addNodeOptions(command.optionsGroup('Sharing the node:'));
  addLimitOptions(command.optionsGroup('Limits:'));
  addSandboxOptions(command.optionsGroup('Sandbox:'));
  addPodOptions(command.optionsGroup('Pods (with --runtime kubernetes):'));
  addOutputOptions(command.optionsGroup('Input and output:'));
  command.optionsGroup('Help:');
}

function addScalingOptions(command: Command): void {
  command
    .addOption(
      // Proposed, not demanded: it may be a module of the user's.
      new Option('--policy <name>', 'what decides on resizes, or ./mine.ts (default: predictive)')
        .choices(POLICY_NAMES)
        .argParser((text) => text),
    )
    .addOption(
      new Option('--optimize <aim>', 'what stalls cost against reserving; or cpu=speed,memory=cost')
        .choices(AIMS)
        .argParser(parseAims),
    )
    .addOption(
      new Option('--mode <mode>', 'resize, or only watch and recommend').choices([
        'auto',
        'observe',
      ]),
    )
    .option('--observe', 'short for --mode observe')
    .addOption(
      new Option('--probe <mode>', 'look into the program while it runs (default: auto)').choices(
        PROBE_MODES,
      ),
    )
    .addOption(runtimeOption());
}

function addLimitOptions(command: Command): void {
  command
    .addOption(duration('--timeout', 'end the program after this time, such as 10m'))
    .addOption(duration('--grace', 'from SIGTERM to SIGKILL when it is ended'))
    .addOption(
      new Option('--max-processes <count>', 'processes and threads').argParser((text) =>
        wholeNumber(text, { name: '--max-processes', low: 1, high: 2 ** 22 }),
      ),
    )
    .addOption(bytes('--max-output', 'what it may write to stdout and stderr together'))
    .addOption(bytes('--tmp-size', 'its private /tmp'));
}

function addSandboxOptions(command: Command): void {
  command
    .addOption(
      new Option('--language <name>', 'of the script').choices(
        LANGUAGES.filter((name) => name !== 'unknown'),
      ),
    )
    .addOption(
      new Option('--network <rule>', 'what it may reach (default: none)').choices([
        'none',
        'egress',
      ]),
    )
    .addOption(
      new Option(
        '--host-port <port>',
        "reach the host's 127.0.0.1:PORT as host.limber.internal:PORT; repeatable",
      ).argParser((text, before: readonly number[] | undefined) => [
        ...(before ?? []),
        wholeNumber(text, { name: '--host-port', low: 1, high: MAX_PORT }),
      ]),
    )
    .option('--write', 'let it change the current folder (default: read-only)')
    .addOption(
      new Option(
        '--mount <host:guest[:rw]>',
        'show another folder or file of the host; repeatable',
      ).argParser(collect),
    )
    .addOption(
      new Option(
        '-e, --env <name[=value]>',
        'set a variable, or copy it from here; repeatable',
      ).argParser((text, before: readonly string[] | undefined) => [...(before ?? []), text]),
    )
    .option('--workdir <path>', 'working folder inside the sandbox (default: a private one)')
    .option('--rootfs <folder>', 'use this folder as the system instead of the host');
}

function addOutputOptions(command: Command): void {
  command
    .option('--stdin <file>', "feed this file to the program (default: Limber's own stdin)")
    .option('--summary <file>', 'write the run as a JSON document (limber.run/v1)')
    .option('--json', 'the summary as one line of JSON on stderr instead of the report')
    .option('-q, --quiet', 'no live line and no report')
    .option('--dry-run', 'analyse, size and show the plan; run nothing');
}

function duration(flag: string, description: string): Option {
  return new Option(`${flag} <time>`, description).argParser((text) => parseDurationMs(text, flag));
}

function bytes(flag: string, description: string): Option {
  return new Option(`${flag} <bytes>`, description).argParser((text) => parseBytes(text, flag));
}

function collect(text: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), text];
}
