import type { ListedExecution, NodeState, Reservation } from '#client/index.ts';
import { bytesText, coresText, percentText } from '../format.ts';
import { Meter } from '../run/meter.tsx';
import { titleOf } from '../run/words.ts';

type Props = {
  readonly executions: readonly ListedExecution[];
  /** Undefined where the key may not see it. */
  readonly ledger: readonly Reservation[] | undefined;
  readonly node: NodeState;
};

/** Who holds what: the own executions with what they use, and what all others hold together. */
export function Holders({ executions, ledger, node }: Props) {
  const own = executions.toSorted((one, other) => heldBy(other) - heldBy(one));
  const others = othersOf(ledger ?? [], new Set(executions.map(({ id }) => id)));
  return (
    <section class="card" aria-label="Who holds what">
      <header>
        <h2>Who holds what</h2>
        <span class="small soft">of the node's memory</span>
      </header>
      {own.length === 0 && others.count === 0 ? (
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
              {others.count > 0 && (
                <tr>
                  <td class="wide soft">{others.count} more: others, or waiting to be used</td>
                  <td>{coresText(others.cpuCores)} cores</td>
                  <td>{bytesText(others.memoryBytes)}</td>
                  <td class="figure">
                    {percentText(others.memoryBytes / node.capacity.memoryBytes)}
                  </td>
                </tr>
              )}
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

function othersOf(ledger: readonly Reservation[], own: ReadonlySet<string>) {
  const others = ledger.filter(({ execution }) => !own.has(execution));
  const sum = (key: 'cpuCores' | 'memoryBytes') =>
    others.reduce((total, { allocation }) => total + allocation[key], 0);
  return { count: others.length, cpuCores: sum('cpuCores'), memoryBytes: sum('memoryBytes') };
}
