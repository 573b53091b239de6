import { StepFailed, run, step } from '../../scripts/step.js';
import type { Suite } from './verdict.ts';

const FORMAT = ['--check', '--log-level=warn', '--no-error-on-unmatched-pattern'];
const FORMATTED = [
  'src',
  'test',
  'bench',
  'scripts',
  'bin',
  'docs',
  'dashboard',
  '*.{ts,json,jsonc,cjs,md}',
];

/** What is looked at without being run, and the command that looks. */
const CHECKS: readonly { readonly name: string; readonly line: readonly string[] }[] = [
  { name: 'types', line: ['tsc', '-p', 'tsconfig.json'] },
  { name: 'types of the dashboard', line: ['tsc', '-p', 'dashboard/tsconfig.json'] },
  { name: 'lint', line: ['oxlint', '--deny-warnings'] },
  { name: 'format', line: ['prettier', ...FORMAT, ...FORMATTED] },
  { name: 'stages', line: ['node', 'test/pipeline/check-stages.ts'] },
  { name: 'unused code', line: ['knip', '--tsConfig', 'tsconfig.knip.json'] },
];

/** Runs every check, two at a time, and counts each as one test. */
export async function runChecks(): Promise<Suite> {
  const waiting = [...CHECKS];
  const failures: string[] = [];
  const work = async (): Promise<void> => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      const problem = await problemOf(check);
      if (problem !== undefined) failures.push(problem);
    }
  };
  await Promise.all([work(), work()]);
  for (const failure of failures) process.stdout.write(`\n${failure}\n\n`);
  const failed = failures.length;
  const counts = {
    passed: CHECKS.length - failed,
    failed,
    skipped: [],
    failures: failures.map((failure) => failure.trim().split('\n', 1)[0]!),
    flaky: [],
    capabilities: [],
  };
  return { name: 'checks', counts };
}

async function problemOf({ name, line }: (typeof CHECKS)[number]): Promise<string | undefined> {
  const [command = '', ...args] = line;
  try {
    await step(name, async () => {
      await run({ command, args });
      return 'clean';
    });
    return undefined;
  } catch (error) {
    if (error instanceof StepFailed) return error.message;
    throw error;
  }
}
