import type { NetworkRule } from '#model/execution.ts';

/** Shaping rates of one instance, in bits per second; Infinity leaves a direction unshaped. */
export type Rates = {
  readonly ingressBitsPerSecond: number;
  readonly egressBitsPerSecond: number;
};

export type InstanceNetworkOptions = Rates & {
  readonly instanceId: string;
  readonly rule: NetworkRule;
  /** Holds one lease file per instance, which `sweepNetwork` reads after a crash. */
  readonly runtimeFolder: string;
};

/** What the host-port proxies of one instance have seen since it was created. */
export type ProxyCounts = {
  open: number;
  acceptedTotal: number;
  /** Connections beyond the bound. */
  refusedTotal: number;
  /** Connections that ended in an error on either side, an unreachable host port included. */
  failedTotal: number;
};

/**
 * The network of one instance: a namespace, a veth pair into it, shaping both ways.
 * Lifecycle: createInstanceNetwork → setRates, pollBacklog … → close.
 */
export type InstanceNetwork = {
  /** The sandbox joins it: `nsenter --net=<netnsPath>` around a child user namespace. */
  readonly netnsPath: string;
  readonly hostInterface: string;
  /** The host's end; `host.limber.internal`. */
  readonly gateway: string;
  /** The instance's end. */
  readonly address: string;
  /** Text for /etc/resolv.conf inside; without servers when the rule gives no egress. */
  readonly resolvConf: string;
  /** Why names will not resolve inside although the rule gives egress. */
  readonly dnsProblem?: string;
  /** Lines for /etc/hosts inside, beyond localhost. */
  readonly hostsEntries: readonly string[];
  /** Rates in force when it resolves, as read back; open connections stay. Starts no process. */
  readonly setRates: (rates: Rates) => Promise<Rates>;
  /** Rates as last read back. */
  readonly rates: () => Rates;
  /**
   * Asks both queues for their length; the answers land in `backlog` a moment later. Costs about
   * 50 µs of CPU: worth it near the rate, not on every tick of an idle instance.
   */
  readonly pollBacklog: () => void;
  /** Bytes that waited in each shaper when last asked. Overwritten in place. */
  readonly backlog: { readonly ingressBytes: number; readonly egressBytes: number };
  /** Files with cumulative bytes. The host's end transmits what the instance receives. */
  readonly byteCounterPaths: { readonly ingress: string; readonly egress: string };
  readonly proxyCounts: Readonly<ProxyCounts>;
  /** Removes everything; safe to call twice. The instance's processes have ended by then. */
  readonly close: () => Promise<void>;
};

/** A port of the host's loopback and the port of the gateway on which its proxy listens; 0 = not yet. */
export type HostPort = { readonly port: number; readonly proxyPort: number };

/**
 * What is on disk about one instance's network, so that whoever comes after a crash can remove it.
 * Written before anything exists in the kernel, removed after everything is gone.
 */
export type Lease = {
  readonly instanceId: string;
  readonly netns: string;
  readonly hostInterface: string;
  readonly handle: string;
  readonly gateway: string;
  readonly address: string;
  readonly kind: NetworkRule['kind'];
  readonly hostPorts: readonly HostPort[];
  /** IPv4 resolvers that an instance with egress may ask. */
  readonly resolvers: readonly string[];
};

/** One line of `limber doctor`. */
export type NetworkCheck = {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  /** What to do; empty when ok. */
  readonly hint: string;
};
