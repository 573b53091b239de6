import { Defaults } from './policies.ts';
import { LimberProblem } from './problem.ts';
import type { CallOptions, Transport } from './transport.ts';
import type { Health, NodePast, NodeState, Reservation } from './types.ts';

/** The machine that the server runs on. */
export class NodeView {
  /** Of all tenants. */
  readonly defaults: Defaults;
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
    this.defaults = new Defaults(transport, 'Node');
  }

  /** What it has, what is free of it, and how much runs. */
  get({ signal }: CallOptions = {}): Promise<NodeState> {
    return this.#transport.json('getNode', { signal });
  }

  /** What was allocated and used of it of late; `after`: an ISO time, for what is newer alone. */
  history(options: CallOptions & { readonly after?: string | undefined } = {}): Promise<NodePast> {
    const { after, signal } = options;
    return this.#transport.json('getNodeHistory', { query: { after }, signal });
  }

  /** Who holds what, of all tenants. */
  async ledger({ signal }: CallOptions = {}): Promise<readonly Reservation[]> {
    const call = { signal };
    const { reservations } = await this.#transport.json<{ reservations: Reservation[] }>(
      'getLedger',
      call,
    );
    return reservations;
  }

  /** As Prometheus reads it. */
  async metrics({ signal }: CallOptions = {}): Promise<string> {
    return (await this.#transport.send('metrics', { signal })).text();
  }

  /** Throws LimberUnreachable when it does not answer. */
  health({ signal }: CallOptions = {}): Promise<Health> {
    return this.#transport.json('health', { signal });
  }

  /** Whether it takes executions; false while it drains. */
  async isReady({ signal }: CallOptions = {}): Promise<boolean> {
    try {
      await this.#transport.done('readiness', { signal });
      return true;
    } catch (error) {
      if (error instanceof LimberProblem && error.status === 503) return false;
      throw error;
    }
  }
}
