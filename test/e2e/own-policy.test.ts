import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { requires } from '../capabilities.ts';
import { test } from './box.ts';

const GUIDE = readFileSync(
  join(import.meta.dirname, '../../docs/guides/write-a-policy.md'),
  'utf8',
);
const EXAMPLE = /```js\n(.*?)```/s.exec(GUIDE)?.[1] ?? '';

test("the guide's example decides about a real run", async ({ box, skip }) => {
  requires({ skip }, 'cgroup-v1');
  box.write('tracking.mjs', EXAMPLE);
  const { exitCode, stderr, summary } = await box.run([
    ...['--policy', './tracking.mjs', '--memory', '64Mi'],
    ...[box.program('grow.py'), '200'],
  ]);
  expect([exitCode, summary?.outcome], stderr).toEqual([0, 'succeeded']);
  expect(summary?.policy).toBe(join(box.current, 'tracking.mjs'));
  const decisions = summary?.decisions ?? [];
  expect(decisions.flatMap(({ reasons }) => reasons).at(-1)?.signal).toBe('memory.tracking');
  expect(Math.max(...decisions.map(({ to }) => to.memoryBytes))).toBeGreaterThan(200 * 2 ** 20);
  const explained = await box.limber(['explain', 'last']);
  expect(explained.stdout.toString()).toMatch(/used \d+ MiB of late/);
});

const FAULTS = [
  ['throws', 'throw new Error("no idea")', 'no idea'],
  [
    'answers nonsense',
    'return { allocation: { cpuCores: NaN } }',
    'expected a number of at least 0',
  ],
  ['answers later', 'return Promise.resolve()', 'expected an object with an allocation'],
] as const;

test.for(FAULTS)(
  'one that %s is replaced, and the run goes on',
  async ([, body, problem], { box, skip }) => {
    requires({ skip }, 'cgroup-v1');
    box.write('faulty.mjs', `export const createPolicy = () => ({ decide() { ${body} } });`);
    const args = ['--policy', './faulty.mjs', '--memory', '64Mi', box.program('grow.py'), '200'];
    const { exitCode, stderr, summary } = await box.run(args);
    expect([exitCode, summary?.outcome], stderr).toEqual([0, 'succeeded']);
    const notes = summary?.notes.filter(({ code }) => code === 'policy-failed') ?? [];
    expect(notes).toHaveLength(1);
    expect(notes[0]?.text).toContain(problem);
    expect(stderr).toContain('predictive took over');
  },
);

test('a package that is installed beside the program is found', async ({ box, skip }) => {
  requires({ skip }, 'cgroup-v1');
  const folder = join(box.current, 'node_modules', 'still');
  mkdirSync(folder, { recursive: true });
  box.write('node_modules/still/package.json', '{"name":"still","main":"index.cjs"}');
  box.write('node_modules/still/index.cjs', 'exports.createPolicy = () => ({ decide() {} });');
  const { exitCode, summary } = await box.run(['--policy', 'still', box.program('grow.py'), '20']);
  expect([exitCode, summary?.policy, summary?.decisions]).toEqual([0, 'still', []]);
});

test('what is no policy refuses the run and says why', async ({ box }) => {
  box.write('empty.mjs', 'export const nothing = 1;');
  box.write('broken.mjs', 'export const = 1;');
  const script = box.program('grow.py');
  const problems = {
    './empty.mjs': 'exports no function createPolicy',
    './broken.mjs': 'the module cannot be loaded',
    './absent.mjs': 'Cannot find module',
    predictve: 'Expected predictive, threshold, static, unlimited, a path such as ./mine.ts',
  };
  for (const [policy, problem] of Object.entries(problems)) {
    const { exitCode, stderr } = await box.run(['--policy', policy, script, '20']);
    expect([exitCode, stderr]).toEqual([78, expect.stringContaining(problem)]);
  }
});
