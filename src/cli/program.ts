import { Command, Option } from 'commander';
import { COMPLETION_SHELLS, type CompletionShell, type Handlers } from './handlers.ts';
import { completionScript } from './completion/script.ts';
import { helpEnding } from './help-text.ts';
import { addRunOptions } from './run-command.ts';
import { toRunOptions, type RawRunOptions } from './run-options.ts';

/** Where the command line meets its process. */
export type Surroundings = {
  readonly version: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Takes the exit code of the command that ran. */
  readonly ended: (exitCode: number) => void;
  readonly write: (text: string) => void;
};

/** Commander's definitions of all commands; each parses, validates and calls its handler. */
export function buildProgram(handlers: Handlers, surroundings: Surroundings): Command {
  const program = new Command('limber')
    .description('Runs code that nobody has run before and sizes it while it runs.')
    .version(surroundings.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ writeOut: surroundings.write, writeErr: () => {} })
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .addHelpText('after', helpEnding({ examples: PROGRAM_EXAMPLES, runs: false }));
  addRun(program, handlers, surroundings);
  addAnalyze(program, handlers, surroundings);
  addReaders(program, handlers, surroundings);
  addCare(program, handlers, surroundings);
  addCompletion(program, surroundings);
  return program;
}

const PROGRAM_EXAMPLES = [
  ['limber run job.py', 'run a script, sized while it runs'],
  ['limber run -- make -j8', 'run any command'],
  ['limber analyze job.py', 'what the code looks like before it runs'],
  ['limber explain last', 'why the last run was resized'],
] as const;

function addRun(program: Command, handlers: Handlers, { env, ended }: Surroundings): void {
  const command = program
    .command('run')
    .summary('run a script or a command, sized while it runs')
    .description(
      'Runs a script or a command in a sandbox and gives it the CPU, memory and network it needs ' +
        'while it runs. Output, input, signals and the exit code are those of the program.',
    )
    .addHelpText('after', helpEnding({ examples: RUN_EXAMPLES, runs: true }));
  addRunOptions(command);
  command.action(async () => {
    const options = toRunOptions(splitAtDashes(command), command.opts<RawRunOptions>(), env);
    ended(await handlers.run(options));
  });
}

const RUN_EXAMPLES = [
  ['limber run job.py input.txt', 'a script with an argument'],
  ['limber run job.py -- --verbose', 'what follows -- goes to the program as it is'],
  ['limber run -- make -j8', 'any command'],
  ['limber run job.py --max-memory 4Gi --max-cpu 2 --timeout 10m', ''],
  ['limber run fetch.py --network egress --max-network 100M', ''],
  ['limber run job.py --policy static --memory 1Gi --summary run.json', ''],
] as const;

/** Commander takes `--` away; only the raw arguments still tell what stood behind it. */
function splitAtDashes(command: Command) {
  const rawArgs = (command.parent as (Command & { rawArgs: string[] }) | null)?.rawArgs ?? [];
  const dashes = rawArgs.indexOf('--');
  if (dashes < 0) return { operands: command.args, passed: undefined };
  const passed = rawArgs.slice(dashes + 1);
  return { operands: command.args.slice(0, command.args.length - passed.length), passed };
}

function addAnalyze(program: Command, handlers: Handlers, { ended }: Surroundings): void {
  program
    .command('analyze')
    .summary('what the code looks like before it runs')
    .description(
      'Shows the complexity of a file or folder and the size that it calls for. Runs nothing.',
    )
    .argument('<file>', 'a source file or a folder')
    .addOption(
      new Option('--format <format>', 'how to print').choices(['text', 'json']).default('text'),
    )
    .option('--json', 'short for --format json')
    .addHelpText('after', helpEnding({ examples: ANALYZE_EXAMPLES, runs: false }))
    .action(async (path: string, raw: { format: 'text' | 'json'; json?: boolean }) => {
      ended(await handlers.analyze({ path, format: raw.json ? 'json' : raw.format }));
    });
}

const ANALYZE_EXAMPLES = [
  ['limber analyze job.py', 'functions by cost, class, sizes, demand'],
  ['limber analyze src --format json', 'a folder, for another program'],
] as const;

type JsonFlag = { readonly json?: boolean };

function addReaders(program: Command, handlers: Handlers, { ended }: Surroundings): void {
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

function addCare(program: Command, handlers: Handlers, { ended }: Surroundings): void {
  reader(program, 'doctor', 'check what this machine offers Limber', [
    ['limber doctor', 'what works, what does not, and what to do'],
  ]).action(async ({ json = false }: JsonFlag) => ended(await handlers.doctor({ json })));
  reader(program, 'gc', 'clean up what ended runs left behind', [
    ['limber gc', 'also happens at the start of every run'],
    ['limber gc --dry-run', 'only say what would be removed'],
  ])
    .option('--dry-run', 'only say what would be removed')
    .action(async ({ json = false, dryRun = false }: JsonFlag & { dryRun?: boolean }) =>
      ended(await handlers.gc({ json, dryRun })),
    );
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

const COMPLETION_EXAMPLES = [
  ['source <(limber completion bash)', 'this shell; in ~/.bashrc: every shell'],
  ['limber completion zsh > "${fpath[1]}/_limber"', ''],
  ['limber completion fish > ~/.config/fish/completions/limber.fish', ''],
  ['limber completion powershell | Out-String | Invoke-Expression', ''],
] as const;

function addCompletion(program: Command, { ended, write }: Surroundings): void {
  program
    .command('completion')
    .summary('print the completion script of a shell')
    .description('Prints the script that makes a shell complete commands, options and run ids.')
    .addArgument(program.createArgument('<shell>', 'the shell').choices(COMPLETION_SHELLS))
    .addHelpText('after', helpEnding({ examples: COMPLETION_EXAMPLES, runs: false }))
    .action((shell: CompletionShell) => {
      write(completionScript(program, shell));
      ended(0);
    });
}
