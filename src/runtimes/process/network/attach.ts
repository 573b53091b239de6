import { allOf } from './all-of.ts';
import type { HostPortProxies } from './host-port-proxy.ts';
import { createInstanceShapers } from './instance-shapers.ts';
import { netnsPath } from './links.ts';
import { removeInstanceNetwork } from './remove.ts';
import type { Resolvers } from './resolv-conf.ts';
import type { InstanceNetwork, Lease, Rates } from './types.ts';

export type AttachOptions = {
  readonly lease: Lease;
  readonly runtimeFolder: string;
  readonly resolvers: Resolvers;
  /** Closed together with the network, also when attaching fails. */
  readonly proxies: HostPortProxies;
  /** Absent when adopting: the rates in force are read instead. */
  readonly rates?: Rates;
};

/** The live half of a network that exists in the kernel: shapers, proxies, and the way to its end. */
export async function attachNetwork(options: AttachOptions): Promise<InstanceNetwork> {
  const { lease, runtimeFolder, resolvers, proxies, rates } = options;
  const { close: closeShapers, readRates, ...shapers } = createInstanceShapers(lease);
  async function detach(): Promise<void> {
    await allOf([proxies.close(), closeShapers()]);
  }
  async function close(): Promise<void> {
    await detach();
    await removeInstanceNetwork(runtimeFolder, lease.instanceId);
  }
  try {
    await (rates ? shapers.setRates(rates) : readRates());
  } catch (error) {
    await detach();
    throw error;
  }
  let closing: Promise<void> | undefined;
  return {
    ...describeNetwork(lease, resolvers),
    ...shapers,
    proxyCounts: proxies.counts,
    close: () => (closing ??= close()),
  };
}

function describeNetwork(
  { netns, hostInterface, gateway, address, hostPorts }: Lease,
  resolvers: Resolvers,
) {
  const statistics = `/sys/class/net/${hostInterface}/statistics`;
  return {
    netnsPath: netnsPath(netns),
    hostInterface,
    gateway,
    address,
    resolvConf: resolvers.text,
    ...(resolvers.problem === undefined ? {} : { dnsProblem: resolvers.problem }),
    hostsEntries: hostPorts.length > 0 ? [`${gateway} host.limber.internal`] : [],
    byteCounterPaths: { ingress: `${statistics}/tx_bytes`, egress: `${statistics}/rx_bytes` },
  };
}
