import { readdirSync } from 'node:fs';
import { beforeAll, expect } from 'vitest';
import { requires } from '../capabilities.ts';
import { test } from '../e2e/box.ts';
import { Server } from '../e2e/serve/server.ts';
import { buildTestImage, MACHINE_NEEDS } from '../microvm/machines.ts';
import { withImages } from '../microvm/with-images.ts';

const MIB = 2 ** 20;
const MACHINE = ['--runtime', 'microvm'];
const LEFT = '/run/limber/microvm/instances';

beforeAll(buildTestImage, 300_000);

test(
  'a script runs in a machine that grows: output, input, exit code and summary are those of any run',
  { timeout: 180_000 },
  async ({ box, skip }) => {
    requires({ skip }, ...MACHINE_NEEDS);
    const script = box.write(
      'job.py',
      `import limber_hint, subprocess, sys, time
answer = limber_hint.hint(memory='400Mi', phase='socket')
assert answer['accepted'], answer
while limber_hint.allocation()['memoryBytes'] < 400 << 20: time.sleep(0.05)
subprocess.run(['limber-hint', 'memory=500Mi', 'phase=pipe'], check=True)
while limber_hint.allocation()['memoryBytes'] < 500 << 20: time.sleep(0.05)
held = []
for _ in range(60):
    held.append(b'x' * (10 << 20))
print(open('data.txt').read().strip(), sys.stdin.read().strip(), sys.argv[1])
sys.exit(3)`,
    );
    box.write('data.txt', 'forty-two\n');
    const args = [...MACHINE, '--max-memory', '1Gi', '--max-cpu', '1', script, 'argument'];
    const ended = await box.run(args, { env: withImages(box), stdin: 'given\n' });
    expect(ended.stdout.toString(), ended.stderr).toBe('forty-two given argument\n');
    expect([ended.exitCode, ended.summary?.runtime]).toEqual([3, 'microvm']);
    expect(ended.summary?.memory.peakBytes).toBeGreaterThan(600 * MIB);
    const grown = ended.summary?.decisions.filter(
      ({ from, to }) => to.memoryBytes > from.memoryBytes,
    );
    const reasons = grown?.flatMap(({ reasons }) => reasons.map(({ text }) => text)).join('; ');
    expect(reasons).toMatch(/asked for 400Mi .*\(socket\).*asked for 500Mi .*\(pipe\)/);
    expect(grown?.at(-1)?.to.memoryBytes).toBeGreaterThan(600 * MIB);
    expect(readdirSync(LEFT)).toEqual([]);
  },
);

test(
  'a server that is killed leaves its machines running, and the next one has it all',
  { timeout: 180_000 },
  async ({ box, skip }) => {
    requires({ skip }, ...MACHINE_NEEDS);
    const server = await new Server(box, ['--no-keys', ...MACHINE], withImages(box)).start();
    const code = `
import time
for n in range(60):
    print(n, flush=True)
    time.sleep(0.1)
open('result.txt', 'w').write('kept')
raise SystemExit(4)`;
    const { id } = await server.begin({ code, language: 'python' });
    await expect.poll(() => server.output(id), { timeout: 60_000 }).toContain('3\n');
    await server.kill('SIGKILL');
    // Neither a run as a process nor a sweep of every kind takes it for lost.
    await box.run(['--', 'true'], { env: withImages(box) });
    const swept = await box.limber(['gc', '--dry-run', '--orphans', '--json'], {
      env: withImages(box),
    });
    const found = JSON.parse(swept.stdout.toString()) as { id: string; orphan?: true }[];
    expect(found.filter(({ orphan }) => orphan).map((each) => each.id)).toContain(id);
    const known = await box.limber(['ps', '--json'], { env: withImages(box) });
    expect(known.stdout.toString()).toContain(id);
    await server.start();
    const view = await server.get(id, '?waitMs=60000');
    expect(view).toMatchObject({ state: 'ended', outcome: 'failed', exitCode: 4 });
    const lines = Array.from({ length: 60 }, (_, n) => `${n}\n`).join('');
    expect(await server.output(id)).toBe(lines);
    const file = await server.fetch('GET', `/v1/executions/${id}/files/result.txt`);
    expect(await file.text()).toBe('kept');
    await server.kill('SIGTERM');
  },
);
