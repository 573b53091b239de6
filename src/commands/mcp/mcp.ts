import type { Server } from 'node:http';
import { once } from 'node:events';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { LimberClient } from '#client/index.ts';
import type { McpOptions, ServerAddress } from '#cli/handlers.ts';
import { createMcpHttp } from '#mcp/http.ts';
import { createMcpServer } from '#mcp/tools.ts';
import { isLoopback } from '#model/loopback.ts';
import { addressUnavailable } from '../address-unavailable.ts';
import type { Environment } from '../engine.ts';
import { connect, translated } from '../remote/connect.ts';
import { serveHere } from './here.ts';

const ENDS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
/** Enough for the exit code to be set and the last words to be out. */
const LEAVE_MS = 100;

/** `limber mcp`: tools for an agent, done here or by the server that is named. */
export async function mcp(
  options: McpOptions,
  { env, at }: { readonly env: Environment; readonly at?: ServerAddress },
): Promise<number> {
  const say = (text: string): void => void process.stderr.write(`${text}\n`);
  if (at) await translated(() => connect(at, say));
  const here = at ? undefined : await serveHere(env, (problem) => say(`limber: ${problem}`));
  const { url, apiKey } = at ?? here!;
  try {
    if (options.http) await overHttp(options.http, { url, key: here?.apiKey, say });
    else await overStdio(new LimberClient({ url, apiKey }));
    return 0;
  } finally {
    await here?.close();
    setTimeout(() => process.exit(), LEAVE_MS).unref();
  }
}

/** Until the agent closes our input, or somebody ends us. */
async function overStdio(client: LimberClient): Promise<void> {
  const server = createMcpServer(client);
  await server.connect(new StdioServerTransport());
  await Promise.race([once(process.stdin, 'end'), once(process.stdin, 'close'), asked()]);
  await server.close();
}

async function overHttp(
  { host, port }: NonNullable<McpOptions['http']>,
  to: {
    readonly url: string;
    readonly key: string | undefined;
    readonly say: (text: string) => void;
  },
): Promise<void> {
  const server = createMcpHttp({
    clientFor: (apiKey) => new LimberClient({ url: to.url, apiKey }),
    isLoopback: isLoopback(host),
  });
  await listen(server, host, port);
  const { port: taken } = server.address() as { readonly port: number };
  process.stdout.write(`http://${host}:${taken}/mcp\n`);
  if (to.key !== undefined) to.say(`limber: send this key as a bearer token: ${to.key}`);
  await asked();
  server.closeAllConnections();
  server.close();
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  try {
    await once(server.listen(port, host), 'listening');
  } catch (error) {
    throw addressUnavailable(host, port, error);
  }
}

function asked(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  for (const signal of ENDS) process.once(signal, () => resolve());
  return promise;
}
