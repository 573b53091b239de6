import { emptySample } from '#model/sample.ts';
import { openInstanceSampler } from '#monitor/instance-sampler.ts';
import type { InstanceCgroup } from '../process/cgroup/types.ts';

/** CPU microseconds that a cgroup has used; 0 where there is none. */
export function readTotalUsec(cgroup: InstanceCgroup | undefined): number {
  if (!cgroup) return 0;
  const sampler = openInstanceSampler(
    { cgroup: cgroup.sources, rootPid: 0, network: undefined },
    emptySample(),
  );
  const usec = sampler.cpuUsecTotal();
  sampler.close();
  return Math.max(0, usec);
}
