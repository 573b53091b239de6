import type { ListedExecution } from '#client/index.ts';
import { bytesText, coresText, percentText, secondsText } from '../format.ts';
import { Meter } from './meter.tsx';
import { Labels, StateBadge } from './state-badge.tsx';
import { lastedSeconds, titleOf } from './words.ts';

export function ExecutionRow({ execution }: { readonly execution: ListedExecution }) {
  const { id, labels, usage, allocation, efficiency } = execution;
  const lasted = lastedSeconds(execution);
  return (
    <tr>
      <td class="wide">
        <span class="what">
          <a href={`#/executions/${id}`}>{titleOf(execution)}</a>
          <span class="row small soft">
            {id} <Labels labels={labels} />
          </span>
        </span>
      </td>
      <td class="wide">
        <StateBadge of={execution} />
      </td>
      <td>
        {usage && allocation && (
          <Meter used={usage.cpuCoresUsed} allocated={allocation.cpuCores} text={coresText} />
        )}
      </td>
      <td>
        {usage && allocation && (
          <Meter
            used={usage.memoryWorkingSetBytes}
            allocated={allocation.memoryBytes}
            text={bytesText}
          />
        )}
      </td>
      <td class="figure" data-name="Slack">
        {efficiency &&
          `${percentText(efficiency.cpuSlack)} · ${percentText(efficiency.memorySlack)}`}
      </td>
      <td class="figure" data-name="Held back">
        {efficiency && heldBack(efficiency)}
      </td>
      <td class="figure" data-name="Time">
        {lasted === undefined ? '' : secondsText(lasted)}
      </td>
    </tr>
  );
}

/** By the CPU quota or for want of memory. */
function heldBack(held: NonNullable<ListedExecution['efficiency']>): string {
  const seconds = held.throttledSeconds + held.stalledSeconds;
  return seconds < 0.01 ? '–' : secondsText(seconds);
}
