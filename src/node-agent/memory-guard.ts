const MIB = 2 ** 20;

/** A limit that lies nearer than this above what is used is raised. 1 GB/s uses it up in 130 ms. */
const NEAR_BYTES = 128 * MIB;
/** How far above what is used it is raised to. */
const ROOM_BYTES = 256 * MIB;
/** What stays free on the node: this share of it all. */
const SPARE_SHARE = 0.05;
const MARGIN = 1.05;

type MemoryView = {
  /** Without what the kernel can take back at once. */
  readonly usedBytes: number;
  /** The highest that was used in the last seconds. */
  readonly peakBytes: number;
  /** In force, and what the API says it is. */
  readonly limitBytes: number;
  readonly statedBytes: number;
  /** The limit in force is one that this agent set: of what the kubelet has just raised, the API hears later. */
  readonly isOwn: boolean;
  /** Granted by the controller. */
  readonly ceilingBytes: number;
  readonly node: { readonly totalBytes: number; readonly availableBytes: number };
};

/**
 * The limit that a container is to have, or undefined to leave it. It is raised before the program is
 * ended at it, within the grant and what the node has free; a raise that is not needed any more is
 * taken back to what the API states, once what was used lately and a margin lies below that.
 * Example: 300 MiB used of 320, ceiling 1 GiB → 556 MiB.
 */
export function limitFor(view: MemoryView): number | undefined {
  const { usedBytes, limitBytes, ceilingBytes, node } = view;
  if (isSuperfluous(view)) return view.statedBytes;
  if (limitBytes - usedBytes >= NEAR_BYTES) return undefined;
  const spareBytes = Math.max(0, node.availableBytes - node.totalBytes * SPARE_SHARE);
  const wanted = Math.floor(Math.min(ceilingBytes, usedBytes + ROOM_BYTES, usedBytes + spareBytes));
  return wanted > limitBytes ? wanted : undefined;
}

function isSuperfluous({ isOwn, limitBytes, statedBytes, peakBytes }: MemoryView): boolean {
  return isOwn && limitBytes > statedBytes && peakBytes * MARGIN + NEAR_BYTES < statedBytes;
}
