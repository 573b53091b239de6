/** A point in time after which work stops and what is known so far is reported. */
export type Deadline = { readonly passed: () => boolean };

export function deadlineIn(
  milliseconds: number,
  now: () => number = performance.now.bind(performance),
): Deadline {
  const end = now() + milliseconds;
  return { passed: () => now() > end };
}
