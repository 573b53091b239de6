import { loadConfig } from '#config/load.ts';
import { createPolicy } from '#decide/create-policy.ts';
import { simulateFleet } from '#simulate/fleet/fleet.ts';
import { arrivalTimes } from '#simulate/fleet/arrivals.ts';
import { imaginedTrace } from '#simulate/fleet/imagined-trace.ts';
import { randomFor, seededRandom } from '#simulate/random.ts';
import { settingsFrom } from '#simulate/settings.ts';
import { traceToDemand } from '#simulate/traces/to-demand.ts';
import { parseArgs } from 'node:util';
import { beginBenchmark, writeResult } from './measure/results.ts';
import { rounded } from './measure/statistics.ts';
import { printTable } from './measure/table.ts';

const CAPACITY = {
  cpuCores: 16,
  memoryBytes: 64 * 2 ** 30,
  ingressBitsPerSecond: 10e9,
  egressBitsPerSecond: 10e9,
};
const OPTIONS = {
  runs: { type: 'string', default: '2000' },
  nodes: { type: 'string', default: '20' },
  rate: { type: 'string', default: '20' },
  rounds: { type: 'string', default: '3' },
} as const;

/** How many readings of instances the simulator takes per second of one core's time, all stages included. */
export async function bench(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  const machine = beginBenchmark('simulate');
  const rows = [];
  for (const policy of ['predictive', 'threshold', 'static'] as const) {
    for (let round = 0; round < Number(values.rounds); round++) {
      const before = process.cpuUsage();
      const { ticks, runs, resizes } = await fleet(policy, values);
      const { user, system } = process.cpuUsage(before);
      const cpuSeconds = rounded((user + system) / 1e6);
      rows.push({
        policy,
        runs,
        resizes,
        ticks,
        cpuSeconds,
        ticksPerCpuSecond: Math.round(ticks / cpuSeconds),
      });
    }
  }
  printTable([Object.keys(rows[0]!), ...rows.map((row) => Object.values(row).map(String))]);
  writeResult('simulate', machine, { options: values, rows });
}

function fleet(
  name: 'predictive' | 'threshold' | 'static',
  { runs, nodes, rate }: { readonly runs: string; readonly nodes: string; readonly rate: string },
) {
  const config = loadConfig({ env: {} });
  const arrival = {
    kind: 'diurnal',
    perSecond: Number(rate),
    count: Number(runs),
    daySeconds: 3600,
  } as const;
  return simulateFleet({
    arrivals: arrivalTimes(arrival, seededRandom(1)),
    demandOf: (index) => {
      const random = randomFor(1, `program ${index}`);
      return traceToDemand(imaginedTrace(`${index}`, random), 'ramp', random);
    },
    policy: { name, create: () => createPolicy(name, config) },
    settings: settingsFrom(config, CAPACITY),
    nodes: Number(nodes),
    patienceMs: 30_000,
  });
}
