import { writeFileSync } from 'node:fs';
import { planText } from '#cli/plan-text.ts';
import { report } from '#cli/report.ts';
import type { RunOptions } from '#cli/run-options.ts';
import { styleFor } from '#cli/style.ts';
import { describe } from '#model/errors.ts';
import type { LaunchSpec } from '#model/launch.ts';
import type { RunSummary } from '#model/summary.ts';
import type { CompletedRun, PreparedRun } from '#loop/run-execution.ts';
import type { CapacityLedger } from '#loop/act.ts';
import type { Managed } from '#loop/managed.ts';
import { obey } from '#loop/obey.ts';
import { runExecution } from '#loop/run-execution.ts';
import { admit } from './admit.ts';
import { checkPaths } from './check-paths.ts';
import { controlPath, openControl } from './control/server.ts';
import { closeEngine, type Engine, type Environment } from './engine.ts';
import { openEngineFor } from './open-engine.ts';
import { prepareRun } from './prepare-run.ts';
import { openRecording } from './recording.ts';
import { passSignals } from './signals.ts';
import { sweep } from './sweep.ts';
import { openTerminal, type Terminal } from './terminal.ts';

/** `limber run`: the whole way of the data for one program, in the foreground. */
export async function run(options: RunOptions, env: Environment): Promise<number> {
  checkPaths(options);
  const engine = await openEngineFor(options.runtime, env);
  const terminal = openTerminal(options.report);
  try {
    for (const text of await sweep(engine)) terminal.say(text);
    const prepare = () => prepareRun(engine, options, { env, stdin: stdinOf(options) });
    let prepared = await prepare();
    if (options.dryRun) return showPlan(engine, prepared);
    let completed = await execute(engine, await admit(engine, prepared), terminal);
    if (options.retryLost && completed.summary.outcome === 'lost') {
      const { execution: id } = completed.summary;
      terminal.say(`limber: ${describe('run-again', { id, problem: completed.exit.lost ?? '' })}`);
      prepared = await prepare();
      completed = await execute(engine, await admit(engine, prepared), terminal);
    }
    tell(options, prepared, completed, terminal);
    return completed.summary.exitCode;
  } finally {
    await terminal.close();
    closeEngine(engine);
  }
}

function stdinOf({ stdinPath }: RunOptions): LaunchSpec['stdin'] {
  return stdinPath === undefined ? 'inherit' : { path: stdinPath };
}

/** admit → launch → loop → record → learn. */
async function execute(
  engine: Engine,
  prepared: PreparedRun,
  terminal: Terminal,
): Promise<CompletedRun> {
  const recording = openRecording(engine, prepared, {
    warn: (problem) => terminal.say(`limber: ${describe('record-incomplete', { problem })}`),
  });
  const { enforcement } = engine.runtime;
  if (enforcement.kind === 'observe')
    terminal.say(`limber: ${describe('observe-only', enforcement)}`);
  const signals = passSignals();
  let closeControl = (): void => {};
  try {
    const completed = await runExecution(prepared, {
      runtime: engine.runtime,
      controller: engine.controller,
      sinks: terminal.sinks,
      log: recording.log,
      observer(event) {
        recording.observe(event);
        terminal.observe(event);
      },
      onRunning(instance, endings, managed) {
        signals.attach(instance, endings);
        const end = (): void => endings.end('cancelled', 'ask');
        closeControl = listen(engine, prepared, { managed, end }, terminal);
      },
    });
    recording.finish(completed);
    return completed;
  } catch (error) {
    recording.abandon(error);
    throw error;
  } finally {
    closeControl();
    signals.detach();
    recording.close();
  }
}

function listen(
  { paths, ledger }: Engine,
  { id, settings }: PreparedRun,
  { managed, end }: { readonly managed: Managed; readonly end: () => void },
  terminal: Terminal,
): () => void {
  const books: CapacityLedger = {
    reserve: (instanceId, wanted) => ledger.reserve(instanceId, wanted).granted,
    shrink: (instanceId, to) => ledger.shrink(instanceId, to),
  };
  return openControl(
    controlPath(paths.runtime, id),
    (request) => obey(managed, request, { ledger: books, settings, end }),
    (problem) => terminal.say(`limber: ${describe('record-incomplete', { problem })}`),
  );
}

function showPlan({ runtime }: Engine, prepared: PreparedRun): number {
  const { spec, initialReasons, submission, profile } = prepared;
  const { enforcement } = runtime;
  const title = spec.argv.join(' ');
  const plan = {
    title,
    submission,
    profile,
    initial: prepared.initial,
    initialReasons,
    enforcement,
  };
  process.stdout.write(planText(plan, styleFor(process.stdout)));
  return 0;
}

function tell(
  options: RunOptions,
  prepared: PreparedRun,
  { summary, timeline, exit }: CompletedRun,
  terminal: Terminal,
): void {
  terminal.stop();
  if (!exit.started) terminal.say(notStarted(prepared, summary));
  tellEnd(options, { summary, timeline }, terminal);
}

/** The summary and the report, where they were asked for. */
export function tellEnd(
  options: RunOptions,
  { summary, timeline }: Pick<CompletedRun, 'summary' | 'timeline'>,
  terminal: Terminal,
): void {
  writeSummary(options, summary);
  terminal.stop();
  if (options.report === 'json') terminal.say(JSON.stringify(summary));
  if (options.report === 'text') terminal.say(report(summary, timeline, styleFor(process.stderr)));
}

function notStarted({ spec }: PreparedRun, { exitCode }: RunSummary): string {
  return `limber: the sandbox could not start ${spec.argv[0]} (exit code ${exitCode}); the line above says why.`;
}

function writeSummary({ summaryPath }: RunOptions, summary: RunSummary): void {
  if (summaryPath !== undefined)
    writeFileSync(summaryPath, `${JSON.stringify(summary, null, 2)}\n`);
}
