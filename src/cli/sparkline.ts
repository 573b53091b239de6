const BLOCKS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;
const ASCII_RAMP = ['_', '.', ':', '-', '=', '+', '*', '#'] as const;

/** Values against a common top, one character each; a blank stands for exactly nothing. */
export function sparkline(
  values: readonly number[],
  { top, unicode }: { readonly top: number; readonly unicode: boolean },
): string {
  const ramp: readonly string[] = unicode ? BLOCKS : ASCII_RAMP;
  return values.map((value) => step(value, top, ramp)).join('');
}

function step(value: number, top: number, ramp: readonly string[]): string {
  if (!(value > 0) || !(top > 0)) return ' ';
  const index = Math.ceil((Math.min(value, top) / top) * ramp.length) - 1;
  return ramp[Math.max(0, index)] ?? ' ';
}

export type Reading = { readonly atSeconds: number; readonly value: number };

/**
 * Readings at uneven times as `columns` equal slices of time. A slice shows its highest reading, so
 * that a short peak stays visible; a slice without one repeats the reading before it.
 */
export function resample(
  readings: readonly Reading[],
  { columns, endSeconds }: { readonly columns: number; readonly endSeconds: number },
): number[] {
  const slices: (number | undefined)[] = Array.from({ length: columns });
  for (const { atSeconds, value } of readings) {
    const slice = endSeconds > 0 ? Math.floor((atSeconds / endSeconds) * columns) : 0;
    const index = Math.max(0, Math.min(columns - 1, slice));
    slices[index] = Math.max(slices[index] ?? 0, value);
  }
  return carryForward(slices);
}

function carryForward(slices: readonly (number | undefined)[]): number[] {
  let last = slices.find((value) => value !== undefined) ?? 0;
  return slices.map((value) => (last = value ?? last));
}
