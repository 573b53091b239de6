import { appendFileSync } from 'node:fs';
import { createPolicy as createOwn, type PolicyConfig } from '#decide/create-policy.ts';
import type { Policy } from '#decide/policy.ts';
import { copyAhead } from '#model/ahead.ts';
import type { Reading } from './readings.ts';

const PATH = process.env['LIMBER_BENCH_READINGS'];
const BATCH = 50;

/** Decides as `predictive` does, and writes each reading down with what the code claimed then. */
export function createPolicy(config: PolicyConfig): Policy {
  const own = createOwn('predictive', config);
  const lines: string[] = [];
  const write = (): void => {
    if (PATH !== undefined && lines.length > 0) appendFileSync(PATH, lines.splice(0).join(''));
  };
  process.on('exit', write);
  return {
    name: 'recording',
    decide(input) {
      const { atMs, intervalMs, cpuCoresUsed, memoryWorkingSetBytes } = input.sample;
      const reading: Reading = {
        atMs,
        intervalMs,
        cpuCores: cpuCoresUsed,
        memoryBytes: memoryWorkingSetBytes,
        claims: copyAhead(input.ahead).claims,
      };
      lines.push(`${JSON.stringify(reading)}\n`);
      if (lines.length >= BATCH) write();
      return own.decide(input);
    },
  };
}
