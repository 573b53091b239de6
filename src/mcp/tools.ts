import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { ExecutionEvent, LimberClient } from '#client/index.ts';
import { explain } from '#explain/sentence.ts';
import packageJson from '#package.json' with { type: 'json' };
import { answer, answered } from './answer.ts';
import { runCode } from './run-code.ts';
import { decisionsIn, textOf, viewOf } from './run-view.ts';
import {
  analyzeCodeInput,
  explainInput,
  listRunsInput,
  resizeInput,
  runCodeInput,
  showRunInput,
  stopRunInput,
} from './schemas.ts';

const INSTRUCTIONS =
  'Runs code in a sandbox that is given the CPU, memory and network it needs while it runs. ' +
  'run_code answers with its output, its outcome and why it was resized. A run that was not waited ' +
  'for is looked at with show_run, resized with resize, explained with explain, ended with stop_run.';

/** A server of the Model Context Protocol whose tools are done by what the client reaches. */
export function createMcpServer(client: LimberClient): McpServer {
  const info = { name: 'limber', title: 'Limber', version: packageJson.version };
  const server = new McpServer(info, { instructions: INSTRUCTIONS });
  addRunning(server, client);
  addReading(server, client);
  addSteering(server, client);
  return server;
}

function addRunning(server: McpServer, client: LimberClient): void {
  server.registerTool(
    'run_code',
    {
      title: 'Run code',
      description:
        'Runs code (with its language), a command, or files with an entry, in a sandbox without network ' +
        'unless asked for. Answers with stdout, stderr, exit code, outcome and every resize with its reason.',
      inputSchema: runCodeInput,
      annotations: { destructiveHint: false, openWorldHint: true },
    },
    (input, asked) => answered(() => runCode(client, input, asked)),
  );
  server.registerTool(
    'stop_run',
    {
      title: 'Stop a run',
      description: 'Ends a run: SIGTERM, and SIGKILL after its grace time.',
      inputSchema: stopRunInput,
      annotations: { destructiveHint: true, idempotentHint: true },
    },
    ({ id }) =>
      answered(async () => {
        await client.executions.cancel(id);
        const view = await viewOf(client, await client.executions.wait(id));
        return answer(textOf(view), view);
      }),
  );
}

function addReading(server: McpServer, client: LimberClient): void {
  const annotations = { readOnlyHint: true };
  server.registerTool(
    'list_runs',
    {
      title: 'List runs',
      description: 'Runs, newest first.',
      inputSchema: listRunsInput,
      annotations,
    },
    (input) =>
      answered(async () => {
        const { executions } = await client.executions.page(input);
        const runs = executions.map(({ id, state, outcome, exitCode, createdAt, labels }) => ({
          ...{ id, state, outcome, exitCode, createdAt, labels },
        }));
        const lines = runs.map(({ id, state, outcome, createdAt }) =>
          [id, createdAt, outcome ?? state].join('  '),
        );
        return answer(lines.join('\n') || 'There are none.', { runs });
      }),
  );
  server.registerTool(
    'show_run',
    {
      title: 'Show a run',
      description: 'How a run goes or ended: output so far, size, usage.',
      inputSchema: showRunInput,
      annotations,
    },
    ({ id }) =>
      answered(async () => {
        const view = await viewOf(client, await client.executions.get(id));
        return answer(textOf(view), view);
      }),
  );
  server.registerTool(
    'explain',
    {
      title: 'Explain a run',
      description: 'Why a run began with its size, why each resize happened, and why it ended.',
      inputSchema: explainInput,
      annotations,
    },
    ({ id, all }) =>
      answered(async () => {
        const { state, outcome } = await client.executions.get(id);
        const events = await eventsOf(client, id);
        const begun = beginning(events);
        const resizes = explain(decisionsIn(events), { all });
        const notes = events.flatMap((event) => (event.kind === 'note' ? [event.data.text] : []));
        const lines = [...begun, ...resizes, ...notes, `It ${outcome ?? `is ${state}`}.`];
        return answer(lines.join('\n'), { id, state, outcome, beginning: begun, resizes, notes });
      }),
  );
  server.registerTool(
    'analyze_code',
    {
      title: 'Analyze code',
      description:
        'Complexity and likely demand of code without running it: growth, loops, recursion, memory, CPU.',
      inputSchema: analyzeCodeInput,
      annotations,
    },
    (input) =>
      answered(async () => {
        const analysis = await client.analyze(input);
        return answer(JSON.stringify(analysis), analysis);
      }),
  );
}

function addSteering(server: McpServer, client: LimberClient): void {
  server.registerTool(
    'resize',
    {
      title: 'Resize a run',
      description:
        'Gives a running run this size; it keeps it from then on. Answers with what was accepted and what is in force.',
      inputSchema: resizeInput,
      annotations: { destructiveHint: false, idempotentHint: true },
    },
    ({ id, dryRun, ...sizes }) =>
      answered(async () => {
        const resized = await client.executions.resize(id, sizes, { dryRun });
        return answer(`${resized.state}: ${resized.text}`, resized);
      }),
  );
}

async function eventsOf(client: LimberClient, id: string): Promise<readonly ExecutionEvent[]> {
  const kinds = ['state', 'decision', 'note'] as const;
  const events: ExecutionEvent[] = [];
  for await (const event of client.executions.events(id, { kinds, follow: false }))
    events.push(event);
  return events;
}

function beginning(events: readonly ExecutionEvent[]): readonly string[] {
  return events.flatMap((event) =>
    event.kind === 'state'
      ? (event.data.initialReasons ?? []).map((why) => `First size: ${why}.`)
      : [],
  );
}
