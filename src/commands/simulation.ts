import { setImmediate as othersRun } from 'node:timers/promises';
import type { SimulationOptions } from '#cli/simulate-options.ts';
import { createProgress } from '#cli/progress.ts';
import { loadConfig } from '#config/load.ts';
import type { Environment } from '#config/paths.ts';
import type { Config } from '#config/schema.ts';
import type { Allocation } from '#model/allocation.ts';
import { pageHtml, pageSvg } from '#picture/page.ts';
import type { Panel } from '#picture/panel.ts';
import type { SimulatedPolicy } from '#simulate/policy.ts';
import { settingsFrom, type SimulationSettings } from '#simulate/settings.ts';
import { writeReport } from './deliver.ts';
import { openPolicyFactory } from './open-policy.ts';

export type Simulation = {
  readonly config: Config;
  readonly settings: SimulationSettings;
  readonly policies: readonly SimulatedPolicy[];
};

/** The configured policies on the node that the options describe. */
export async function openSimulation(
  options: SimulationOptions,
  env: Environment,
): Promise<Simulation> {
  const config = loadConfig({ env });
  const { networkBitsPerSecond } = config.node;
  const capacity: Allocation = {
    cpuCores: options.nodeCpuCores,
    memoryBytes: options.nodeMemoryBytes,
    ingressBitsPerSecond: networkBitsPerSecond,
    egressBitsPerSecond: networkBitsPerSecond,
  };
  const { samplingMs } = options;
  const settings = settingsFrom(config, capacity, {
    actuationLatencyMs: options.latencyMs,
    initial: {
      ...config.base,
      ...(options.cpuCores !== undefined && { cpuCores: options.cpuCores }),
      ...(options.memoryBytes !== undefined && { memoryBytes: options.memoryBytes }),
    },
    ...(samplingMs !== undefined && { intervals: always(samplingMs) }),
  });
  const policies: SimulatedPolicy[] = [];
  for (const name of options.policies) {
    const named = { policy: name, currentFolder: options.currentFolder };
    const create = await openPolicyFactory(named, config);
    policies.push({ name, create, ...(name === 'unlimited' && { initial: () => capacity }) });
  }
  return { config, settings, policies };
}

function always(ms: number) {
  return { nearMs: ms, fastMs: ms, steadyMs: ms, idleMs: ms };
}

/** Shows how far it has come, and lets the process do other things in between. */
export async function withProgress<Result>(
  noun: string,
  work: (tell: (done: number, all: number) => Promise<void>) => Promise<Result>,
): Promise<Result> {
  const progress = createProgress(process.stderr, noun);
  try {
    return await work(async (done, all) => {
      progress.update(done, all);
      await othersRun();
    });
  } finally {
    progress.stop();
  }
}

type Table = readonly (readonly string[])[];

/** A page where the name says so, else the pictures alone. */
export function writePlot(
  path: string,
  page: { readonly title: string; readonly table: Table; readonly panels: readonly Panel[] },
): void {
  const { title, table, panels } = page;
  writeReport(path, /\.html?$/i.test(path) ? pageHtml(title, table, panels) : pageSvg(panels));
}
