import type { Container, Pod as ApiPod } from '#runtimes/kubernetes/api/types.ts';
import { cpuCoresOf, memoryBytesOf } from '#runtimes/kubernetes/quantity.ts';
import type { Stored } from './store.ts';

export type Pod = ApiPod & Stored;
export type { Container };

export type Amounts = { readonly cpuCores: number; readonly memoryBytes: number };

export function requestsOf(pod: ApiPod): Amounts {
  let [cpuCores, memoryBytes] = [0, 0];
  for (const { resources } of pod.spec.containers) {
    const { cpu, memory } = resources.requests ?? resources.limits ?? {};
    cpuCores += cpu === undefined ? 0 : cpuCoresOf(cpu);
    memoryBytes += memory === undefined ? 0 : memoryBytesOf(memory);
  }
  return { cpuCores, memoryBytes };
}

export function fits(amounts: Amounts, into: Amounts): boolean {
  return amounts.cpuCores <= into.cpuCores && amounts.memoryBytes <= into.memoryBytes;
}

export function hasEnded({ status }: ApiPod): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed';
}
