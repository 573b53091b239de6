import type { Priorities, SimulateOptions } from '#cli/simulate-options.ts';
import type { Demand } from '#runtimes/simulated/demand.ts';
import type { FleetTotals } from '#simulate/fleet/account.ts';
import { arrivalTimes } from '#simulate/fleet/arrivals.ts';
import { simulateFleet } from '#simulate/fleet/fleet.ts';
import { imaginedTrace } from '#simulate/fleet/imagined-trace.ts';
import { randomFor } from '#simulate/random.ts';
import { traceToDemand } from '#simulate/traces/to-demand.ts';
import type { Trace } from '#simulate/traces/trace.ts';
import { withProgress, type Simulation } from './simulation.ts';

/** The same arrivals of the same programs under each policy. */
export async function simulateFleets(
  options: SimulateOptions,
  { policies, settings }: Simulation,
  traces: readonly Trace[],
): Promise<{ policy: string; totals: FleetTotals }[]> {
  const { seed } = options;
  const fleet = options.fleet!;
  const {
    instances: count,
    arrivals: kind,
    perSecond,
    daySeconds,
    nodes,
    patienceMs,
    priorities,
  } = fleet;
  const arrivals = arrivalTimes(
    { kind, perSecond, count, daySeconds },
    randomFor(seed, 'arrivals'),
  );
  const fleets: { policy: string; totals: FleetTotals }[] = [];
  for (const policy of policies) {
    const totals = await withProgress(`runs under ${policy.name}`, (onProgress) =>
      simulateFleet({
        arrivals,
        demandOf: (index) => demandOf(index, options, traces),
        priorityOf: (index) => priorityOf(randomFor(seed, `priority ${index}`)(), priorities),
        policy,
        settings,
        nodes,
        patienceMs,
        onProgress,
      }),
    );
    fleets.push({ policy: policy.name, totals });
  }
  return fleets;
}

/** `drawn`: from 0 to 1. */
function priorityOf(drawn: number, priorities: Priorities): number {
  let left = drawn * priorities.reduce((total, { weight }) => total + weight, 0);
  for (const { priority, weight } of priorities) if ((left -= weight) < 0) return priority;
  return priorities.at(-1)!.priority;
}

/** One of the traces at random, or an imagined program. */
function demandOf(
  index: number,
  { seed, within }: SimulateOptions,
  traces: readonly Trace[],
): Demand {
  const random = randomFor(seed, `program ${index}`);
  const drawn = traces[Math.floor(random() * traces.length)];
  return traceToDemand(drawn ?? imaginedTrace(`run-${index}`, random), within, random);
}
