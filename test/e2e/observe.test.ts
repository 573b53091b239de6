import { chownSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { requires } from '../capabilities.ts';
import { test, type Box, type RunEnded } from './box.ts';

const MIB = 2 ** 20;
const NOBODY = 65534;
const AS_NOBODY = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--'];
const RUNTIME = `/tmp/limber-${NOBODY}`;

test('--observe records what it would have done and holds nothing back', async ({ box, skip }) => {
  requires({ skip }, 'cgroup-v1');
  const args = ['--observe', '--memory', '32Mi', box.program('grow.py'), '200'];
  const { exitCode, stdout, stderr, summary } = await box.run(args);
  expect([exitCode, stdout.toString()]).toEqual([0, 'grown 200\n']);
  expect(stderr).toContain('watched only');
  expectOnlyRecommended(summary);
  expect(summary?.initial.memoryBytes).toBe(32 * MIB);
  const { stdout: sentences } = await box.limber(['explain', 'last']);
  expect(sentences.toString()).toContain('recommended only');
});

test('--observe still ends what goes beyond --max-memory', async ({ box, skip }) => {
  requires({ skip }, 'cgroup-v1');
  const args = ['--observe', '--max-memory', '100Mi', box.program('grow.py'), '300'];
  expect((await box.run(args)).summary).toMatchObject({ outcome: 'memory-exhausted' });
});

test('an ordinary user without cgroups is told so, and the program runs in its sandbox', async ({
  box,
  skip,
}) => {
  requires({ skip }, 'cgroup-v1', 'project-open-to-all');
  const { exitCode, stdout, stderr, summary } = await asNobody(box, [
    box.program('grow.py'),
    '100',
    '0.5',
  ]);
  expect([exitCode, stdout.toString()]).toEqual([0, 'grown 100\n']);
  expect(
    stderr.match(/Watching only, resizing nothing: .*not writable\. Run as root/g),
  ).toHaveLength(1);
  expect(summary).toMatchObject({ cgroupVersion: null });
  expectOnlyRecommended(summary);
  // Sampled from /proc, where there is no cgroup that counts.
  expect(summary?.memory.peakBytes).toBeGreaterThan(100 * MIB);
});

test('the work folder of an ordinary user is removed, whatever is in it', async ({ box, skip }) => {
  requires({ skip }, 'cgroup-v1', 'project-open-to-all');
  const script = 'mkdir closed && touch closed/file && chmod 0 closed && id -un';
  const { exitCode, stdout } = await asNobody(box, ['--', 'sh', '-c', script]);
  expect([exitCode, stdout.toString()]).toEqual([0, 'limber\n']);
  expect(readdirSync(join(box.home, 'work'))).toEqual([]);
});

test('a network that an ordinary user cannot have is refused', async ({ box, skip }) => {
  requires({ skip }, 'cgroup-v1', 'project-open-to-all');
  const { exitCode, stderr } = await asNobody(box, ['--network', 'egress', '--', 'true']);
  expect(exitCode).toBe(69);
  expect(stderr).toContain('Cannot give the run a network: ');
});

function expectOnlyRecommended(summary: RunEnded['summary']): void {
  expect(summary).toMatchObject({ outcome: 'succeeded', mode: 'observe' });
  expect(summary?.resizes).toEqual({ cpu: 0, memory: 0, network: 0, rolledBack: 0 });
  const grown = summary?.decisions.filter(({ from, to }) => to.memoryBytes > from.memoryBytes);
  expect(grown?.length).toBeGreaterThan(0);
  expect(summary?.decisions.every(({ state }) => state === 'refused')).toBe(true);
}

async function asNobody(box: Box, args: readonly string[]): Promise<RunEnded> {
  chownSync(box.folder, NOBODY, NOBODY);
  chownSync(box.current, NOBODY, NOBODY);
  const env = { HOME: box.folder };
  const ended = await box.run(args, { env, through: (limber) => [...AS_NOBODY, ...limber] });
  expect(readdirSync(`${RUNTIME}/instances`)).toEqual([]);
  rmSync(RUNTIME, { recursive: true });
  return ended;
}
