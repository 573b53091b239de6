import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { LimberProblem, LimberUnreachable, type LimberClient } from '#client/index.ts';
import { namesLoopback } from '#model/loopback.ts';
import { createMcpServer } from './tools.ts';

const PATH = '/mcp';
const MOST_SESSIONS = 256;
const IDLE_MS = 60 * 60 * 1000;

type Session = {
  readonly transport: StreamableHTTPServerTransport;
  readonly keyHash: Buffer;
  usedAtMs: number;
};

/**
 * The tools over HTTP (the protocol's "Streamable HTTP"). Who asks sends the key of a server as a bearer
 * token; what it may do is checked where the tools are done.
 */
export function createMcpHttp(options: {
  readonly clientFor: (apiKey: string | undefined) => LimberClient;
  /** Answers under this machine's own names alone: a page of another site may lead here. */
  readonly isLoopback: boolean;
}): Server {
  const sessions = new Map<string, Session>();
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) =>
      refuse(response, statusOf(error), String(error)),
    );
  });
  server.on('close', () => {
    for (const { transport } of sessions.values()) void transport.close();
  });
  return server;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url?.split('?')[0] !== PATH) return refuse(response, 404, `there is only ${PATH}`);
    if (options.isLoopback && !namesLoopback(request.headers.host))
      return refuse(response, 403, 'another name of this machine leads here');
    const id = request.headers['mcp-session-id'];
    const session = id === undefined ? await open(request) : sessions.get(String(id));
    if (!session) return refuse(response, 404, 'there is no such session; begin a new one');
    if (!timingSafeEqual(session.keyHash, hashOf(keyOf(request))))
      return refuse(response, 403, 'the session was begun with another key');
    session.usedAtMs = performance.now();
    await session.transport.handleRequest(request, response);
  }

  /** Throws what the server says to the key. */
  async function open(request: IncomingMessage): Promise<Session> {
    const key = keyOf(request);
    const client = options.clientFor(key);
    await client.executions.page({ limit: 1 });
    makeRoom();
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => void sessions.set(id, session),
      onsessionclosed: (id) => void sessions.delete(id),
    });
    const session = { transport, keyHash: hashOf(key), usedAtMs: performance.now() };
    transport.onclose = () => void sessions.delete(transport.sessionId ?? '');
    await createMcpServer(client).connect(transport);
    return session;
  }

  /** Sessions that nobody closes are closed when they are old, or when there are too many. */
  function makeRoom(): void {
    const oldest = [...sessions].toSorted(([, a], [, b]) => a.usedAtMs - b.usedAtMs);
    const tooMany = sessions.size - MOST_SESSIONS + 1;
    for (const [at, [id, { transport, usedAtMs }]] of oldest.entries()) {
      if (at >= tooMany && performance.now() - usedAtMs < IDLE_MS) return;
      sessions.delete(id);
      void transport.close();
    }
  }
}

function keyOf({ headers }: IncomingMessage): string | undefined {
  return /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
}

/** Of one length, to be compared in constant time. */
function hashOf(key: string | undefined): Buffer {
  return createHash('sha256')
    .update(key ?? '')
    .digest();
}

function statusOf(error: unknown): number {
  if (error instanceof LimberProblem) return error.status;
  return error instanceof LimberUnreachable ? 502 : 500;
}

function refuse(response: ServerResponse, status: number, message: string): void {
  if (response.headersSent) return void response.destroy();
  const challenge = status === 401 ? { 'www-authenticate': 'Bearer' } : {};
  response.writeHead(status, { 'content-type': 'application/json', ...challenge });
  const error = { code: -32_000, message };
  response.end(JSON.stringify({ jsonrpc: '2.0', error, id: null }));
}
