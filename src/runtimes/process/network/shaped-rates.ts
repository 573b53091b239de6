import type { Allocation } from '#model/allocation.ts';

const UNSHAPED = Number.POSITIVE_INFINITY;

type Rates = Pick<Allocation, 'ingressBitsPerSecond' | 'egressBitsPerSecond'>;

export function ratesDiffer(a: Rates, b: Rates): boolean {
  return (
    a.ingressBitsPerSecond !== b.ingressBitsPerSecond ||
    a.egressBitsPerSecond !== b.egressBitsPerSecond
  );
}

/** A rate of 0 is none that was asked for: nothing is held back. */
export function shaped({ ingressBitsPerSecond, egressBitsPerSecond }: Rates): Rates {
  return {
    ingressBitsPerSecond: ingressBitsPerSecond || UNSHAPED,
    egressBitsPerSecond: egressBitsPerSecond || UNSHAPED,
  };
}
