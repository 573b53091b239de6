import type { Sample } from '#model/sample.ts';
import { openCgroupV1Sampler, readNumber } from './cgroup-v1-sampler.ts';
import { openCgroupV2Sampler } from './cgroup-v2-sampler.ts';
import { KeptFile } from './kept-file.ts';
import { openProcessTreeSampler } from './process-tree-sampler.ts';
import { deriveRates, noPrevious } from './rates.ts';
import type { CgroupSources, NetworkSource, Sampler } from './sources.ts';

export type InstanceSources = {
  /** Undefined where no cgroup can be had: the process tree below `rootPid` is read instead. */
  readonly cgroup: CgroupSources | undefined;
  readonly rootPid: number;
  readonly network: NetworkSource | undefined;
};

/** Opens the readers of one instance; every reading lands in `sample`, rates included. */
export function openInstanceSampler(sources: InstanceSources, sample: Sample): Sampler {
  const usage = openUsageSampler(sources, sample);
  const network = sources.network && openNetworkReader(sources.network, sample);
  const previous = noPrevious();

  const sampler: Sampler = {
    memoryLimitBytes: Number.POSITIVE_INFINITY,
    memoryAllocationBytes: Number.POSITIVE_INFINITY,
    cpuUsecTotal: usage.cpuUsecTotal,
    read(nowMs, quietUntilMs = Number.NEGATIVE_INFINITY) {
      usage.memoryLimitBytes = sampler.memoryLimitBytes;
      usage.memoryAllocationBytes = sampler.memoryAllocationBytes;
      if (!usage.read(nowMs)) return false;
      network?.read(nowMs);
      deriveRates(sample, previous, quietUntilMs);
      return true;
    },
    readEverything: (nowMs) => usage.readEverything(nowMs) && sampler.read(nowMs),
    close() {
      usage.close();
      network?.close();
    },
  };
  return sampler;
}

function openUsageSampler(sources: InstanceSources, sample: Sample): Sampler {
  if (sources.cgroup?.version === 1) return openCgroupV1Sampler(sources.cgroup, sample);
  if (sources.cgroup?.version === 2) return openCgroupV2Sampler(sources.cgroup, sample);
  return openProcessTreeSampler(sources.rootPid, sample);
}

/** Asking the shaper costs several times a reading of the counters. */
const BACKLOG_INTERVAL_MS = 100;

function openNetworkReader(source: NetworkSource, sample: Sample) {
  const ingress = KeptFile.open(source.ingressBytesPath);
  const egress = KeptFile.open(source.egressBytesPath);
  let polledMs = Number.NEGATIVE_INFINITY;
  let polledBytes = 0;

  /** A queue without traffic does not change. */
  function pollBacklog(nowMs: number): void {
    const bytes = sample.ingressBytesTotal + sample.egressBytesTotal;
    if (nowMs - polledMs < BACKLOG_INTERVAL_MS || bytes === polledBytes) return;
    polledMs = nowMs;
    polledBytes = bytes;
    source.pollBacklog();
  }

  return {
    read(nowMs: number): void {
      sample.ingressBytesTotal = readNumber(ingress, sample.ingressBytesTotal);
      sample.egressBytesTotal = readNumber(egress, sample.egressBytesTotal);
      sample.ingressBacklogBytes = source.backlog.ingressBytes;
      sample.egressBacklogBytes = source.backlog.egressBytes;
      pollBacklog(nowMs);
    },
    close(): void {
      ingress?.close();
      egress?.close();
    },
  };
}
