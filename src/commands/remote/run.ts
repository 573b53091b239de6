import type { LimberClient, Execution, Foreseen } from '#client/index.ts';
import { foreseenText } from '#cli/foreseen-text.ts';
import type { ServerAddress } from '#cli/handlers.ts';
import type { RunOptions } from '#cli/run-options.ts';
import { styleFor } from '#cli/style.ts';
import { LimberError } from '#model/errors.ts';
import type { RunSummary, TimelinePoint } from '#model/summary.ts';
import { checkPaths } from '../check-paths.ts';
import { tellEnd } from '../run.ts';
import { openTerminal } from '../terminal.ts';
import { cancelOnSignals } from './cancel-on-signals.ts';
import { connect, translated } from './connect.ts';
import { executionOf } from './execution-of.ts';
import { feedInput } from './feed-input.ts';
import { showEvents } from './show-events.ts';

/** `limber --server URL run`: as if the program ran here. */
export function remoteRun(at: ServerAddress, options: RunOptions): Promise<number> {
  return translated(async () => {
    checkPaths(options);
    const asked = executionOf(options);
    const terminal = openTerminal(options.report);
    try {
      const client = await connect(at, terminal.say);
      if (options.dryRun) return showForeseen(await client.executions.foresee(asked), options);
      const { id } = await client.executions.create(asked);
      const { execution, timeline } = await follow(client, id, options, terminal);
      const summary = summaryOf(execution);
      tellEnd(options, { summary, timeline }, terminal);
      return summary.exitCode;
    } finally {
      await terminal.close();
    }
  });
}

async function follow(
  client: LimberClient,
  id: string,
  { stdinPath }: RunOptions,
  terminal: ReturnType<typeof openTerminal>,
): Promise<{ readonly execution: Execution; readonly timeline: readonly TimelinePoint[] }> {
  const signals = cancelOnSignals(client, id, terminal.say);
  const over = new AbortController();
  try {
    const feeding = feedInput(client, id, { path: stdinPath, signal: over.signal });
    const timeline = await showEvents(client.executions.events(id), terminal);
    over.abort();
    await feeding;
    return { execution: await client.executions.wait(id), timeline };
  } finally {
    over.abort();
    signals.detach();
  }
}

function showForeseen(foreseen: Foreseen, { program }: RunOptions): number {
  const argv = program.kind === 'command' ? program.argv : [program.path, ...program.args];
  process.stdout.write(foreseenText(argv.join(' '), foreseen, styleFor(process.stdout)));
  return 0;
}

/** Without one the program never ran, or nobody knows how it ended. */
function summaryOf({ id, outcome = 'failed', text, summary }: Execution): RunSummary {
  if (summary) return summary as RunSummary;
  const problem = (text ?? 'the server does not say why').replace(/\.$/, '');
  throw new LimberError('never-ran', { id, outcome, problem });
}
