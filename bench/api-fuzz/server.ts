import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const LIMBER = [
  '--conditions=limber-source',
  '--no-warnings',
  resolve(import.meta.dirname, '../../test/fixtures/limber-from-source.ts'),
];

export type FuzzedServer = {
  readonly url: string;
  readonly key: string;
  /** What it wrote to its log: defects, if any. */
  readonly log: () => string;
  readonly hasEnded: () => boolean;
  readonly end: () => Promise<void>;
};

/** `limber serve` with keys and a home of its own, for few executions and very many requests. */
export async function startServer(): Promise<FuzzedServer> {
  const home = mkdtempSync(join(tmpdir(), 'limber-fuzz-'));
  const config = join(home, 'config.json');
  const serve = { maxRequestsPerMinute: 10_000_000, maxRunning: 6, maxQueued: 16 };
  writeFileSync(config, JSON.stringify({ serve: { ...serve, maxFileBytes: '4Mi' } }));
  const env = { ...process.env, LIMBER_HOME: join(home, 'state'), LIMBER_CONFIG: config };
  const start = (args: readonly string[]) =>
    spawn(process.execPath, [...LIMBER, ...args], { cwd: home, env });
  const key = await firstLine(start(['key', 'create', '--scopes', 'admin']));
  const server = start(['serve', '--port', '0', '--log-level', 'error']);
  let log = '';
  server.stderr.on('data', (chunk: Buffer) => (log = `${log}${chunk.toString()}`.slice(-100_000)));
  const url = await firstLine(server);
  return {
    url,
    key,
    log: () => log,
    hasEnded: () => server.exitCode !== null || server.signalCode !== null,
    async end() {
      server.kill('SIGTERM');
      if (server.exitCode === null && server.signalCode === null) await once(server, 'close');
      rmSync(home, { recursive: true });
    },
  };
}

/** Throws when it ends before it has said anything. */
function firstLine(child: ChildProcess): Promise<string> {
  const { promise, resolve: settle, reject } = Promise.withResolvers<string>();
  let text = '';
  child.stdout!.on('data', (chunk: Buffer) => {
    text += String(chunk);
    if (text.includes('\n')) settle(text.slice(0, text.indexOf('\n')));
  });
  child.once('close', (code) => reject(new Error(`limber ended with ${code}`)));
  return promise;
}
