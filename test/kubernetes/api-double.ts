import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { carryExec } from './carry-exec.ts';
import { Kubelet, type NodeOptions } from './kubelet.ts';
import { Refusal } from './refusal.ts';
import type { DoubleOptions, DoubleParts, Faults, RequestFacts } from './request-facts.ts';
import { runDeployments } from './deployments.ts';
import { ruleFor, type Rule } from './role-rules.ts';
import { answer, create } from './routes.ts';
import { Store, type Stored } from './store.ts';
import { mutated } from './webhooks.ts';
import { openWatchAnswer } from './watch-answer.ts';

const TOKENS = { tester: 'token-of-the-tester', operator: 'token-of-the-operator' };
const OPEN_TO_ALL = new Set(['/version']);
const PODS = { kind: 'Pod', type: 'V1Pod', name: undefined, subresource: undefined };
const ORDINARY: NodeOptions = {
  allocatable: { cpuCores: 4, memoryBytes: 8 * 2 ** 30 },
  seenAfterMs: 25,
  reportedAfterMs: 25,
  errorAfterMs: 1_000,
};

/**
 * An API server with one node, which behaves as a real one was measured to (docs/kubernetes.md) and
 * runs pods as sandboxes of this machine. Every request is held against Kubernetes' published types.
 * Lifecycle: open → (requests) → close.
 */
export class ApiDouble implements DoubleParts {
  readonly store = new Store();
  readonly kubelet: Kubelet;
  readonly faults: Faults = { throttled: 0, conflicts: 0, infeasible: false };
  /** Verb and path of each request, in order. */
  readonly requests: string[] = [];
  /** Rules of `options.rules` that let a request pass. */
  readonly usedRules = new Set<Rule>();
  readonly options: DoubleOptions;
  readonly services = new Map<string, number>();
  readonly unanswered: string[] = [];
  readonly #server: Server;
  readonly #watches = new Set<ServerResponse>();
  readonly #sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => (offered.has('v5.channel.k8s.io') ? 'v5.channel.k8s.io' : false),
  });

  constructor(options: DoubleOptions = {}) {
    this.options = options;
    this.kubelet = new Kubelet(this.store, { ...ORDINARY, ...options }, this.faults);
    runDeployments(this.store, async (pod) => {
      const { namespace = '' } = (pod as Stored).metadata;
      create({ ...PODS, namespace }, await mutated(pod as Stored, this), this);
    });
    this.#server = createServer((request, response) => void this.#handle(request, response));
    this.#server.on('upgrade', (request, socket, head) => {
      const facts = this.#facts(request, undefined);
      const container = facts.url.searchParams.get('container');
      if (!this.#isAllowed(request, facts) || container === this.faults.unreachable)
        return void socket.destroy();
      this.#sockets.handleUpgrade(request, socket, head, (connection) => {
        void carryExec(connection, facts, this.store, this.kubelet);
      });
    });
  }

  static async open(options?: DoubleOptions): Promise<ApiDouble> {
    const double = new ApiDouble(options);
    await new Promise<void>((resolve) => double.#server.listen(0, '127.0.0.1', resolve));
    return double;
  }

  /** Text of a kubeconfig, of somebody who may everything or of one whom `rules` bind. */
  kubeconfig(user: keyof typeof TOKENS = 'tester'): string {
    const { port } = this.#server.address() as AddressInfo;
    return JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'double',
      clusters: [{ name: 'double', cluster: { server: `http://127.0.0.1:${port}` } }],
      users: [{ name: user, user: { token: TOKENS[user] } }],
      contexts: [{ name: 'double', context: { cluster: 'double', user } }],
    });
  }

  /** Ends every watch, as a proxy in between may do at any time. */
  dropWatches(): void {
    for (const response of this.#watches) response.destroy();
  }

  /** Ends every command's connection. */
  dropExecs(): void {
    for (const socket of this.#sockets.clients) socket.terminate();
  }

  async close(): Promise<void> {
    this.dropWatches();
    this.dropExecs();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    await this.kubelet.close();
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const facts = this.#facts(request, await readBody(request));
      this.requests.push(`${facts.verb} ${facts.url.pathname}`);
      this.#mayPass(request, response, facts);
      if (facts.url.searchParams.has('watch')) {
        this.#watches.add(response);
        response.on('close', () => this.#watches.delete(response));
        return openWatchAnswer(facts, response, this.store);
      }
      send(response, 200, answer(facts, this));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      send(response, error.code, error.toStatus());
    }
  }

  #facts(request: IncomingMessage, body: unknown): RequestFacts {
    const url = new URL(request.url ?? '/', 'http://double');
    return {
      verb: request.method ?? 'GET',
      url,
      body,
      contentType: request.headers['content-type'],
    };
  }

  #mayPass(request: IncomingMessage, response: ServerResponse, facts: RequestFacts): void {
    if (!this.#isKnown(request)) throw new Refusal(401, 'Unauthorized', 'Unauthorized');
    if (!this.#isAllowed(request, facts))
      throw new Refusal(403, 'Forbidden', `cannot ${facts.verb} ${facts.url.pathname}`);
    if (this.faults.throttled <= 0) return;
    this.faults.throttled--;
    response.setHeader('retry-after', '1');
    throw new Refusal(429, 'TooManyRequests', 'Too many requests, please try again later.');
  }

  #isKnown({ headers }: IncomingMessage): boolean {
    return Object.values(TOKENS).some((token) => headers.authorization === `Bearer ${token}`);
  }

  #isAllowed({ headers }: IncomingMessage, { verb, url }: RequestFacts): boolean {
    if (headers.authorization === `Bearer ${TOKENS.tester}`) return true;
    if (OPEN_TO_ALL.has(url.pathname)) return true;
    const rule = ruleFor(this.options.rules ?? [], verb, url);
    if (rule) this.usedRules.add(rule);
    return rule !== undefined;
  }
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  return text === '' ? undefined : JSON.parse(text);
}

function send(response: ServerResponse, code: number, body: unknown): void {
  response.writeHead(code, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
