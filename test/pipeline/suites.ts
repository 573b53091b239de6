import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { StepFailed, run, step, toolEnv } from '../../scripts/step.js';
import { CAPABILITIES } from '../capabilities.ts';
import { GUEST_OUT, runInUml } from '../uml/run-in-uml.ts';
import type { Counts } from './counts.ts';
import type { Suite } from './verdict.ts';

type Place = { readonly reportDir: string; readonly filters: readonly string[] };

const NOTHING: Counts = {
  passed: 0,
  failed: 0,
  skipped: [],
  failures: [],
  flaky: [],
  capabilities: [],
};
const V2_DEADLINE_MS = 25 * 60_000;
const VITEST = ['run', '--config-loader=native'];

/** Unit tests beside their sources: pure, so two files at a time. */
export function runUnitTests(place: Place): Promise<Suite> {
  return runOnThisMachine('unit', place);
}

/** End-to-end tests of the server, of clusters and of what only reads: they bear company. */
export function runServiceTests(place: Place): Promise<Suite> {
  return runOnThisMachine('service', place);
}

/** Conformance and end-to-end tests on this machine's cgroups. */
export function runOnCgroupV1(place: Place): Promise<Suite> {
  return runOnThisMachine('v1', place);
}

async function runOnThisMachine(name: string, { reportDir, filters }: Place): Promise<Suite> {
  const countsFile = join(reportDir, `${name}.json`);
  const args = [...VITEST, '--project', name, ...filters];
  const env = { ...toolEnv, LIMBER_TEST_COUNTS: countsFile };
  return attempt(name, countsFile, () => run({ command: 'vitest', args, live: true, env }));
}

/** The same conformance suite, and what only cgroup v2 shows, on a kernel that has it. */
export async function runOnCgroupV2({ reportDir, filters }: Place): Promise<Suite> {
  if (!CAPABILITIES['user-mode-linux']()) return withoutUml();
  const countsFile = join(reportDir, 'v2.json');
  const command = ['vitest', ...VITEST, '--project', 'v2', ...filters];
  return attempt('v2', countsFile, async () => {
    const { kind, exitCode, consoleFile } = await runInUml({
      command,
      outDir: reportDir,
      env: { LIMBER_TEST_COUNTS: `${GUEST_OUT}/v2.json` },
      deadlineMs: V2_DEADLINE_MS,
    });
    if (exitCode !== 0)
      throw new StepFailed(`${kind}, exit code ${exitCode}; console: ${consoleFile}`);
  });
}

async function attempt(
  name: string,
  countsFile: string,
  work: () => Promise<void>,
): Promise<Suite> {
  let problem: string | undefined;
  try {
    await step(`suite ${name}`, async () => {
      await work();
      return summary(readCounts(countsFile));
    });
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    problem = error.message;
    process.stdout.write(`${problem}\n`);
  }
  const counts = readCounts(countsFile);
  // A suite that broke off before its first failed test must not look like a passed one.
  const failed = problem === undefined ? counts.failed : Math.max(1, counts.failed);
  return { name, counts: { ...counts, failed } };
}

function readCounts(file: string): Counts {
  if (!existsSync(file))
    return { ...NOTHING, failed: 1, failures: ['it broke off before it counted'] };
  return JSON.parse(readFileSync(file, 'utf8')) as Counts;
}

function summary({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped.length} skipped`;
}

/** Counted as one skipped test; the verdict fails it where Debian could have brought the kernel. */
function withoutUml(): Suite {
  const skipped = [{ name: 'the whole suite', reason: 'needs user-mode-linux' }];
  const couldHave = CAPABILITIES.root() && CAPABILITIES['debian-12']();
  const capabilities = couldHave ? ['user-mode-linux'] : [];
  return { name: 'v2', counts: { ...NOTHING, skipped, capabilities } };
}
