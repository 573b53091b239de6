import type { ComplexityProfile } from '#model/complexity.ts';

/** Lines in which calls to other systems are made at once: not awaited, or by what is handed to a pool. */
export function burstLinesOf(profile: ComplexityProfile): ReadonlySet<number> {
  const lines = new Set<number>();
  for (const { line, awaited } of profile.externalCalls)
    if (awaited === 'parallel') lines.add(line);
  const handedOver = new Set(
    profile.functionOrder?.flatMap(({ calls, isHandedOver }) => (isHandedOver ? [calls] : [])),
  );
  for (const site of profile.sites ?? [])
    if (site.kind === 'external' && [site.function, ...site.callers].some((f) => handedOver.has(f)))
      lines.add(site.line);
  return lines;
}
