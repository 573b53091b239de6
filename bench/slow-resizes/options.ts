import { burstRoomBytesOf, type Enforcement } from '#model/instance.ts';
import { enforcementOf as quickEnforcementOf } from '#runtimes/process/options.ts';

export type { ProcessRuntimeOptions } from '#runtimes/process/options.ts';

/** As of a runtime that says so itself: it is sized and cut with the time in mind that its resizes take. */
export function enforcementOf(hierarchy: Parameters<typeof quickEnforcementOf>[0]): Enforcement {
  const quick = quickEnforcementOf(hierarchy);
  if (quick.kind === 'observe') return quick;
  return { ...quick, burstRoomBytes: burstRoomBytesOf(quick) };
}
