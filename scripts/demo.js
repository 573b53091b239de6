// `npm run demo`: sets the machine up and runs an example that grows and shrinks in all resources.
import { spawn } from 'node:child_process';
import { getuid } from 'node:process';
import { runScript, setUp } from './setup.js';
import { handOver, projectDir, toolEnv } from './step.js';

const DOWNLOAD_BYTES = 400_000_000;

await runScript(async () => {
  await setUp({ forTests: false });
  // A network of its own needs root; without, the example leaves its download out.
  const server = getuid?.() === 0 ? await startServer() : undefined;
  try {
    const args = ['bin/limber.js', 'run', 'examples/demo.py', ...networkArgs(server?.port)];
    process.stdout.write(`\n$ npx limber ${args.slice(1).join(' ')}\n`);
    return await handOver(args);
  } finally {
    server?.child.kill();
  }
});

/** @param {string | undefined} port */
function networkArgs(port) {
  if (port === undefined) return [];
  const url = `http://host.limber.internal:${port}/bytes/${DOWNLOAD_BYTES}`;
  return ['--host-port', port, '--max-network', '2G', '--', url];
}

/** The server that the example downloads from, on a free port of the loopback address. */
async function startServer() {
  const child = spawn('python3', ['examples/server.py', '0'], {
    cwd: projectDir,
    env: toolEnv,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of child.stdout) {
    const port = /listening on (\d+)/.exec(String(line))?.[1];
    if (port !== undefined) return { child, port };
  }
  throw new Error('examples/server.py ended before it listened');
}
