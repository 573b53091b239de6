import { Agent } from 'node:http';
import fc from 'fast-check';
import { Contract, type OpenApi } from '../../test/e2e/serve/contract.ts';
import { Caretaker, type Held } from './caretaker.ts';
import { exchange, type Target } from './exchange.ts';
import { requestsOf, type Document, type FuzzRequest } from './requests.ts';
import type { FuzzedServer } from './server.ts';

const BATCH = 1_000;
const MOST_PROBLEMS = 20;
const LONGEST_SHOWN = 2_000;

export type Problem = { readonly problem: string; readonly request: FuzzRequest };
export type Fuzzed = {
  readonly requests: number;
  readonly statuses: Readonly<Record<string, number>>;
  readonly slowestMs: number;
  readonly problems: readonly Problem[];
  /** After each batch, when all that was made had been ended and forgotten. */
  readonly held: readonly Held[];
};

/** Sends that many requests, made from the document that the server serves, and looks what comes back. */
export async function fuzz(
  server: FuzzedServer,
  options: {
    readonly requests: number;
    readonly seed: number;
    readonly atOnce: number;
    readonly onBatch?: (fuzzed: Fuzzed) => void;
  },
): Promise<Fuzzed> {
  const { target, requests } = await aimAt(server, options.atOnce);
  const caretaker = new Caretaker(server.url, server.key);
  const problems: Problem[] = [];
  const statuses: Record<string, number> = {};
  const held = [await caretaker.sweep()];
  let slowestMs = 0;
  let done = 0;
  const fuzzed = (): Fuzzed => ({ requests: done, statuses, slowestMs, problems, held });

  async function work(rest: FuzzRequest[]): Promise<void> {
    for (let request = rest.pop(); request; request = rest.pop()) {
      const startedMs = performance.now();
      const status = await statusOf(target, request, (problem) =>
        problems.push({ problem, request: shown(request!) }),
      );
      statuses[status] = (statuses[status] ?? 0) + 1;
      if (request.leaveAfterMs === undefined)
        slowestMs = Math.max(slowestMs, performance.now() - startedMs);
    }
  }

  while (done < options.requests && problems.length < MOST_PROBLEMS && !server.hasEnded()) {
    const numRuns = Math.min(BATCH, options.requests - done);
    const rest = fc.sample(requests, { numRuns, seed: options.seed + done });
    await Promise.all(Array.from({ length: options.atOnce }, () => work(rest)));
    done += numRuns;
    held.push(await caretaker.sweep());
    options.onBatch?.(fuzzed());
  }
  target.agent.destroy();
  return fuzzed();
}

/** The requests of its document, and where they go. */
export async function aimAt(server: Pick<FuzzedServer, 'url' | 'key'>, atOnce: number) {
  const document = (await (await fetch(`${server.url}/openapi.json`)).json()) as OpenApi;
  const ids: string[] = [];
  const contract = new Contract(document);
  const target: Target = {
    url: server.url,
    key: server.key,
    agent: new Agent({ keepAlive: true, maxSockets: atOnce }),
    contract,
    execution: () => ids.at(-1) ?? '000000000000',
    created: (id) => ids.push(id),
  };
  return { target, requests: requestsOf(document as unknown as Document) };
}

async function statusOf(
  target: Target,
  request: FuzzRequest,
  onProblem: (problem: string) => void,
): Promise<string> {
  try {
    const sent = await exchange(target, request);
    return sent.kind === 'answered' ? String(sent.status) : sent.kind;
  } catch (error) {
    onProblem(error instanceof Error ? error.message : String(error));
    return 'problem';
  }
}

function shown(request: FuzzRequest): FuzzRequest {
  const { body, path } = request;
  return {
    ...request,
    path: path.slice(0, LONGEST_SHOWN),
    ...(body !== undefined && { body: body.slice(0, LONGEST_SHOWN) }),
  };
}
