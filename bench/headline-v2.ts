import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { GUEST_OUT, runInUml } from '../test/uml/run-in-uml.ts';

const RESULT = 'headline-v2.json';
const SMALLER = ['--grow-megabytes', '400', '--cpu-seconds', '1', '--no-network'];

/** The headline on cgroup v2: the same programs, smaller, in User Mode Linux with its one CPU. */
export async function bench(args: readonly string[]): Promise<void> {
  const outDir = mkdtempSync(join(tmpdir(), 'limber-bench-'));
  const job = ['bench/run.ts', 'headline', '--name', 'headline-v2', ...SMALLER, ...args];
  try {
    const { kind, exitCode } = await runInUml({
      command: ['node', '--conditions=limber-source', ...job],
      outDir,
      env: { LIMBER_BENCH_RESULTS: GUEST_OUT },
      deadlineMs: 1_200_000,
    });
    if (kind !== 'ended') process.stderr.write(`the guest did not end by itself: ${kind}\n`);
    process.exitCode = exitCode;
    if (exitCode === 0)
      copyFileSync(join(outDir, RESULT), resolve(import.meta.dirname, 'results', RESULT));
  } finally {
    rmSync(outDir, { recursive: true });
  }
}
