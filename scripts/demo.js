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
  const port = await new Promise((resolve, reject) => {
    let text = '';
    // Listening on, rather than leaving a loop over it, keeps the server's stdout open.
    child.stdout.on('data', (chunk) => {
      text += String(chunk);
      const found = /listening on (\d+)\n/.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once('close', () => reject(new Error('examples/server.py ended before it listened')));
  });
  return { child, port: String(port) };
}
