/** Processors that a guest needs online for an allocation; the quota on the host is what binds. */
export function onlineFor(cpuCores: number, processors: number): number {
  return Math.max(1, Math.min(processors, Math.ceil(cpuCores)));
}
