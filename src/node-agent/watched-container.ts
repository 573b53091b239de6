import { readWhileThere } from '#runtimes/process/cgroup/files.ts';
import { memoryCeilingOf } from '#runtimes/kubernetes/agent-bounds.ts';
import type { Pod } from '#runtimes/kubernetes/api/types.ts';
import { mainStatus } from '#runtimes/kubernetes/pod/end.ts';
import { memoryBytesOf } from '#runtimes/kubernetes/quantity.ts';
import { openContainerMemory, type ContainerMemory } from './container-memory.ts';
import { findCgroup, type CgroupPlace } from './find-cgroup.ts';
import { limitFor } from './memory-guard.ts';

/** Below this room `memory.stat` is looked into as well. */
const NEAR_BYTES = 192 * 2 ** 20;
/** A peak of this long counts for what may be taken back. */
const PEAK_WINDOW_MS = 5_000;

type NodeMemory = { readonly totalBytes: number; readonly availableBytes: number };

/** The program's container of a pod on this node. Lifecycle: create → (observe, look)*. */
export class WatchedContainer {
  pod: Pod;
  readonly #place: CgroupPlace;
  #memory: ContainerMemory | undefined;
  /** What it raised the limit to, while nobody else has written another. */
  #own: number | undefined;
  #peaks = { before: Number.POSITIVE_INFINITY, now: 0, sinceMs: 0 };

  constructor(pod: Pod, place: CgroupPlace) {
    this.pod = pod;
    this.#place = place;
  }

  observe(pod: Pod): void {
    this.pod = pod;
    this.#memory ??= this.#find();
  }

  get isFound(): boolean {
    return this.#memory !== undefined;
  }

  processId(): number | undefined {
    return this.#memory?.processId();
  }

  /** Reads, and acts where that is needed; returns the new limit where it was moved. */
  look(nowMs: number, nodeMemory: () => NodeMemory): number | undefined {
    const ceilingBytes = memoryCeilingOf(this.pod);
    this.#memory ??= this.#find();
    if (!this.#memory || ceilingBytes === undefined) return undefined;
    const seen = this.#memory.read(NEAR_BYTES);
    if (!seen) return undefined;
    const peakBytes = this.#notePeak(seen.usedBytes, nowMs);
    const statedBytes = memoryBytesOf(mainStatus(this.pod)?.resources?.limits?.memory);
    const isOwn = seen.limitBytes === this.#own;
    if (!isOwn && seen.limitBytes - seen.usedBytes >= NEAR_BYTES) return undefined;
    const view = { ...seen, peakBytes, statedBytes, ceilingBytes, isOwn };
    const limit = limitFor({ ...view, node: nodeMemory() });
    if (limit === undefined || !this.#memory.setLimit(limit)) return undefined;
    // The kernel rounds to pages.
    this.#own = this.#memory.read(0)?.limitBytes;
    return limit;
  }

  #find(): ContainerMemory | undefined {
    const { containerID = '', state } = mainStatus(this.pod) ?? {};
    const id = containerID.split('//')[1];
    if (!id || !state?.running) return undefined;
    const found = findCgroup(this.#place, this.pod.metadata.uid ?? '', id);
    return found && openContainerMemory(found);
  }

  /** The highest of this window and the one before; nothing is known until both have been. */
  #notePeak(bytes: number, nowMs: number): number {
    const peaks = this.#peaks;
    if (peaks.sinceMs === 0) peaks.sinceMs = nowMs;
    if (nowMs - peaks.sinceMs > PEAK_WINDOW_MS)
      this.#peaks = { before: peaks.now, now: bytes, sinceMs: nowMs };
    else peaks.now = Math.max(peaks.now, bytes);
    return Math.max(this.#peaks.before, this.#peaks.now);
  }
}

/** Of the whole machine; /proc is the host's in every container. */
export function readNodeMemory(): NodeMemory {
  const text = readWhileThere('/proc/meminfo') ?? '';
  const bytesOf = (key: string): number =>
    Number(new RegExp(`^${key}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0) * 1024;
  return { totalBytes: bytesOf('MemTotal'), availableBytes: bytesOf('MemAvailable') };
}
