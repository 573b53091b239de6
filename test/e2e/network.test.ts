import { spawnSync } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'vitest';
import { requires, type Capability } from '../capabilities.ts';
import { test, type Box } from './box.ts';
import type { Limber } from './limber.ts';

const NEEDS: readonly Capability[] = ['cgroup-v1', 'nftables'];
const MIB = 2 ** 20;

test("a download from the host's loopback gets more while it runs, and less afterwards", async ({
  box,
  skip,
}) => {
  requires({ skip }, ...NEEDS);
  const server = await serve(60 * MIB);
  const port = portOf(server);
  const args = ['--host-port', port, '--ingress', '20M', '--max-network', '1G'];
  const { exitCode, stdout, summary } = await box
    .run([...args, box.program('download.py'), port, '4'])
    .finally(() => server.close());
  expect([exitCode, stdout.toString()]).toEqual([0, `received ${60 * MIB}\n`]);
  expect(summary?.network.receivedBytes).toBeGreaterThan(60 * MIB);
  const rates = (summary?.decisions ?? [])
    .filter(({ state, from, to }) => {
      return state === 'applied' && from.ingressBitsPerSecond !== to.ingressBitsPerSecond;
    })
    .map(({ to }) => to.ingressBitsPerSecond);
  const highest = Math.max(...rates);
  expect(highest).toBeGreaterThan(40e6);
  expect(rates.at(-1)).toBeLessThan(highest / 2);
  expect(summary?.resizes.network).toBeGreaterThan(1);
});

test('without --host-port the loopback of the host cannot be reached', async ({ box, skip }) => {
  requires({ skip }, ...NEEDS);
  const server = await serve(1);
  const script = `
import socket
try:
    socket.create_connection(("127.0.0.1", ${portOf(server)}), timeout=1)
    print("reached")
except OSError:
    print("not reached")
`;
  for (const rule of ['none', 'egress']) {
    const args = ['--network', rule, '--quiet', box.write('connect.py', script)];
    expect((await box.run(args)).stdout.toString()).toBe('not reached\n');
  }
  server.close();
});

test('an answer that is awaited on a bare socket is seen from outside', async ({ box, skip }) => {
  requires({ skip }, ...NEEDS);
  const source = `
const net = require('node:net');
const server = net.createServer((asked) => asked.once('data', () => setTimeout(() => asked.end('late'), 5000)));
server.listen(7001, '127.0.0.1', () => {
  const asking = net.connect(7001, '127.0.0.1');
  setTimeout(() => asking.write('question'), 500);
  asking.on('data', (answer) => { console.log(String(answer)); server.close(); });
});
setTimeout(() => {}, 300);
`;
  const args = ['--network', 'egress', '--quiet', box.write('ask.cjs', source)];
  const { summary, stdout } = await box.run(args);
  expect(stdout.toString()).toBe('late\n');
  const calling = summary?.phases.filter(({ activity }) => activity === 'calling') ?? [];
  expect(calling.reduce((sum, { seconds }) => sum + seconds, 0)).toBeGreaterThan(1);
});

test('what kill -9 leaves of a network is cleaned up, too', async ({ box, skip }) => {
  requires({ skip }, ...NEEDS);
  const running = box.start(['run', '--network', 'egress', box.program('waits.py')]);
  await running.prints('ready');
  expect(namespaces()).toContain('limber');
  running.child.kill('SIGKILL');
  await running.ended;
  const { stdout } = await box.limber(['gc']);
  expect(stdout.toString()).toMatch(
    new RegExp(`^cleaned up run \\S+ of process ${running.child.pid}, which is gone\n$`),
  );
});

test('SIGTERM while the network is being made leaves nothing', async ({ box, skip }) => {
  requires({ skip }, ...NEEDS);
  const ended = await Promise.all([0, 100, 200].map((delayMs) => endEarly(box, delayMs)));
  for (const { child } of ended) expect(child.exitCode).not.toBe(0);
});

/** At different moments of the start, of which each must clean up after itself. */
async function endEarly(box: Box, delayMs: number): Promise<Limber> {
  const running = box.start(['run', '--network', 'egress', '--', 'sleep', '100']);
  await new Promise((resolve) => setTimeout(resolve, 200 + delayMs));
  running.child.kill('SIGTERM');
  await running.ended;
  return running;
}

async function serve(bytes: number): Promise<Server> {
  const server = createServer((_, answer) => void answer.end(Buffer.alloc(bytes)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function portOf(server: Server): string {
  return String((server.address() as AddressInfo).port);
}

function namespaces(): string {
  return spawnSync('ip', ['-j', 'netns'], { encoding: 'utf8' }).stdout;
}
