import { readWhileThere } from '#runtimes/process/cgroup/files.ts';
import type { ContainerStatus, Pod } from '#runtimes/kubernetes/api/types.ts';
import { memoryBytesOf } from '#runtimes/kubernetes/quantity.ts';
import { openContainerMemory, type ContainerMemory } from './container-memory.ts';
import { findCgroup, type CgroupPlace } from './find-cgroup.ts';
import { limitFor } from './memory-guard.ts';

/** Below this room `memory.stat` is looked into as well. */
const NEAR_BYTES = 192 * 2 ** 20;
/** A peak of this long counts for what may be taken back. */
const PEAK_WINDOW_MS = 5_000;

type NodeMemory = { readonly totalBytes: number; readonly availableBytes: number };

/** A container of a pod on this node. Lifecycle: create → (observe, look)* → leave. */
export class WatchedContainer {
  readonly name: string;
  readonly #place: CgroupPlace;
  #pod: Pod;
  #memory: ContainerMemory | undefined;
  /** What it raised the limit to, while nobody else has written another. */
  #own: number | undefined;
  #peaks = { before: Number.POSITIVE_INFINITY, now: 0, sinceMs: 0 };

  constructor(pod: Pod, name: string, place: CgroupPlace) {
    this.#pod = pod;
    this.name = name;
    this.#place = place;
  }

  observe(pod: Pod): void {
    this.#pod = pod;
    this.#memory ??= this.#find();
  }

  get isFound(): boolean {
    return this.#memory !== undefined;
  }

  processId(): number | undefined {
    return this.#memory?.processId();
  }

  /** Reads, and acts where that is needed; returns the new limit where it was moved. */
  look(
    ceilingBytes: number | undefined,
    nowMs: number,
    nodeMemory: () => NodeMemory,
  ): number | undefined {
    this.#memory ??= this.#find();
    if (!this.#memory || ceilingBytes === undefined) return undefined;
    const seen = this.#memory.read(NEAR_BYTES);
    // Started anew it is another one.
    if (!seen) return void (this.#memory = undefined);
    const peakBytes = this.#notePeak(seen.usedBytes, nowMs);
    const isOwn = seen.limitBytes === this.#own;
    if (!isOwn && seen.limitBytes - seen.usedBytes >= NEAR_BYTES) return undefined;
    const view = { ...seen, peakBytes, statedBytes: this.#statedBytes(), ceilingBytes, isOwn };
    const limit = limitFor({ ...view, node: nodeMemory() });
    if (limit === undefined || !this.#memory.setLimit(limit)) return undefined;
    // The kernel rounds to pages.
    this.#own = this.#memory.read(0)?.limitBytes;
    return limit;
  }

  /** It is not to be raised any more: back to what the API states, where it holds less. */
  leave(): void {
    const stated = this.#statedBytes();
    const limit = this.#memory?.read(0)?.limitBytes;
    if (limit !== undefined && limit === this.#own && limit > stated)
      this.#memory?.setLimit(stated);
  }

  #statedBytes(): number {
    return memoryBytesOf(this.#status()?.resources?.limits?.memory);
  }

  #status(): ContainerStatus | undefined {
    return this.#pod.status?.containerStatuses?.find(({ name }) => name === this.name);
  }

  #find(): ContainerMemory | undefined {
    const { containerID = '', state } = this.#status() ?? {};
    const id = containerID.split('//')[1];
    if (!id || !state?.running) return undefined;
    const found = findCgroup(this.#place, this.#pod.metadata.uid ?? '', id);
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
