import { readFileSync } from 'node:fs';
import { resolvePaths } from '#config/paths.ts';
import { runCommandLine } from '#cli/command-line.ts';
import type { Handlers } from '#cli/handlers.ts';
import { readingCommands } from '#cli/reading-commands.ts';
import { guardStream, openOutput } from '#cli/streams.ts';
import { styleFor } from '#cli/style.ts';
import { openStore } from '#record/store.ts';

const STDOUT = 1;
const STDERR = 2;

/** The command line of Limber; resolves with the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  guardStream(process.stdout);
  guardStream(process.stderr);
  const [stdout, stderr] = [openOutput(STDOUT), openOutput(STDERR)];
  const exitCode = await runCommandLine({
    argv,
    handlers: createHandlers(),
    remote: async (at) =>
      (await import('./commands/remote/handlers.ts')).remoteHandlers(at, process.env),
    version: readVersion(),
    env: process.env,
    writeOut: (text) => void stdout.write(text),
    writeErr: (text) => void stderr.write(text),
  });
  await Promise.all([stdout.write(''), stderr.write('')]);
  return exitCode;
}

/** A command loads what it needs: half of what Limber consists of would wait for the other half. */
function createHandlers(): Handlers {
  const env = process.env;
  const reads = <Options>(pick: keyof ReturnType<typeof readingCommands>) => {
    return (options: Options) =>
      withStore((commands) => (commands[pick] as Reads<Options>)(options));
  };
  return {
    run: async (options) => (await import('./commands/run.ts')).run(options, env),
    analyze: async (options) =>
      (await import('./commands/analyze.ts')).analyzeCommand(options, env),
    simulate: async (options) =>
      (await import('./commands/simulate.ts')).simulateCommand(options, env),
    replay: async (options) => (await import('./commands/replay.ts')).replayCommand(options, env),
    ps: reads('ps'),
    show: reads('show'),
    top: async (options) => (await import('./commands/live.ts')).top(options, env),
    watch: async (options) => (await import('./commands/live.ts')).watch(options, env),
    logs: reads('logs'),
    explain: reads('explain'),
    report: async (options) => (await import('./commands/report.ts')).reportRun(options, env),
    history: async (options) => (await import('./commands/history.ts')).history(options, env),
    control: async (options) =>
      (await import('./commands/control/control.ts')).control(options, env),
    doctor: async (options) => (await import('./commands/doctor.ts')).doctor(options, env),
    serve: async (options) => (await import('./commands/serve.ts')).serve(options, env),
    key: async (options) => (await import('./commands/keys.ts')).keyCommand(options, env),
    mcp: async (options) => (await import('./commands/mcp/mcp.ts')).mcp(options, { env }),
    operator: async (options) =>
      (await import('./commands/operator.ts')).operatorCommand(options, env),
    nodeAgent: async (options) =>
      (await import('./commands/node-agent.ts')).nodeAgentCommand(options, env),
    image: async (options) => (await import('./commands/image.ts')).imageCommand(options, env),
    gc: async (options) => (await import('./commands/gc.ts')).collectGarbage(options, env),
  };
}

type Reads<Options> = (options: Options) => Promise<number> | number;

/** The reading commands need the store and nothing else of the engine. */
async function withStore(
  use: (commands: ReturnType<typeof readingCommands>) => Promise<number> | number,
): Promise<number> {
  const uid = process.getuid?.() ?? 0;
  const store = openStore(resolvePaths({ env: process.env, uid }).home);
  try {
    return await use(
      readingCommands({
        reader: store,
        stdout: openOutput(STDOUT),
        stderr: openOutput(STDERR),
        style: styleFor(process.stdout),
        nowMs: Date.now,
      }),
    );
  } finally {
    store.close();
  }
}

function readVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
