import { Option, type Command } from 'commander';
import { ERRORS } from '#model/errors.ts';
import type { RunnableKind } from '#model/execution.ts';
import type { Handlers, Surroundings } from './handlers.ts';
import { helpEnding } from './help-text.ts';
import { runtimeOption } from './pod-options.ts';
import { RUN_REPORT_FORMATS, type RunReportFormat } from './run-report-format.ts';

type JsonFlag = { readonly json?: boolean };
type RawDoctor = JsonFlag & {
  readonly kubernetes?: boolean;
  readonly operator?: boolean;
  readonly microvm?: boolean;
};
type RawGc = JsonFlag & {
  readonly dryRun?: boolean;
  readonly orphans?: boolean;
  readonly runtime?: RunnableKind;
};

/** `ps`, `show`, `explain` and `logs`: what the store remembers. */
export function addReadingCommands(
  program: Command,
  handlers: Handlers,
  { ended }: Surroundings,
): void {
  reader(program, 'ps', 'list the runs of now, or all', [
    ['limber ps', 'what runs now'],
    ['limber ps --all', 'what ran before, too'],
    ['limber logs $(limber ps --all --quiet | head -1)', 'the output of the newest'],
  ])
    .option('-a, --all', 'past runs too')
    .option('-q, --quiet', 'only the ids, one a line')
    .action(async (raw: JsonFlag & { all?: boolean; quiet?: boolean }) => {
      const { all = false, quiet = false, json = false } = raw;
      ended(await handlers.ps({ all, quiet, json }));
    });
  reader(program, 'show', 'the facts of one run', [
    ['limber show last', 'the newest run'],
    ['limber show 0xd4 --json', 'the beginning of an id is enough'],
  ])
    .argument('<id>', RUN_ID)
    .action(async (id: string, { json = false }: JsonFlag) =>
      ended(await handlers.show({ id, json })),
    );
  reader(program, 'explain', 'why each resize happened, in sentences', [
    ['limber explain last', 'the newest run; series of like resizes as one'],
    ['limber explain 0xd4 --all', 'every resize on its own'],
  ])
    .argument('<id>', RUN_ID)
    .option('-a, --all', 'every resize on its own')
    .action(async (id: string, { all = false, json = false }: JsonFlag & { all?: boolean }) =>
      ended(await handlers.explain({ id, all, json })),
    );
  addLogs(program, handlers, ended);
  addReport(program, handlers, ended);
}

const RUN_ID = 'its id, the beginning of its id, or "last"';

function addLogs(program: Command, handlers: Handlers, ended: Surroundings['ended']): void {
  reader(program, 'logs', 'the recorded output of one run', [
    ['limber logs last', 'stdout on stdout, stderr on stderr'],
    ['limber logs 0xd4 --stderr > errors.txt', 'one of the two'],
  ])
    .argument('<id>', RUN_ID)
    .addOption(new Option('--stdout', 'only what it wrote to stdout').conflicts('stderr'))
    .addOption(new Option('--stderr', 'only what it wrote to stderr, on stdout'))
    .action(async (id: string, raw: JsonFlag & { stdout?: boolean; stderr?: boolean }) => {
      const streams = raw.stdout ? 'stdout' : raw.stderr ? 'stderr' : 'both';
      ended(await handlers.logs({ id, streams, json: raw.json ?? false }));
    });
}

/** `doctor` and `gc`: what keeps Limber in order. */
export function addCareCommands(
  program: Command,
  handlers: Handlers,
  { ended }: Surroundings,
): void {
  reader(program, 'doctor', 'check what this machine offers Limber', [
    ['limber doctor', 'what works, what does not, and what to do'],
    ['limber doctor --kubernetes', 'the same for the cluster of --runtime kubernetes'],
    ['limber doctor --microvm', 'what virtual machines need of this one'],
    ['limber doctor --kubernetes --operator', 'and for limber operator'],
  ])
    .option('--kubernetes', 'the cluster instead of this machine')
    .option('--microvm', 'what `--runtime microvm` needs of this machine')
    .option('--operator', 'what `limber operator` needs of the cluster')
    .action(async (raw: RawDoctor) => {
      const { json = false, kubernetes = false, operator = false, microvm = false } = raw;
      const options = { json, kubernetes: kubernetes || operator, operator, microvm };
      ended(await handlers.doctor(options));
    });
  reader(program, 'gc', 'clean up what ended runs left behind', [
    ['limber gc', 'also happens at the start of every run'],
    ['limber gc --dry-run', 'only say what would be removed'],
    ['limber gc --orphans', 'and end what no server will take over again'],
  ])
    .option('--dry-run', 'only say what would be removed')
    .option('--orphans', 'also end what a server that is gone left running')
    .addOption(runtimeOption())
    .action(async ({ json = false, dryRun = false, orphans = false, runtime }: RawGc) =>
      ended(await handlers.gc({ json, dryRun, orphans, ...(runtime && { runtime }) })),
    );
}

function addReport(program: Command, handlers: Handlers, ended: Surroundings['ended']): void {
  program
    .command('report')
    .summary('one run as one file, with pictures')
    .description(
      'One run as one file that needs nothing else: use and allocation over time, each resize with its ' +
        'reason, phases, and the source with the time that was spent in it.',
    )
    .argument('<id>', RUN_ID)
    .addOption(
      new Option('--format <format>', 'default: by the ending of the file, else html').choices(
        RUN_REPORT_FORMATS,
      ),
    )
    .option('-o, --output <file>', 'a file instead of stdout')
    .addHelpText(
      'after',
      helpEnding({
        examples: [
          ['limber report last -o run.html', 'to attach to a ticket'],
          ['limber report 0xd4 --format svg > run.svg', 'the pictures alone'],
          ['limber report last --format json | jq .sentences', 'everything, for programs'],
        ],
        runs: false,
        codes: [[String(ERRORS['report-unwritable'].exitCode), 'the file cannot be written']],
      }),
    )
    .action(async (id: string, raw: { format?: RunReportFormat; output?: string }) => {
      const { output } = raw;
      const format = raw.format ?? formatOf(output);
      ended(await handlers.report({ id, format, ...(output !== undefined && { output }) }));
    });
}

function formatOf(output = ''): RunReportFormat {
  return RUN_REPORT_FORMATS.find((format) => output.endsWith(`.${format}`)) ?? 'html';
}

type Examples = readonly (readonly [string, string])[];

function reader(program: Command, name: string, what: string, examples: Examples): Command {
  return program
    .command(name)
    .summary(what)
    .description(`${what.charAt(0).toUpperCase()}${what.slice(1)}.`)
    .option('--json', 'print JSON')
    .addHelpText('after', helpEnding({ examples, runs: false }));
}
