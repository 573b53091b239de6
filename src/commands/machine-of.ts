import type { Config } from '#config/schema.ts';
import type { Submission } from '#model/execution.ts';
import type { MachinePlacement } from '#model/machine-placement.ts';

/** The machine that a run is to have: the image of its language, as large as it may ever be. */
export function machineOf(
  { constraints, language }: Submission,
  { microvm }: Config,
): MachinePlacement {
  const { packages } = microvm;
  return {
    packages: packages[language] ?? packages['*'] ?? [],
    maxCpuCores: constraints.max.cpuCores,
  };
}
