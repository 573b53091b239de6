// `npm test`: sets the machine up, then hands over to the pipeline, which needs Node 24.
import { setUp } from './setup.js';
import { StepFailed, handOver } from './step.js';

const LAST_LINE_WITHOUT_SET_UP = '0 passed, 1 failed';

process.exitCode = (await isSetUp()) ? await runPipeline() : 1;

async function isSetUp() {
  try {
    await setUp({ forTests: true });
    return true;
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    process.stdout.write(`\n${error.message}\n${LAST_LINE_WITHOUT_SET_UP}\n`);
    return false;
  }
}

function runPipeline() {
  const args = ['--conditions=limber-source', 'test/pipeline/main.ts', ...process.argv.slice(2)];
  return handOver(args);
}
