import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildDist } from '../../scripts/setup/dist.js';

/** What ships: sources whose types are taken off while they are read cost memory of their own. */
const ENTRY = resolve(import.meta.dirname, '../../bin/limber.js');
/** The interpreters of the system: what a version manager puts before them is not Limber's to answer for. */
export const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const UNBOUNDED = 100_000_000;

export type Answer = { readonly status: number; readonly body: string };

/** A `limber serve` of its own on the loopback, and a client with kept connections. Lifecycle: start → call … → stop. */
export class BenchServer {
  readonly #home = mkdtempSync(join(tmpdir(), 'limber-bench-serve-'));
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 2_000 });
  #child!: ChildProcess;
  #port = 0;

  /** Where it listens. */
  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async start(
    serve: object = {},
    { settings = {}, words = [] }: { settings?: object; words?: readonly string[] } = {},
  ): Promise<this> {
    const config = join(this.#home, 'config.json');
    const limits = { maxRequestsPerMinute: UNBOUNDED, maxQueued: 1_000 };
    writeFileSync(config, JSON.stringify({ ...settings, serve: { ...limits, ...serve } }));
    const args = ['serve', '--port', '0', '--no-keys', '--log-level', 'error', ...words];
    await buildDist();
    this.#child = spawn(process.execPath, [ENTRY, ...args], {
      cwd: this.#home,
      env: {
        PATH: SYSTEM_PATH,
        HOME: this.#home,
        NODE_NO_WARNINGS: '1',
        LIMBER_HOME: join(this.#home, 'state'),
        LIMBER_CONFIG: config,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(this.#child.stdout!, 'data')) as [Buffer];
    this.#port = Number(new URL(line.toString().trim()).port);
    return this;
  }

  call(method: string, path: string, json?: unknown): Promise<Answer> {
    const body = json === undefined ? undefined : JSON.stringify(json);
    const { promise, resolve: done, reject } = Promise.withResolvers<Answer>();
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    const sent = request(
      { host: '127.0.0.1', port: this.#port, path, method, headers, agent: this.#agent },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          done({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }),
        );
      },
    );
    sent.on('error', reject);
    sent.end(body);
    return promise;
  }

  /** An answer that has no end. */
  stream(path: string): Promise<IncomingMessage> {
    const { promise, resolve: done, reject } = Promise.withResolvers<IncomingMessage>();
    request({ host: '127.0.0.1', port: this.#port, path, agent: false }, done)
      .on('error', reject)
      .end();
    return promise;
  }

  /** Runs code to its end; throws when it did not succeed. */
  async run(language: string, code: string, more: object = {}): Promise<{ readonly id: string }> {
    const json = { language, code, ...more };
    const answer = await this.call('POST', '/v1/executions?waitMs=60000', json);
    const view = JSON.parse(answer.body) as { id: string; outcome?: string };
    if (view.outcome === 'succeeded') return view;
    throw new Error(`${answer.status}: ${answer.body.slice(0, 500)}`);
  }

  async output(id: string): Promise<string> {
    return (await this.call('GET', `/v1/executions/${id}/output/stdout`)).body;
  }

  /** Executions of `language` that were started warm and cold. */
  async starts(language: string): Promise<{ readonly warm: number; readonly cold: number }> {
    const { body } = await this.call('GET', '/v1/node');
    const { warm } = JSON.parse(body) as {
      warm: { languages: { language: string; warmStarts: number; coldStarts: number }[] };
    };
    const of = warm.languages.find((each) => each.language === language);
    return { warm: of?.warmStarts ?? 0, cold: of?.coldStarts ?? 0 };
  }

  /** Of the server itself. */
  residentBytes(): number {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, 'latin1');
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
  }

  async stop(): Promise<void> {
    this.#agent.destroy();
    this.#child.kill('SIGTERM');
    await once(this.#child, 'exit');
    rmSync(this.#home, { recursive: true });
  }
}
