import { explainFailure } from './explain-failure.ts';
import { acquireHostTc, releaseHostTc } from './host-tc.ts';
import { KeptTc } from './kept-tc.ts';
import { INNER_INTERFACE } from './links.ts';
import { createShaper } from './shaper.ts';
import type { InstanceNetwork, Lease, Rates } from './types.ts';

/** Inside there is one shaper only, so that its handle need not tell instances apart. */
const INNER_HANDLE = '1:';

export type InstanceShapers = Pick<
  InstanceNetwork,
  'setRates' | 'rates' | 'pollBacklog' | 'backlog'
> & {
  /** Reads what is in force, for an adopted instance. */
  readonly readRates: () => Promise<Rates>;
  readonly close: () => Promise<void>;
};

/**
 * Both directions of one instance. Each is shaped where it is sent from: what the instance
 * receives at the host's end, what it sends at its own end, which it has no capability over.
 */
export function createInstanceShapers(lease: Lease): InstanceShapers {
  const backlog = { ingressBytes: 0, egressBytes: 0 };
  const hostTc = acquireHostTc();
  const innerTc = new KeptTc(lease.netns);
  const ingress = createShaper({
    tc: hostTc,
    device: lease.hostInterface,
    handle: lease.handle,
    onBacklog: (bytes) => (backlog.ingressBytes = bytes),
  });
  const egress = createShaper({
    tc: innerTc,
    device: INNER_INTERFACE,
    handle: INNER_HANDLE,
    onBacklog: (bytes) => (backlog.egressBytes = bytes),
  });
  return {
    backlog,
    rates: () => ratesOf([ingress.bitsPerSecond(), egress.bitsPerSecond()]),
    setRates: ({ ingressBitsPerSecond, egressBitsPerSecond }) =>
      both(ingress.setRate(ingressBitsPerSecond), egress.setRate(egressBitsPerSecond)),
    readRates: () => both(ingress.readRate(), egress.readRate()),
    pollBacklog: () => {
      ingress.poll();
      egress.poll();
    },
    close: async () => {
      await Promise.all([innerTc.close(), releaseHostTc()]);
    },
  };
}

async function both(ingress: Promise<number>, egress: Promise<number>): Promise<Rates> {
  try {
    return ratesOf(await Promise.all([ingress, egress]));
  } catch (error) {
    throw explainFailure(error);
  }
}

function ratesOf([ingressBitsPerSecond, egressBitsPerSecond]: [number, number]): Rates {
  return { ingressBitsPerSecond, egressBitsPerSecond };
}
