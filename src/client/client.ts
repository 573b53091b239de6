import { Archives } from './archives.ts';
import { Executions, type CreateOptions } from './executions.ts';
import { Keys } from './keys.ts';
import { NodeView } from './node.ts';
import { Defaults, Policies } from './policies.ts';
import { followEvents, type FollowOptions } from './streams.ts';
import { Transport, type CallOptions, type ClientOptions } from './transport.ts';
import type {
  Analysis,
  AnalysisRequest,
  Execution,
  ExecutionEvent,
  NewExecution,
} from './types.ts';
import { Webhooks } from './webhooks.ts';

export type RunOptions = Omit<CreateOptions, 'waitMs'> & {
  /** Of its events, as they come. */
  readonly onEvent?: ((event: ExecutionEvent) => void) | undefined;
};
export type Ran = {
  readonly execution: Execution;
  readonly stdout: string;
  readonly stderr: string;
};

/** A client of `limber serve`. Safe to share; it holds nothing that must be closed. */
export class LimberClient {
  readonly executions: Executions;
  readonly archives: Archives;
  readonly policies: Policies;
  /** Of the tenant. */
  readonly defaults: Defaults;
  readonly keys: Keys;
  readonly webhooks: Webhooks;
  readonly node: NodeView;
  readonly #transport: Transport;

  constructor(options: ClientOptions = {}) {
    this.#transport = new Transport(options);
    this.executions = new Executions(this.#transport);
    this.archives = new Archives(this.#transport);
    this.policies = new Policies(this.#transport);
    this.defaults = new Defaults(this.#transport, 'Tenant');
    this.keys = new Keys(this.#transport);
    this.webhooks = new Webhooks(this.#transport);
    this.node = new NodeView(this.#transport);
  }

  /** Where it asks. */
  get url(): string {
    return this.#transport.url;
  }

  /** Runs it to its end. When the signal aborts, the execution is cancelled. */
  async run(body: NewExecution, options: RunOptions = {}): Promise<Ran> {
    const { onEvent, signal, ...create } = options;
    const { id } = await this.executions.create(body, { ...create, signal });
    try {
      if (onEvent) for await (const event of this.executions.events(id, { signal })) onEvent(event);
      const execution = await this.executions.wait(id, { signal });
      const [stdout, stderr] = await Promise.all([
        this.executions.text(id, 'stdout', { signal }),
        this.executions.text(id, 'stderr', { signal }),
      ]);
      return { execution, stdout, stderr };
    } catch (error) {
      if (signal?.aborted) await this.executions.cancel(id);
      throw error;
    }
  }

  /** Events of all executions of the tenant, from now on or behind `after`. */
  events(options: FollowOptions = {}): AsyncGenerator<ExecutionEvent, void, undefined> {
    return followEvents(this.#transport, options);
  }

  /** Complexity profile and demand estimate of code, without running it. */
  analyze(request: AnalysisRequest, { signal }: CallOptions = {}): Promise<Analysis> {
    return this.#transport.json('analyze', { json: request, isRepeatable: true, signal });
  }
}
