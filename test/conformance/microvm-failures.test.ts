import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect } from 'vitest';
import { requires } from '../capabilities.ts';
import { test, type Box } from '../e2e/box.ts';
import { buildTestImage, MACHINE_NEEDS } from '../microvm/machines.ts';
import { withImages } from '../microvm/with-images.ts';

/** What can go wrong with a run, in machines: the cases of test/e2e, as many in one boot as can be. */
const MACHINE = ['--runtime', 'microvm', '--max-cpu', '1'];
const LEFT = '/run/limber/microvm/instances';
const FORK_BOMB = join(import.meta.dirname, '../fixtures/programs/fork-bomb.py');

beforeAll(buildTestImage, 300_000);

const PACKAGES = { python: ['python3'], '*': ['python3'] };
const imagesOf = (box: Box) => ({ env: withImages(box, { packages: PACKAGES }) });

/** Everything that a program is told it may not, and then it does not go. */
const STUBBORN = `
import os, signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
try:
    with open('/tmp/big', 'wb', buffering=0) as file:
        while True: file.write(bytes(1 << 20))
except OSError as error: print(error.strerror, flush=True)
${readFileSync(FORK_BOMB, 'utf8')}`;

test(
  'a full /tmp, a fork bomb and a program that does not go: each is told of, and nothing stays',
  { timeout: 180_000 },
  async ({ box, skip }) => {
    requires({ skip }, ...MACHINE_NEEDS);
    const script = box.write('stubborn.py', STUBBORN);
    const limits = ['--max-processes', '30', '--tmp-size', '8Mi', '--grace', '300ms'];
    const args = ['run', '--json', ...MACHINE, ...limits, script];
    const running = box.start(args, imagesOf(box));
    await running.prints('refused');
    running.child.kill('SIGTERM');
    const { exitCode, stdout, stderr } = await running.ended;
    expect([exitCode, stdout.toString()]).toEqual([137, 'No space left on device\nrefused\n']);
    const summary = JSON.parse(stderr) as { notes: { code: string }[] };
    expect(summary).toMatchObject({ outcome: 'cancelled', signal: 'SIGKILL' });
    const codes = summary.notes.map(({ code }) => code);
    expect(codes).toEqual(expect.arrayContaining(['tmp-full', 'process-limit']));
    expect(readdirSync(LEFT)).toEqual([]);
  },
);

test(
  'past its maximum of memory, and past that of its output, a run ends and says so',
  { timeout: 180_000 },
  async ({ box, skip }) => {
    requires({ skip }, ...MACHINE_NEEDS);
    const grow = 'a = []\nwhile True: a.append(b"x" * (1 << 20))\n';
    const hungry = ['--max-memory', '128Mi', box.write('hungry.py', grow)];
    const loud = ['--max-output', '5Mi', '--', 'yes'];
    const [memory, output] = await Promise.all([
      box.run([...MACHINE, ...hungry], imagesOf(box)),
      box.run([...MACHINE, ...loud], imagesOf(box)),
    ]);
    expect([memory.exitCode, memory.summary?.outcome], memory.stderr).toEqual([
      137,
      'memory-exhausted',
    ]);
    expect(memory.stderr).toMatch(/128Mi/);
    expect([output.exitCode, output.summary?.outcome]).toEqual([153, 'output-exceeded']);
    expect(output.stdout.length).toBe(5 * 2 ** 20);
    expect(readdirSync(LEFT)).toEqual([]);
  },
);

test(
  'a command that the image lacks and a script that does not parse are told apart',
  { timeout: 180_000 },
  async ({ box, skip }) => {
    requires({ skip }, ...MACHINE_NEEDS);
    const [missing, broken] = await Promise.all([
      box.run([...MACHINE, '--', 'no-such-command'], imagesOf(box)),
      box.run([...MACHINE, box.program('does-not-parse.py')], imagesOf(box)),
    ]);
    expect(missing.exitCode, missing.stderr).toBe(127);
    expect(missing.stderr).toMatch(/no-such-command/);
    expect(broken.exitCode).toBe(1);
    expect(broken.stderr).toContain('SyntaxError');
    expect(broken.stderr).toMatch(/does-not-parse\.py:2:\d+ does not parse as python/);
    expect(readdirSync(LEFT)).toEqual([]);
  },
);

test(
  'what kill -9 of limber leaves of a machine goes with the next command, which says so',
  { timeout: 180_000 },
  async ({ box, skip }) => {
    requires({ skip }, ...MACHINE_NEEDS);
    const { env } = imagesOf(box);
    const running = box.start(['run', ...MACHINE, box.program('waits.py')], { env });
    await running.prints('ready');
    running.child.kill('SIGKILL');
    await running.ended;
    const [id] = readdirSync(LEFT);
    const gone = await box.limber(['gc', '--runtime', 'microvm'], { env });
    expect([gone.exitCode, gone.stdout.toString()], gone.stderr).toEqual([
      0,
      `cleaned up run ${id} of process ${running.child.pid}, which is gone\n`,
    ]);
    expect(readdirSync(LEFT)).toEqual([]);
    const all = await box.limber(['ps', '--all'], { env });
    expect(all.stdout.toString()).toMatch(new RegExp(`^${id} .*lost`, 'm'));
  },
);

test('what makes no sense is refused before anything boots', async ({ box }) => {
  const refused = [
    [['--max-memory', '12Q', '--', 'true'], 64, /expected bytes .* got "12Q"/],
    [['--min-memory', '2Gi', '--max-memory', '1Gi', '--', 'true'], 64, /is above the maximum/],
    [['--min-cpu', '1000', '--', 'true'], 75, /No free capacity/],
    [['nothing.py'], 66, /there is no such file/],
  ] as const;
  for (const [args, code, message] of refused) {
    const { exitCode, stderr } = await box.limber(['run', '--runtime', 'microvm', ...args]);
    expect([exitCode, stderr], stderr).toEqual([code, expect.stringMatching(message)]);
  }
});
