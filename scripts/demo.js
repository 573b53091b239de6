// `npm run demo`: sets the machine up and runs an example that grows and shrinks in all resources.
import { runScript, setUp } from './setup.js';
import { handOver } from './step.js';

await runScript(async () => {
  await setUp({ forTests: false });
  const args = ['bin/limber.js', 'run', 'examples/demo.py', ...process.argv.slice(2)];
  process.stdout.write(`\n$ npx limber ${args.slice(1).join(' ')}\n`);
  return handOver(args);
});
