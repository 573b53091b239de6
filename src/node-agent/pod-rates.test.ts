import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { createInstanceNetwork } from '#runtimes/process/network/create.ts';
import {
  SKIP_REASON,
  ended,
  firstLine,
  makeRuntimeFolder,
  measureBitsPerSecond,
  programIn,
} from '#runtimes/process/network/network-testbed.ts';
import { setPodRates } from './pod-rates.ts';

const RATES = { ingressBitsPerSecond: 8e6, egressBitsPerSecond: 4e6 };
const UNLIMITED = { ingressBitsPerSecond: Infinity, egressBitsPerSecond: Infinity };
const MOST_LOOKS = 10;

/** Both at once: it sends what it can, and is sent what it takes. */
const transferCode = (host: string, port: number) => `
const socket = require('node:net').connect({ host: '${host}', port: ${port} });
const chunk = Buffer.alloc(65536);
const send = () => { while (socket.write(chunk)); };
socket.on('connect', () => { console.log('on'); send(); });
socket.on('drain', send);
socket.on('error', () => process.exit(1));
socket.resume();
process.stdin.on('end', () => process.exit(0)).resume();`;

test.skipIf(SKIP_REASON)(
  `a pod is held to its rates both ways, whatever it sends ${SKIP_REASON ?? ''}`,
  async () => {
    const folder = await makeRuntimeFolder();
    const server = createServer(flood).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const network = await createInstanceNetwork({
      instanceId: `pod-${process.pid}`,
      rule: { kind: 'none', hostPorts: [port] },
      ...UNLIMITED,
      runtimeFolder: folder.path,
    });
    const program = programIn(network.netnsPath, transferCode(network.gateway, port));
    try {
      await firstLine(program);
      expect(await setPodRates(program.pid!, RATES)).toEqual(RATES);
      for (const direction of ['ingress', 'egress'] as const) {
        const wanted = RATES[`${direction}BitsPerSecond`];
        let measured = Infinity;
        // What was queued before it was shaped may still be on its way.
        for (let look = 0; look < MOST_LOOKS && Math.abs(measured / wanted - 1) > 0.35; look++)
          measured = await measureBitsPerSecond(network.byteCounterPaths[direction], 0.8);
        expect(measured / wanted, direction).toBeGreaterThan(0.65);
        expect(measured / wanted, direction).toBeLessThan(1.35);
      }
      expect(await setPodRates(program.pid!, UNLIMITED)).toEqual(UNLIMITED);
    } finally {
      program.stdin!.end();
      await ended(program);
      await network.close();
      server.close();
      await folder.remove();
    }
  },
  60_000,
);

function flood(socket: Socket): void {
  const chunk = Buffer.alloc(64 * 1024);
  const send = (): void => {
    while (socket.writable && socket.write(chunk));
  };
  socket.on('error', () => socket.destroy()).on('drain', send);
  socket.resume();
  send();
}
