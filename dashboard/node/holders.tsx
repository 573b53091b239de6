import type { ListedExecution, NodeState, Reservation } from '#client/index.ts';
import { bytesText, coresText, percentText } from '../format.ts';
import { Meter } from '../run/meter.tsx';
import { titleOf } from '../run/words.ts';

/** As the server's books call what was made in advance. */
const WARM = 'limber-warm';

type Props = {
  readonly executions: readonly ListedExecution[];
  /** Undefined where the key may not see it. */
  readonly ledger: readonly Reservation[] | undefined;
  readonly node: NodeState;
};

/** Who holds what: the own executions with what they use, and for who administers the node all others by tenant. */
export function Holders({ executions, ledger, node }: Props) {
  const own = executions.toSorted((one, other) => heldBy(other) - heldBy(one));
  const others = othersOf(ledger ?? [], new Set(executions.map(({ id }) => id)));
  return (
    <section class="card" aria-label="Who holds what">
      <header>
        <h2>Who holds what</h2>
        <span class="small soft">of the node's memory</span>
      </header>
      {own.length === 0 && others.length === 0 ? (
        <p class="body soft">
          Nobody holds anything. <a href="#/new">Run code</a> to see it here.
        </p>
      ) : (
        <div class="scroll">
          <table class="runs">
            <tbody>
              {own.map((one) => (
                <tr key={one.id}>
                  <td class="wide">
                    <span class="what">
                      <a href={`#/executions/${one.id}`}>{titleOf(one)}</a>
                    </span>
                  </td>
                  <td>
                    {one.usage && one.allocation && (
                      <Meter
                        used={one.usage.cpuCoresUsed}
                        allocated={one.allocation.cpuCores}
                        text={(cores) => coresText(cores)}
                      />
                    )}
                  </td>
                  <td>
                    {one.usage && one.allocation && (
                      <Meter
                        used={one.usage.memoryWorkingSetBytes}
                        allocated={one.allocation.memoryBytes}
                        text={bytesText}
                      />
                    )}
                  </td>
                  <td class="figure">{percentText(heldBy(one) / node.capacity.memoryBytes)}</td>
                </tr>
              ))}
              {others.map(({ tenant, count, cpuCores, memoryBytes }) => (
                <tr key={tenant}>
                  <td class="wide">{whoText(tenant, count)}</td>
                  <td>{coresText(cpuCores)} cores</td>
                  <td>{bytesText(memoryBytes)}</td>
                  <td class="figure">{percentText(memoryBytes / node.capacity.memoryBytes)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function heldBy({ allocation }: ListedExecution): number {
  return allocation?.memoryBytes ?? 0;
}

type Holder = {
  readonly tenant: string;
  readonly count: number;
  readonly cpuCores: number;
  readonly memoryBytes: number;
};

/** What is not listed one by one, by tenant, most memory first. */
function othersOf(ledger: readonly Reservation[], own: ReadonlySet<string>): readonly Holder[] {
  const others = Map.groupBy(
    ledger.filter(({ execution }) => !own.has(execution)),
    ({ tenant }) => tenant,
  );
  const holders = [...others].map(([tenant, held]) => ({
    tenant,
    count: held.length,
    cpuCores: held.reduce((sum, { allocation }) => sum + allocation.cpuCores, 0),
    memoryBytes: held.reduce((sum, { allocation }) => sum + allocation.memoryBytes, 0),
  }));
  return holders.toSorted((one, other) => other.memoryBytes - one.memoryBytes);
}

function whoText(tenant: string, count: number): string {
  if (tenant === WARM) return 'Warm pools';
  return `Tenant ${tenant}: ${count} more ${count === 1 ? 'execution' : 'executions'}`;
}
