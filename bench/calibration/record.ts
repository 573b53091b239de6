import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { limberRun } from '../measure/limber-run.ts';
import type { Reading, RecordedRun } from './readings.ts';

const POLICY = resolve(import.meta.dirname, 'recording-policy.ts');

/** Each program of a folder `times` times in one home, so that its later runs have a history. */
export async function recordPrograms(folder: string, times: number): Promise<RecordedRun[]> {
  const runs: RecordedRun[] = [];
  for (const program of readdirSync(folder)) {
    const home = mkdtempSync(join(tmpdir(), 'limber-bench-'));
    try {
      for (let time = 0; time < times; time++) {
        const run = await record(join(folder, program), home, time);
        if (run !== undefined) runs.push(run);
      }
    } finally {
      rmSync(home, { recursive: true });
    }
  }
  return runs;
}

/** Undefined where the program does not run on this machine. */
async function record(
  script: string,
  home: string,
  time: number,
): Promise<RecordedRun | undefined> {
  const program = basename(script);
  const path = join(home, `readings-${time}.jsonl`);
  process.env['LIMBER_BENCH_READINGS'] = path;
  const options = ['--policy', POLICY];
  const { outcome } = await limberRun({ script, home, options, config: {} });
  if (outcome !== 'succeeded' || !existsSync(path)) {
    process.stdout.write(`calibration: ${program} ended with ${outcome} and is left out\n`);
    return undefined;
  }
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  const readings = lines.map((line) => JSON.parse(line) as Reading);
  return { id: `${program} ${time}`, group: program, readings };
}
