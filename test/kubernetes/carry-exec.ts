import type { WebSocket } from 'ws';
import type { Kubelet } from './kubelet.ts';
import type { Pod } from './pod-types.ts';
import type { RequestFacts } from './request-facts.ts';
import type { Store } from './store.ts';

const PATH = /^\/api\/v1\/namespaces\/([^/]+)\/pods\/([^/]+)\/exec$/;
const CHANNEL = { stdin: 0, stdout: 1, stderr: 2, status: 3, close: 255 } as const;

/**
 * Carries a command's streams over v5.channel.k8s.io. A client that goes away ends the command's
 * input; the command itself goes on, as it does under a kubelet.
 */
export async function carryExec(
  socket: WebSocket,
  { url }: RequestFacts,
  store: Store,
  kubelet: Kubelet,
): Promise<void> {
  const [, namespace = '', name = ''] = PATH.exec(url.pathname) ?? [];
  const early: Buffer[] = [];
  const keep = (data: Buffer): number => early.push(data);
  socket.on('message', keep);
  const pod = store.get('Pod', namespace, name) as Pod | undefined;
  const container = pod && kubelet.container(pod, url.searchParams.get('container') ?? '');
  if (!container?.isRunning) return refuse(socket, 'container not found');
  const child = await container.exec(url.searchParams.getAll('command')).catch(() => undefined);
  if (!child) return refuse(socket, 'container not running');
  const send = (channel: number, bytes: Buffer): void => {
    socket.send(Buffer.concat([Buffer.from([channel]), bytes]), () => {});
  };
  child.stdin?.on('error', () => {});
  child.stdout?.on('data', (chunk: Buffer) => send(CHANNEL.stdout, chunk));
  child.stderr?.on('data', (chunk: Buffer) => send(CHANNEL.stderr, chunk));
  const take = (data: Buffer): void => {
    if (data[0] === CHANNEL.stdin) child.stdin?.write(data.subarray(1));
    if (data[0] === CHANNEL.close && data[1] === CHANNEL.stdin) child.stdin?.end();
  };
  socket.off('message', keep);
  for (const data of early) take(data);
  socket.on('message', take);
  socket.on('close', () => {
    child.stdin?.end();
    child.stdout?.destroy();
    child.stderr?.destroy();
  });
  child.once('close', (code) => {
    send(CHANNEL.status, Buffer.from(JSON.stringify(statusOf(code ?? 137))));
    socket.close(1000);
  });
}

function statusOf(code: number) {
  if (code === 0) return { metadata: {}, status: 'Success' };
  const causes = [{ reason: 'ExitCode', message: String(code) }];
  return { metadata: {}, status: 'Failure', reason: 'NonZeroExitCode', details: { causes } };
}

function refuse(socket: WebSocket, message: string): void {
  const status = { status: 'Failure', reason: 'InternalError', message, code: 500 };
  socket.send(Buffer.concat([Buffer.from([CHANNEL.status]), Buffer.from(JSON.stringify(status))]));
  socket.close(1000);
}
