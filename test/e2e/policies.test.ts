import { join } from 'node:path';
import { expect } from 'vitest';
import { POLICY_NAMES } from '#model/constraints.ts';
import type { RunSummary } from '#model/summary.ts';
import { requires } from '../capabilities.ts';
import { test } from './box.ts';

const MIB = 2 ** 20;

test.for(POLICY_NAMES)(
  'a program that fits ends well under the policy %s',
  async (policy, { box, skip }) => {
    requires({ skip }, 'cgroup-v1');
    const args = ['--policy', policy, '--memory', '400Mi', box.program('grow.py'), '100'];
    const { exitCode, stdout, summary } = await box.run(args);
    expect([exitCode, stdout.toString()]).toEqual([0, 'grown 100\n']);
    expect(summary).toMatchObject({ outcome: 'succeeded', policy, mode: 'enforce' });
    expect(summary?.memory.peakBytes).toBeGreaterThan(100 * MIB);
    expect(summary?.memory.reservedByteSeconds).toBeGreaterThan(0);
    const isFixed = policy === 'static' || policy === 'unlimited';
    expect(isFixed ? summary?.decisions : []).toEqual([]);
  },
);

test('threshold grows a program of 300 MB step by step', async ({ box, skip }) => {
  requires({ skip }, 'cgroup-v1');
  const config = { factors: { memoryBytes: '32Mi' } };
  const env = {
    LIMBER_CONFIG: join(box.current, box.write('config.json', JSON.stringify(config))),
  };
  const args = ['--policy', 'threshold', '--memory', '64Mi', box.program('grow.py'), '300'];
  const { exitCode, summary } = await box.run(args, { env });
  expect([exitCode, summary?.outcome]).toEqual([0, 'succeeded']);
  const sizes = memorySizes(summary);
  expect(sizes.length).toBeGreaterThan(2);
  expect(sizes.at(-1)).toBeGreaterThan(300 * MIB);
  // High complexity adds the factor once, high usage twice.
  const steps = sizes.map((size, index) => size - (sizes[index - 1] ?? 64 * MIB));
  expect(Math.max(...steps)).toBeLessThanOrEqual(3 * 32 * MIB);
});

function memorySizes(summary: RunSummary | undefined): readonly number[] {
  return (summary?.decisions ?? [])
    .filter(({ from, to }) => to.memoryBytes > from.memoryBytes)
    .map(({ to }) => to.memoryBytes);
}
