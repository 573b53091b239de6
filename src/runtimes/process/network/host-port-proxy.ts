import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { HostPort, ProxyCounts } from './types.ts';

/** All ports of one instance together; each connection takes two descriptors of this process. */
const MAX_CONNECTIONS = 512;

export type HostPortProxies = {
  /** With the ports that the proxies listen on. */
  readonly hostPorts: readonly HostPort[];
  readonly counts: ProxyCounts;
  readonly close: () => Promise<void>;
};

/** Makes ports of the host's loopback answer at the gateway address that one instance sees. */
export async function startHostPortProxies(
  gateway: string,
  wanted: readonly HostPort[],
): Promise<HostPortProxies> {
  const counts: ProxyCounts = { open: 0, acceptedTotal: 0, refusedTotal: 0, failedTotal: 0 };
  const clients = new Set<Socket>();
  const servers: Server[] = [];
  async function close(): Promise<void> {
    const closed = servers.map((server) => new Promise((resolve) => server.close(resolve)));
    for (const client of clients) reset(client);
    await Promise.all(closed);
  }
  try {
    for (const hostPort of wanted)
      servers.push(await listen({ gateway, hostPort, counts, clients }));
  } catch (error) {
    await close();
    throw error;
  }
  const hostPorts = wanted.map(({ port }, index) => ({
    port,
    proxyPort: listeningPort(servers[index]),
  }));
  return { hostPorts, counts, close };
}

type Listening = {
  readonly gateway: string;
  readonly hostPort: HostPort;
  readonly counts: ProxyCounts;
  readonly clients: Set<Socket>;
};

async function listen({ gateway, hostPort, counts, clients }: Listening): Promise<Server> {
  const server = createServer({ allowHalfOpen: true, noDelay: true });
  server.on('connection', (client) => {
    if (counts.open >= MAX_CONNECTIONS) {
      counts.refusedTotal += 1;
      client.resetAndDestroy();
      return;
    }
    counts.open += 1;
    counts.acceptedTotal += 1;
    clients.add(client);
    client.once('close', () => {
      counts.open -= 1;
      clients.delete(client);
    });
    relay({ client, port: hostPort.port, counts });
  });
  server.listen(hostPort.proxyPort, gateway);
  await once(server, 'listening');
  return server;
}

function listeningPort(server: Server | undefined): number {
  const address = server?.address();
  if (typeof address !== 'object' || !address)
    throw new Error('a proxy that listens has no address');
  return address.port;
}

/**
 * Two pipes: each passes on the end of its own direction only (a half-close), and stops reading
 * while the other side does not. An error on one side resets both, so that neither takes a broken
 * transfer for a complete one.
 */
function relay({
  client,
  port,
  counts,
}: {
  client: Socket;
  port: number;
  counts: ProxyCounts;
}): void {
  const host = connect({ host: '127.0.0.1', port, allowHalfOpen: true, noDelay: true });
  let failed = false;
  function fail(): void {
    if (!failed) counts.failedTotal += 1;
    failed = true;
    reset(client);
    reset(host);
  }
  client.once('error', fail).once('close', () => host.destroy());
  host.once('error', fail);
  client.pipe(host);
  host.pipe(client);
}

function reset(socket: Socket): void {
  if (!socket.destroyed) socket.resetAndDestroy();
}
