// `npm test`: sets the machine up, then hands over to the pipeline, which needs Node 24.
import { spawnSync } from 'node:child_process';
import { runScript, setUp } from './setup.js';
import { projectDir, toolEnv } from './step.js';

await runScript(async () => {
  await setUp({ forTests: true });
  const args = ['--conditions=limber-source', 'test/pipeline/main.ts', ...process.argv.slice(2)];
  const { status } = spawnSync('node', args, { cwd: projectDir, env: toolEnv, stdio: 'inherit' });
  return status ?? 1;
});
