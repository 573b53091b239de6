import { LimberError } from '#model/errors.ts';

/** The token bucket that shapes one direction: man tc-tbf(8), net/sched/sch_tbf.c. */
export type Tbf = {
  readonly rateBytesPerSecond: number;
  readonly burstBytes: number;
  readonly limitBytes: number;
};

/**
 * `Infinity` and anything above become this, far beyond what a veth moves. Taking the shaper away
 * instead would throw its queue away.
 */
const UNSHAPED_BYTES_PER_SECOND = 12.5e9;

/**
 * A packet larger than the bucket can never leave it. The kernel cuts such a packet up when it
 * queues it (tbf_segment), but one that is queued already when the bucket shrinks stays at the head
 * and stops the direction for good. So no bucket is smaller than the largest packet a veth passes
 * whole: 64 KiB of payload in MAX_SEGMENTS segments with 66 bytes of headers each, 69,760 bytes.
 */
const MIN_BURST_BYTES = 80 * 1024;

/** Bounds the headers of one large packet, however small a segment size a program asks for. */
export const MAX_SEGMENTS = 64;

const BURST_SECONDS = 0.01;
const QUEUE_SECONDS = 0.1;
const MIN_QUEUE_BYTES = 96 * 1024;
const MAX_QUEUE_BYTES = 16 * 1024 * 1024;

/**
 * Burst = what 10 ms carry: a bucket smaller than what passes between two timer ticks (4–10 ms)
 * could not reach the rate. Queue = 100 ms, a long round trip's worth, so that TCP keeps the rate
 * full; at least one large packet beside the one that waits for its tokens.
 * 200 Mbit/s: 25 MB/s, burst 250 kB, limit 250 kB + 2.5 MB.
 */
export function tbfFor(bitsPerSecond: number): Tbf {
  if (!(bitsPerSecond > 0))
    throw new LimberError('internal', { problem: `a rate of ${bitsPerSecond} bit/s` });
  const rateBytesPerSecond = Math.min(
    UNSHAPED_BYTES_PER_SECOND,
    Math.max(1, Math.floor(bitsPerSecond / 8)),
  );
  const burstBytes = Math.max(MIN_BURST_BYTES, Math.ceil(rateBytesPerSecond * BURST_SECONDS));
  const wished = Math.ceil(rateBytesPerSecond * QUEUE_SECONDS);
  const queueBytes = Math.min(MAX_QUEUE_BYTES, Math.max(MIN_QUEUE_BYTES, wished));
  return { rateBytesPerSecond, burstBytes, limitBytes: burstBytes + queueBytes };
}

/** `replace` changes a shaper with the same handle in place: queue and counters stay. */
export function tbfCommand(device: string, handle: string, tbf: Tbf): string {
  const { rateBytesPerSecond, burstBytes, limitBytes } = tbf;
  return `qdisc replace dev ${device} root handle ${handle} tbf rate ${rateBytesPerSecond}bps burst ${burstBytes} limit ${limitBytes}`;
}

/** The rate that a shaper's bytes stand for; Infinity where it does not shape. */
export function tbfBitsPerSecond(rateBytesPerSecond: number): number {
  return rateBytesPerSecond >= UNSHAPED_BYTES_PER_SECOND ? Infinity : rateBytesPerSecond * 8;
}

/** What `tc -s -j qdisc show dev …` says of a shaper; undefined when the device has none. */
export type TbfReading = {
  readonly handle: string;
  readonly bitsPerSecond: number;
  readonly backlogBytes: number;
};

export function parseTbf(line: string): TbfReading | undefined {
  const [root] = JSON.parse(line) as readonly {
    kind?: string;
    handle?: string;
    backlog?: number;
    options?: { rate?: number };
  }[];
  if (root?.kind !== 'tbf') return undefined;
  return {
    handle: String(root.handle),
    bitsPerSecond: tbfBitsPerSecond(Number(root.options?.rate)),
    backlogBytes: Number(root.backlog),
  };
}
