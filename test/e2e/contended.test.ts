import { spawn } from 'node:child_process';
import { expect } from 'vitest';
import { test } from './box.ts';

/** Computes for three seconds on a processor that others hold. */
const HELD_UP = `
import os, time
os.sched_setaffinity(0, {0})
end = time.monotonic() + 3
while time.monotonic() < end: pass
print('done')
`;
const ASLEEP = `
import os, time
os.sched_setaffinity(0, {0})
time.sleep(3)
`;

async function besideOthers<T>(run: () => Promise<T>): Promise<T> {
  // Each in a session of its own: the kernel may schedule a session as one.
  const others = Array.from({ length: 8 }, () =>
    spawn('taskset', ['-c', '0', 'sh', '-c', 'while :; do :; done'], {
      stdio: 'ignore',
      detached: true,
    }),
  );
  try {
    return await run();
  } finally {
    for (const other of others) other.kill('SIGKILL');
  }
}

test.for(['auto', 'off'])(
  'who gets no processor from the others is contended, who sleeps waits (probe %s)',
  async (probe, { box }) => {
    const args = ['--policy', 'static', '--max-cpu', '1', '--priority', '25', '--probe', probe];
    const secondsOf = async (code: string) => {
      const { summary, stderr } = await box.run([...args, box.write('program.py', code)]);
      expect(summary, stderr).toBeDefined();
      const phases = Map.groupBy(summary!.phases, ({ activity }) => activity);
      return (activity: string) =>
        (phases.get(activity as never) ?? []).reduce((sum, { seconds }) => sum + seconds, 0);
    };
    const [heldUp, asleep] = await besideOthers(async () => [
      await secondsOf(HELD_UP),
      await secondsOf(ASLEEP),
    ]);
    expect(heldUp!('contended')).toBeGreaterThan(1.5);
    expect(heldUp!('contended')).toBeGreaterThan(3 * heldUp!('waiting'));
    expect(asleep!('waiting')).toBeGreaterThan(2);
    expect(asleep!('contended')).toBeLessThan(0.7);
  },
);
