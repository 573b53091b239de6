// `npm run demo`: sets the machine up and runs an example that grows and shrinks in all resources.
import { spawnSync } from 'node:child_process';
import { runScript, setUp } from './setup.js';
import { projectDir, toolEnv } from './step.js';

await runScript(async () => {
  await setUp({ forTests: false });
  const args = ['bin/limber.js', 'run', 'examples/demo.py', ...process.argv.slice(2)];
  process.stdout.write(`\n$ npx limber ${args.slice(1).join(' ')}\n`);
  const { status } = spawnSync('node', args, { cwd: projectDir, env: toolEnv, stdio: 'inherit' });
  return status ?? 1;
});
