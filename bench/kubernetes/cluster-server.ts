import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { WebSocketServer } from 'ws';
import { makeNode, makePod, makePolicy, type SimulatedPod } from './objects.ts';

/** An API server that answers as one of a large cluster would, from memory. Run as a process of its own. */
const { values } = parseArgs({
  options: { nodes: { type: 'string' }, pods: { type: 'string' }, managed: { type: 'string' } },
});
const counts = { resizes: 0, statuses: 0, events: 0, looks: 0, listedBytes: 0, watchedBytes: 0 };
const nodes = Array.from({ length: Number(values.nodes) }, (_, index) => makeNode(index));
const pods = Array.from({ length: Number(values.pods) }, (_, index) =>
  makePod(index, nodes.length, index < Number(values.managed)),
);
const byName = new Map(pods.map((pod) => [pod.metadata.name, pod]));
const policy = makePolicy();
const watches = new Set<ServerResponse>();
const REPORTED_AFTER_MS = 30;
const PERIOD_MS = 20_000;
let version = 1_000_000;
let churn: NodeJS.Timeout | undefined;

const COLLECTIONS: Readonly<Record<string, readonly object[]>> = {
  '/api/v1/nodes': nodes,
  '/api/v1/pods': pods,
  '/apis/limber.dev/v1alpha1/elasticpolicies': [policy],
  '/apis/autoscaling/v2/horizontalpodautoscalers': [],
};

function answer(response: ServerResponse, code: number, body: unknown): number {
  const text = JSON.stringify(body);
  response.writeHead(code, { 'content-type': 'application/json' }).end(text);
  return text.length;
}

function list(items: readonly object[], { searchParams }: URL, response: ServerResponse): void {
  const from = Number(searchParams.get('continue') ?? 0);
  const to = from + Number(searchParams.get('limit') ?? items.length);
  const metadata = {
    resourceVersion: String(version),
    ...(to < items.length && { continue: String(to) }),
  };
  counts.listedBytes += answer(response, 200, { metadata, items: items.slice(from, to) });
}

function tellChanged(pod: SimulatedPod): void {
  pod.metadata.resourceVersion = String(++version);
  const line = `${JSON.stringify({ type: 'MODIFIED', object: pod })}\n`;
  for (const response of watches) {
    response.write(line);
    counts.watchedBytes += line.length;
  }
}

function resize(pod: SimulatedPod, body: unknown, response: ServerResponse): void {
  counts.resizes++;
  const { resources } = (body as SimulatedPod).spec.containers[0]!;
  const container = pod.spec.containers[0]!;
  container.resources = {
    requests: { ...container.resources.requests, ...resources.requests },
    limits: { ...container.resources.limits, ...resources.limits },
  };
  pod.metadata.generation++;
  pod.metadata.resourceVersion = String(++version);
  answer(response, 200, pod);
  setTimeout(() => {
    pod.status.containerStatuses[0]!.resources = container.resources;
    tellChanged(pod);
  }, REPORTED_AFTER_MS);
}

/** So many pods a second change in something that is nobody's concern, as kubelets report it. */
function setChurn(perSecond: number): void {
  clearInterval(churn);
  let next = 0;
  if (perSecond > 0)
    churn = setInterval(() => tellChanged(pods[next++ % pods.length]!), 1000 / perSecond);
}

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://server');
  const { pathname, searchParams } = url;
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = chunks.length > 0 ? (JSON.parse(Buffer.concat(chunks).toString()) as unknown) : {};
  if (pathname === '/counts') return void answer(response, 200, counts);
  if (pathname === '/churn') {
    setChurn(Number(searchParams.get('perSecond')));
    return void answer(response, 200, {});
  }
  const items = COLLECTIONS[pathname];
  if (items && searchParams.has('watch')) {
    response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
    if (items !== pods) return;
    watches.add(response);
    return void response.on('close', () => watches.delete(response));
  }
  if (items) return list(items, url, response);
  const pod = byName.get(/\/pods\/([^/]+)\/resize$/.exec(pathname)?.[1] ?? '');
  if (pod) return resize(pod, body, response);
  if (pathname.endsWith('/status')) counts.statuses++;
  else if (pathname.endsWith('/events')) counts.events++;
  else return void answer(response, 404, { kind: 'Status', code: 404 });
  answer(response, 200, body);
}

const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'v5.channel.k8s.io' });
const server = createServer((request, response) => void handle(request, response));
server.on('upgrade', (request, socket, head) => {
  sockets.handleUpgrade(request, socket, head, (connection) => {
    const startMs = Date.now() - Math.random() * PERIOD_MS;
    let usedUsec = 0;
    let atMs = Date.now();
    connection.on('message', () => {
      counts.looks++;
      // Memory and CPU rise and fall once in 20 s, each container in its own time.
      const level = 0.5 + 0.5 * Math.sin(((Date.now() - startMs) / PERIOD_MS) * 2 * Math.PI);
      usedUsec += (Date.now() - atMs) * 1000 * 0.3 * level;
      atMs = Date.now();
      const bytes = Math.round((40 + 200 * level) * 2 ** 20);
      const line = `v1 ${Math.round(usedUsec)} 0 0 ${bytes} ${bytes} 0 0 0 3 0 0 0\n`;
      connection.send(Buffer.concat([Buffer.from([1]), Buffer.from(line)]));
    });
  });
});
server.listen(0, '127.0.0.1', () =>
  process.send?.({ port: (server.address() as AddressInfo).port }),
);
