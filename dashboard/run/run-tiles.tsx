import type { ComponentChildren } from 'preact';
import type { Execution } from '#client/index.ts';
import { bytesText, coresText, percentText, secondsText } from '../format.ts';
import type { RunModel } from './run-model.ts';
import { lastedSeconds } from './words.ts';

type Props = { readonly execution: Execution; readonly model: RunModel };

/** Where it stands, in a few figures. */
export function RunTiles({ execution, model }: Props) {
  void model.revision.value;
  const { efficiency, summary } = execution;
  const lasted = summary?.wallSeconds ?? lastedSeconds(execution);
  const last = execution.state === 'running' ? model.last : undefined;
  return (
    <dl class="tiles">
      <Tile name="Time">{lasted === undefined ? 'not started' : secondsText(lasted)}</Tile>
      {last && (
        <>
          <Tile name="CPU now">
            {coresText(last.cpuCoresUsed)}{' '}
            <small>of {coresText(last.allocation.cpuCores)} cores</small>
          </Tile>
          <Tile name="Memory now">
            {bytesText(last.memoryWorkingSetBytes)}{' '}
            <small>of {bytesText(last.allocation.memoryBytes)}</small>
          </Tile>
        </>
      )}
      {summary && (
        <>
          <Tile name="CPU used">
            {summary.cpu.usedCoreSeconds.toFixed(1)}{' '}
            <small>of {summary.cpu.reservedCoreSeconds.toFixed(1)} core-s</small>
          </Tile>
          <Tile name="Memory peak">{bytesText(summary.memory.peakBytes)}</Tile>
        </>
      )}
      {efficiency && (
        <>
          <Tile name="Slack" note="reserved and not used">
            {percentText(efficiency.cpuSlack)} <small>CPU</small> ·{' '}
            {percentText(efficiency.memorySlack)} <small>memory</small>
          </Tile>
          <Tile name="Held back" note="by the CPU quota · for memory">
            {secondsText(efficiency.throttledSeconds)} · {secondsText(efficiency.stalledSeconds)}
          </Tile>
        </>
      )}
    </dl>
  );
}

function Tile(props: {
  readonly name: string;
  readonly note?: string;
  readonly children: ComponentChildren;
}) {
  return (
    <div class="tile">
      <dt>{props.name}</dt>
      <dd>{props.children}</dd>
      {props.note !== undefined && <dd class="note">{props.note}</dd>}
    </div>
  );
}
