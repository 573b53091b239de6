// Everything that a fresh machine needs before Limber runs. Plain JavaScript without packages:
// it runs under the Node that is there (20 or newer), before anything is installed.
import { fileURLToPath } from 'node:url';
import { buildDist } from './setup/dist.js';
import { installDebianPackages } from './setup/debian-packages.js';
import { installNpmPackages } from './setup/npm-packages.js';
import { StepFailed, step } from './step.js';

/** @param {{ forTests: boolean }} scope tests need a few more Debian packages than a run does */
export async function setUp({ forTests }) {
  await step('npm packages', installNpmPackages);
  await step('Debian packages', () => installDebianPackages({ forTests }));
  await step('build', buildDist);
}

/**
 * Runs a script's main function; a StepFailed is told in its own words, without a stack.
 * @param {() => Promise<number>} main resolves to the exit code
 */
export async function runScript(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    process.stderr.write(`\n${error.message}\n`);
    process.exitCode = 1;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await runScript(async () => {
    await setUp({ forTests: process.argv.includes('--for-tests') });
    return 0;
  });
}
