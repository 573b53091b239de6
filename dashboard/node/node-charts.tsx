import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import uPlot from 'uplot';
import type { NodeState } from '#client/index.ts';
import { ALLOCATION_KEYS, type AllocationKey } from '#model/allocation.ts';
import { amountAxis, clockAxis, colour } from '../charts/axes.ts';
import { Plot } from '../charts/plot.tsx';
import { AMOUNT_TEXT } from '../format.ts';
import type { NodeHistory } from './node-history.ts';

const TITLES: Readonly<Record<AllocationKey, string>> = {
  cpuCores: 'CPU, cores',
  memoryBytes: 'Memory',
  ingressBitsPerSecond: 'Network, received',
  egressBitsPerSecond: 'Network, sent',
};
const HEIGHT = 176;
/** Less of the capacity than that would be a line on the axis: then the picture ends above what is allocated. */
const LEAST_SHARE = 0.05;

/** At most a quarter of an hour, which the server keeps. */
function sinceText({ revision, since }: NodeHistory): string {
  return revision.value === 0 ? '' : `since ${new Date(since).toLocaleTimeString()}`;
}

type Props = {
  readonly node: NodeState;
  readonly history: NodeHistory;
  /** Whether use is that of all tenants. */
  readonly seesAll: boolean;
};

/** One chart per resource: what is used, within what is allocated, within what the node has. */
export function NodeCharts(props: Props) {
  return (
    <section class="card" aria-label="Capacity">
      <header>
        <h2>Capacity, allocated, used</h2>
        <span class="small soft">
          {sinceText(props.history)}
          {props.seesAll ? '' : '; used: your own executions'}
        </span>
      </header>
      <div class="grid-2">
        {ALLOCATION_KEYS.map((key) => (
          <NodeChart key={key} resource={key} {...props} />
        ))}
      </div>
    </section>
  );
}

function NodeChart({ resource: key, node, history }: Props & { readonly resource: AllocationKey }) {
  const pointed = useSignal<number | undefined>(undefined);
  const whole = useRef(node.capacity[key]);
  whole.current = node.capacity[key];
  void history.revision.value;
  const text = AMOUNT_TEXT[key];
  const index = history.rowOf(pointed.value);
  const used = text(history.at(key, 'used', index));
  const allocated = text(history.at(key, 'allocated', index));
  const capacity = text(node.capacity[key]);
  return (
    <section class="chart" aria-label={TITLES[key]}>
      <header>
        <h3>{TITLES[key]}</h3>
        <p class="legend">
          <span>
            <i class="key used" /> used <b>{used}</b>
          </span>
          <span>
            <i class="key allocated" /> allocated <b>{allocated}</b>
          </span>
          <span>
            <i class="key capacity" /> capacity <b>{capacity}</b>
          </span>
        </p>
      </header>
      <Plot
        label={`${TITLES[key]} of the node: ${used} used, ${allocated} allocated of ${capacity}`}
        height={HEIGHT}
        range={history.range}
        revision={history.revision}
        onPoint={(moment) => (pointed.value = moment)}
        data={() => [
          history.times(),
          Array.from({ length: history.length }, () => whole.current),
          history.column(key, 'allocated'),
          history.column(key, 'used'),
        ]}
        options={() => ({
          axes: [clockAxis(), amountAxis(text, key === 'memoryBytes')],
          scales: {
            x: { time: false, auto: false },
            y: { range: () => [0, top(history, key, whole.current)] },
          },
          series: [
            {},
            { stroke: colour('line-strong'), width: 2, points: { show: false } },
            {
              stroke: colour('allocated'),
              fill: colour('allocated-fill'),
              width: 2,
              points: { show: false },
              paths: uPlot.paths.stepped!({ align: 1 }),
            },
            {
              stroke: colour('used'),
              fill: colour('used-fill'),
              width: 1.5,
              points: { show: false },
            },
          ],
        })}
      />
    </section>
  );
}

function top(history: NodeHistory, key: AllocationKey, capacity: number): number {
  const most = Math.max(0, ...history.column(key, 'allocated'), ...history.column(key, 'used'));
  const isLow = most > 0 && most < capacity * LEAST_SHARE;
  return (isLow ? most * 2 : capacity) * 1.08;
}
