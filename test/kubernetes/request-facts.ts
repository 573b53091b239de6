import type { Kubelet, NodeOptions } from './kubelet.ts';
import type { Rule } from './role-rules.ts';
import type { Store } from './store.ts';

export type RequestFacts = {
  readonly verb: string;
  readonly url: URL;
  readonly body: unknown;
  readonly contentType: string | undefined;
};

export type DoubleOptions = Partial<NodeOptions> & {
  readonly minor?: string;
  /** `verb resource` pairs that nobody may. */
  readonly forbidden?: readonly string[];
  /** What the user `operator` of a kubeconfig may; nothing where absent. */
  readonly rules?: readonly Rule[];
};

/** What is made to go wrong. */
export type Faults = {
  /** So many of the next requests are answered with 429. */
  throttled: number;
  /** So many of the next resizes are answered with 409. */
  conflicts: number;
  /** Nodes that can never do what a resize asks for. */
  infeasible: boolean;
  /** No command is started in the container of this name. */
  unreachable?: string;
};

/** What of the double the answers are made from. */
export type DoubleParts = {
  readonly store: Store;
  readonly kubelet: Kubelet;
  readonly faults: Faults;
  readonly options: DoubleOptions;
  /** Ports of this machine where Services lead to, by `namespace/name`. */
  readonly services: Map<string, number>;
  /** Why a webhook did not answer, each time. */
  readonly unanswered: string[];
};
