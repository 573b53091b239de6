import { claimMemory, type Ahead, type CodeSource } from '#model/ahead.ts';
import type { Sample } from '#model/sample.ts';

/** Less is covered by the headroom. */
export const SMALLEST_GROWTH_BYTES = 4 * 2 ** 20;

/** What several places say of the same moment is not added up: the most of it is prepared. */
export function raiseMemory(
  into: Ahead,
  sample: Sample,
  to: { readonly bytes: number; readonly source: CodeSource; readonly text: string },
): void {
  if (to.bytes - sample.memoryWorkingSetBytes < SMALLEST_GROWTH_BYTES) return;
  claimMemory(into, to.source, to.bytes, to.text);
}
