import type { Allocation } from '#model/allocation.ts';
import type { Constraints } from '#model/constraints.ts';
import { formatAllocated } from '#model/quantities.ts';
import { glyphs, type Style } from './style.ts';

/** `CPU 1 · memory 64Mi · network ↓20M ↑20M` */
export function allocationText(allocation: Allocation, style: Style): string {
  const { down, up, separator } = glyphs(style);
  const text = (key: keyof Allocation) => formatAllocated(key, allocation[key]);
  return [
    `CPU ${text('cpuCores')}`,
    `memory ${text('memoryBytes')}`,
    hasNetwork(allocation)
      ? `network ${down}${text('ingressBitsPerSecond')} ${up}${text('egressBitsPerSecond')}`
      : 'no network rates',
  ].join(separator);
}

/** `CPU 100m to 2 · memory 16Mi to 4Gi · network ↓1M to 10G ↑1M to 10G` */
export function boundsText({ min, max }: Pick<Constraints, 'min' | 'max'>, style: Style): string {
  const { down, up, separator } = glyphs(style);
  const range = (key: keyof Allocation) => rangeText(key, min[key], max[key]);
  return [
    `CPU ${range('cpuCores')}`,
    `memory ${range('memoryBytes')}`,
    hasNetwork(max)
      ? `network ${down}${range('ingressBitsPerSecond')} ${up}${range('egressBitsPerSecond')}`
      : 'no network rates',
  ].join(separator);
}

/** Rates of nothing mean that there is nothing to limit, or nobody who would. */
function hasNetwork({ ingressBitsPerSecond, egressBitsPerSecond }: Allocation): boolean {
  return ingressBitsPerSecond > 0 || egressBitsPerSecond > 0;
}

/** `64Mi to 1.78Gi`, or `64Mi` alone where both are the same. */
export function rangeText(key: keyof Allocation, low: number, high: number): string {
  const [from, to] = [formatAllocated(key, low), formatAllocated(key, high)];
  return from === to ? to : `${from} to ${to}`;
}
