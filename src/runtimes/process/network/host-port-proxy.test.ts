import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { startHostPortProxies, type HostPortProxies } from './host-port-proxy.ts';
import { until } from './network-testbed.ts';

/** Another loopback address stands in for a gateway: the proxy needs no namespace. */
const GATEWAY = '127.0.0.9';

let server: Server | undefined;
let proxies: HostPortProxies | undefined;

afterEach(async () => {
  await proxies?.close();
  server?.close();
});

async function start(serve: (socket: Socket) => void): Promise<Socket> {
  server = createServer({ allowHalfOpen: true }, serve).listen(0, '127.0.0.1');
  await once(server, 'listening');
  proxies = await startHostPortProxies(GATEWAY, [
    { port: (server.address() as AddressInfo).port, proxyPort: 0 },
  ]);
  return client();
}

function client(): Socket {
  const [hostPort] = proxies!.hostPorts;
  return connect({ host: GATEWAY, port: hostPort!.proxyPort, allowHalfOpen: true });
}

test('a half-close passes and the answer comes back whole', async () => {
  const socket = await start((peer) => {
    let bytes = 0;
    peer.on('data', (chunk) => (bytes += chunk.length));
    peer.on('end', () => peer.end(`got ${bytes}`));
  });
  socket.end(Buffer.alloc(3_000_000));
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  expect(answer).toBe('got 3000000');
  await until(() => proxies!.counts.open === 0, 'the connection to be over');
  expect(proxies!.counts).toEqual({ open: 0, acceptedTotal: 1, refusedTotal: 0, failedTotal: 0 });
});

test('a reader that does not read stops the sender: nothing piles up in the proxy', async () => {
  let sentBytes = 0;
  const socket = await start((peer) => {
    const chunk = Buffer.alloc(64 * 1024);
    const send = () => {
      while (peer.write(chunk)) sentBytes += chunk.length;
    };
    peer.on('error', () => peer.destroy());
    peer.on('drain', send);
    send();
  });
  await once(socket, 'connect');
  let seen = -1;
  let steadyPolls = 0;
  await until(() => {
    steadyPolls = seen === sentBytes && sentBytes > 0 ? steadyPolls + 1 : 0;
    seen = sentBytes;
    return steadyPolls === 20;
  }, 'the sender to stop');
  expect(sentBytes).toBeLessThan(64 * 1024 * 1024);
  socket.destroy();
});

test('a port where nobody listens resets the connection and counts as failed', async () => {
  (await start(() => undefined)).on('error', () => undefined);
  server!.close();
  await once(server!, 'close');
  const socket = client();
  const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
  expect(error.code).toBe('ECONNRESET');
  expect(proxies!.counts.failedTotal).toBeGreaterThanOrEqual(1);
});

test('a reset on the host side arrives as a reset', async () => {
  const socket = await start((peer) => peer.once('data', () => peer.resetAndDestroy()));
  socket.write('x');
  const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
  expect(error.code).toBe('ECONNRESET');
  expect(proxies!.counts).toMatchObject({ acceptedTotal: 1, failedTotal: 1 });
});

test('close ends what is open', async () => {
  const socket = await start((peer) => peer.on('error', () => peer.destroy()).write('hello'));
  await once(socket, 'data');
  const reset = once(socket, 'error');
  await proxies!.close();
  expect(await reset).toMatchObject([{ code: 'ECONNRESET' }]);
  await until(() => proxies!.counts.open === 0, 'the connection to end');
});
