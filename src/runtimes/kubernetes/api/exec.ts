import { WebSocket } from 'ws';
import type { Client } from './client.ts';
import { ApiFailure } from './failure.ts';
import type { Status } from './types.ts';

/** First byte of every message. Source: remotecommand protocol v5.channel.k8s.io (Kubernetes 1.30). */
const CHANNEL = { stdin: 0, stdout: 1, stderr: 2, status: 3, close: 255 } as const;
const PROTOCOLS = ['v5.channel.k8s.io'];
const MOST_UNSENT_BYTES = 2 ** 20;
/** A connection that is dead without a word is found out by this. */
const PING_MS = 10_000;

export type ExecTarget = {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly command: readonly string[];
};

export type ExecOutput = {
  readonly onStdout: (bytes: Buffer) => void;
  readonly onStderr: (bytes: Buffer) => void;
};

/** A command that runs in a container. Lifecycle: open → (write)* → end → ended, or close. */
export type Exec = {
  /** Resolves when it was handed to the connection; false when that is gone. */
  readonly write: (bytes: Uint8Array) => Promise<boolean>;
  /** The command reads the end of its input. */
  readonly end: () => void;
  /** Its exit code; undefined when the connection broke before it was told. */
  readonly ended: Promise<number | undefined>;
  readonly close: () => void;
  /** Holds its output back, or lets it come again. */
  readonly pause: () => void;
  readonly resume: () => void;
};

/** Starts a command in a container that runs. Throws when the API server or the kubelet refuses. */
export async function openExec(
  { connection }: Client,
  target: ExecTarget,
  output: ExecOutput,
): Promise<Exec> {
  const path = pathOf(target);
  const socket = new WebSocket(`${connection.server.replace(/^http/, 'ws')}${path}`, PROTOCOLS, {
    headers: await connection.headers(),
    ...connection.tls,
    perMessageDeflate: false,
  });
  const ended = whenEnded(socket, output);
  await opened(socket, path);
  keepAlive(socket);
  return {
    write: (bytes) => send(socket, CHANNEL.stdin, bytes),
    end: () => void send(socket, CHANNEL.close, Buffer.from([CHANNEL.stdin])),
    ended,
    close: () => socket.terminate(),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
  };
}

function pathOf({ namespace, pod, container, command }: ExecTarget): string {
  const query = new URLSearchParams({ container, stdin: '1', stdout: '1', stderr: '1' });
  for (const word of command) query.append('command', word);
  return `/api/v1/namespaces/${namespace}/pods/${pod}/exec?${query.toString()}`;
}

function opened(socket: WebSocket, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
    socket.once('unexpected-response', (_request, response) => {
      const status: Status = {
        kind: 'Status',
        code: response.statusCode ?? 0,
        message: `no connection to a command in the pod (status ${response.statusCode})`,
      };
      response.resume();
      reject(new ApiFailure({ verb: 'POST', path }, status));
    });
  });
}

function whenEnded(socket: WebSocket, output: ExecOutput): Promise<number | undefined> {
  return new Promise((resolve) => {
    let exitCode: number | undefined;
    socket.on('message', (data: Buffer) => {
      const bytes = data.subarray(1);
      if (data[0] === CHANNEL.stdout) output.onStdout(bytes);
      else if (data[0] === CHANNEL.stderr) output.onStderr(bytes);
      else if (data[0] === CHANNEL.status) exitCode = exitCodeOf(bytes);
    });
    // 'close' follows; whoever opens is told by `opened`.
    socket.on('error', () => {});
    socket.once('close', () => resolve(exitCode));
  });
}

/** Source: remotecommand, a Status with cause `ExitCode` where the command did not end with 0. */
function exitCodeOf(bytes: Buffer): number | undefined {
  const status = JSON.parse(bytes.toString('utf8')) as Status & { readonly status?: string };
  if (status.status === 'Success') return 0;
  const cause = status.details?.causes?.find(({ reason }) => reason === 'ExitCode');
  return cause?.message === undefined ? undefined : Number(cause.message);
}

function send(socket: WebSocket, channel: number, bytes: Uint8Array): Promise<boolean> {
  if (socket.readyState !== WebSocket.OPEN || socket.bufferedAmount > MOST_UNSENT_BYTES)
    return Promise.resolve(false);
  return new Promise((resolve) => {
    socket.send(Buffer.concat([Buffer.from([channel]), bytes]), (error) => resolve(!error));
  });
}

function keepAlive(socket: WebSocket): void {
  let isHeard = true;
  socket.on('pong', () => (isHeard = true));
  const timer = setInterval(() => {
    if (!isHeard) return socket.terminate();
    isHeard = false;
    socket.ping();
  }, PING_MS).unref();
  socket.once('close', () => clearInterval(timer));
}
