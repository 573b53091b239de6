import type { Check } from '#cli/doctor-text.ts';
import { loadConfig } from '#config/load.ts';
import { resolvePaths } from '#config/paths.ts';
import { checkMicrovm } from '#runtimes/microvm/check.ts';
import { findHierarchy } from '#runtimes/process/cgroup/hierarchy.ts';
import type { Environment } from './engine.ts';

/** What this machine offers the microvm runtime. */
export function microvmChecks(env: Environment): readonly Check[] {
  const { home } = resolvePaths({ env, uid: process.getuid?.() ?? 0 });
  const imagesFolder = loadConfig({ env }).microvm.imagesFolder ?? `${home}/images`;
  return checkMicrovm({ hierarchy: findHierarchy(), imagesFolder });
}
