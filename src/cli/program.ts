import { Command } from 'commander';
import { addAnalyze } from './analyze-command.ts';
import {
  COMPLETION_SHELLS,
  type CompletionShell,
  type Handlers,
  type Surroundings,
} from './handlers.ts';
import { addImage } from './image-command.ts';
import { addHistory } from './history-command.ts';
import { completionScript } from './completion/script.ts';
import { addControlCommands } from './control-commands.ts';
import { helpEnding } from './help-text.ts';
import { addCareCommands, addReadingCommands } from './record-commands.ts';
import { chooseServer } from './choose-server.ts';
import { addNodeAgent } from './node-agent-command.ts';
import { addOperator } from './operator-command.ts';
import { addServiceCommands } from './service-commands.ts';
import { addRunOptions } from './run-command.ts';
import { addLiveCommands } from './live-commands.ts';
import { addReplay, addSimulate } from './simulate-command.ts';
import { toRunOptions, type RawRunOptions } from './run-options.ts';

/** Commander's definitions of all commands; each parses, validates and calls its handler. */
export function buildProgram(handlers: Handlers, surroundings: Surroundings): Command {
  const chosen = { ...handlers };
  const program = new Command('limber')
    .description('Runs code that nobody has run before and sizes it while it runs.')
    .version(surroundings.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .option('--server <url>', 'run it on a limber serve there (key: LIMBER_API_KEY)')
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ writeOut: surroundings.write, writeErr: () => {} })
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .addHelpText('after', helpEnding({ examples: PROGRAM_EXAMPLES, runs: false }));
  program.hook('preAction', (_, command) => chooseServer(command, chosen, surroundings));
  addRun(program, chosen, surroundings);
  addAnalyze(program, chosen, surroundings);
  addReadingCommands(program, chosen, surroundings);
  addLiveCommands(program, chosen, surroundings);
  addHistory(program, chosen, surroundings);
  addControlCommands(program, chosen, surroundings);
  addReplay(program, chosen, surroundings);
  addSimulate(program, chosen, surroundings);
  addServiceCommands(program, chosen, surroundings);
  addOperator(program, chosen, surroundings);
  addNodeAgent(program, chosen, surroundings);
  addImage(program, chosen, surroundings);
  addCareCommands(program, chosen, surroundings);
  addCompletion(program, surroundings);
  return program;
}

const PROGRAM_EXAMPLES = [
  ['limber run job.py', 'run a script, sized while it runs'],
  ['limber run -- make -j8', 'run any command'],
  ['limber analyze job.py', 'what the code looks like before it runs'],
  ['limber explain last', 'why the last run was resized'],
  ['limber --server http://box:7411 run job.py', 'the same on another machine'],
] as const;

function addRun(program: Command, handlers: Handlers, { caller, ended }: Surroundings): void {
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
    const options = toRunOptions(splitAtDashes(command), command.opts<RawRunOptions>(), caller);
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
