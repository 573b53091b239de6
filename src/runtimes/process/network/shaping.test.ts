import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createInstanceNetwork } from './create.ts';
import {
  SKIP_REASON,
  ended,
  hostState,
  makeRuntimeFolder,
  measureBitsPerSecond,
  programIn,
  run,
  until,
} from './network-testbed.ts';
import type { InstanceNetwork } from './types.ts';

const INSTANCE = `shape-${process.pid}`;
const MOST_LOOKS = 10;
const SETTLE_MS = 300;

describe.skipIf(SKIP_REASON)(`shaping ${SKIP_REASON ?? ''}`, () => {
  let network: InstanceNetwork;
  let server: Server;
  let folder: Awaited<ReturnType<typeof makeRuntimeFolder>>;
  /** Sends what it can when it is sent an `S`, and swallows everything else. */
  function serve(socket: Socket): void {
    const chunk = Buffer.alloc(64 * 1024);
    const send = () => {
      while (socket.writable && socket.write(chunk));
    };
    socket.on('error', () => socket.destroy());
    socket.on('drain', send);
    socket.once('data', (first) => {
      if (first[0] === 83) send();
      socket.resume();
    });
  }

  beforeAll(async () => {
    folder = await makeRuntimeFolder();
    server = createServer(serve).listen(0, '127.0.0.1');
    await once(server, 'listening');
    network = await createInstanceNetwork({
      instanceId: INSTANCE,
      rule: { kind: 'none', hostPorts: [portOf(server)] },
      ingressBitsPerSecond: 20e6,
      egressBitsPerSecond: 20e6,
      runtimeFolder: folder.path,
    });
  });

  afterAll(async () => {
    await network.close();
    server.close();
    await folder.remove();
    expect(hostState(INSTANCE)).toEqual({ namespaces: [], links: [] });
  });

  test.each([
    { direction: 'ingress', greeting: 'S' },
    { direction: 'egress', greeting: 'R' },
  ] as const)(
    '$direction follows the rate live on one open connection',
    async ({ direction, greeting }) => {
      const program = programIn(
        network.netnsPath,
        transferCode(network.gateway, portOf(server), greeting),
      );
      const { failedTotal } = network.proxyCounts;
      const counter = network.byteCounterPaths[direction];
      try {
        // From a large bucket to a small one and back: a queued large packet must not get stuck.
        for (const megabits of [20, 80, 5, 40]) {
          const wanted = {
            ingressBitsPerSecond: 20e6,
            egressBitsPerSecond: 20e6,
            [`${direction}BitsPerSecond`]: megabits * 1e6,
          };
          expect(await network.setRates(wanted)).toEqual(wanted);
          expect(network.rates()).toEqual(wanted);
          await delay(SETTLE_MS);
          // Never more than the rate; all of it as soon as the machine lets the program send that much.
          let measured = 0;
          for (let look = 0; look < MOST_LOOKS && measured < megabits * 0.65; look += 1) {
            measured = (await measureBitsPerSecond(counter, 0.8)) / 1e6;
            expect(measured, `${direction} at ${megabits} Mbit/s`).toBeLessThan(megabits * 1.35);
          }
          expect(measured, `${direction} at ${megabits} Mbit/s`).toBeGreaterThan(megabits * 0.65);
        }
        await until(() => {
          network.pollBacklog();
          return network.backlog[`${direction}Bytes`] > 0;
        }, `a backlog of ${direction}`);
        expect(program.exitCode).toBeNull();
        expect(network.proxyCounts).toMatchObject({ open: 1, failedTotal });
      } finally {
        program.stdin!.end();
        await ended(program);
      }
      expect(program.exitCode).toBe(0);
      await until(() => network.proxyCounts.open === 0, 'the proxied connection to end');
    },
    60_000,
  );

  test('a queue that empties reads zero again', async () => {
    await until(() => {
      network.pollBacklog();
      return network.backlog.ingressBytes === 0 && network.backlog.egressBytes === 0;
    }, 'empty queues');
  });

  test('a change keeps the shaper, with its queue and counters', async () => {
    const packets = () =>
      (
        JSON.parse(run('tc', ['-s', '-j', 'qdisc', 'show', 'dev', network.hostInterface])) as [
          { packets: number },
        ]
      )[0].packets;
    const before = packets();
    expect(before).toBeGreaterThan(0);
    await network.setRates({ ingressBitsPerSecond: 7e6, egressBitsPerSecond: 9e6 });
    expect(packets()).toBeGreaterThanOrEqual(before);
  });

  test('Infinity leaves a direction unshaped and reads back as Infinity', async () => {
    const unlimited = { ingressBitsPerSecond: Infinity, egressBitsPerSecond: 1e6 };
    expect(await network.setRates(unlimited)).toEqual(unlimited);
  });

  test('a rate that is none is refused and changes nothing', async () => {
    const before = { ingressBitsPerSecond: 3e6, egressBitsPerSecond: 4e6 };
    await network.setRates(before);
    await expect(network.setRates({ ...before, ingressBitsPerSecond: NaN })).rejects.toThrow(
      /NaN bit/,
    );
    expect(network.rates()).toEqual(before);
  });

  test('the program cannot take its own shaper away', async () => {
    const code = `require('node:child_process').spawnSync('tc', ['qdisc', 'del', 'dev', 'eth0', 'root'], { stdio: 'ignore' });`;
    await ended(programIn(network.netnsPath, code));
    expect(run('tc', ['-n', `limber-${INSTANCE}`, 'qdisc', 'show', 'dev', 'eth0'])).toMatch(
      /^qdisc tbf 1: root/,
    );
  });
});

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/** Receives or sends until its stdin ends; any error on the connection is its failure. */
function transferCode(host: string, port: number, greeting: string): string {
  return `const socket = require('node:net').connect({ host: '${host}', port: ${port} });
    const chunk = Buffer.alloc(65536);
    const send = () => { while (socket.write(chunk)); };
    socket.on('error', (error) => { console.error(error); process.exit(1); });
    socket.on('end', () => process.exit(2));
    socket.resume();
    socket.write('${greeting}');
    if ('${greeting}' === 'R') { socket.on('drain', send); send(); }
    process.stdin.on('end', () => process.exit(0)).resume();`;
}
