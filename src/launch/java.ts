import { basename } from 'node:path';
import type { Allocation } from '#model/allocation.ts';

const MiB = 2 ** 20;

/** Code, metaspace, threads and buffers live beside the heap. */
const HEAP_SHARE = 0.8;

/**
 * The JVM's limits as arguments: JAVA_TOOL_OPTIONS would do it for every JVM, but prints a line to
 * stderr. What the user chose stays.
 */
export function javaArguments(
  argv: readonly string[],
  max: Pick<Allocation, 'cpuCores' | 'memoryBytes'>,
): readonly string[] {
  const [command = '', ...args] = argv;
  if (basename(command) !== 'java') return argv;
  const has = (pattern: RegExp) => args.some((arg) => pattern.test(arg));
  const heapMiB = Math.floor((max.memoryBytes * HEAP_SHARE) / MiB);
  const setsHeap = !has(/^-Xmx|^-XX:(MaxHeapSize|MaxRAM|MaxRAMPercentage)=/) && heapMiB > 0;
  const setsCores = !has(/^-XX:ActiveProcessorCount=/);
  return [
    command,
    ...(setsHeap && Number.isFinite(heapMiB) ? [`-Xmx${heapMiB}m`] : []),
    ...(setsCores && Number.isFinite(max.cpuCores)
      ? [`-XX:ActiveProcessorCount=${Math.max(1, Math.ceil(max.cpuCores))}`]
      : []),
    ...args,
  ];
}
