import { useMemo } from 'preact/hooks';
import { signal } from '@preact/signals';
import uPlot from 'uplot';
import type { Curve } from '#client/index.ts';
import { amountAxis, colour, timeAxis } from '../charts/axes.ts';
import { Plot } from '../charts/plot.tsx';
import { TimeRange } from '../charts/time-range.ts';
import { bytesText, coresText } from '../format.ts';
import { ReplayTable } from './replay-table.tsx';

/** What each curve is called, in the order of the curves. */
type Props = { readonly curves: readonly Curve[]; readonly names: readonly string[] };

const HEIGHT = 220;
const STILL = signal(0);

const PICTURES = [
  { title: 'CPU, cores', used: 'cpuCoresUsed', allocated: 'cpuCoresAllocated', text: coresText },
  { title: 'Memory', used: 'memoryBytesUsed', allocated: 'memoryBytesAllocated', text: bytesText },
] as const;

/** Curves above each other, and below them what each cost and how long it was held back. */
export function ReplayView({ curves, names }: Props) {
  const range = useMemo(() => new TimeRange(), [curves]);
  range.whole = { min: 0, max: Math.max(1, ...curves.map(({ seconds }) => seconds)) * 1.02 };
  return (
    <>
      <section class="card" aria-label="Curves">
        <header>
          <h2>Allocation under each policy</h2>
          <p class="legend small">
            <span>
              <i class="key used" /> used, as recorded
            </span>
            {names.map((name, index) => (
              <span key={name}>
                <i class={`key curve-${index}`} /> {name}
              </span>
            ))}
          </p>
        </header>
        {PICTURES.map((picture) => (
          <Picture key={picture.title} {...picture} curves={curves} range={range} />
        ))}
      </section>
      <ReplayTable curves={curves} names={names} />
    </>
  );
}

function Picture(
  props: (typeof PICTURES)[number] & {
    readonly curves: readonly Curve[];
    readonly range: TimeRange;
  },
) {
  const { title, used, allocated, text, curves, range } = props;
  const data = useMemo(() => joined(curves, used, allocated), [curves]);
  return (
    <section class="chart" aria-label={title}>
      <header>
        <h3>{title}</h3>
      </header>
      <Plot
        key={String(curves.length)}
        label={`${title} under each policy, over time`}
        height={HEIGHT}
        range={range}
        revision={STILL}
        data={() => data}
        options={() => ({
          axes: [timeAxis(true), amountAxis(text, used === 'memoryBytesUsed')],
          scales: {
            x: { time: false, auto: false },
            y: { range: (_plot, _low, high) => [0, Math.max(high, 1e-3) * 1.1] },
          },
          series: [
            {},
            {
              stroke: colour('used'),
              fill: colour('used-fill'),
              width: 1.5,
              spanGaps: true,
              points: { show: false },
            },
            ...curves.map((_, index) => ({
              stroke: colour(`curve-${index}`),
              width: 2,
              spanGaps: true,
              points: { show: false },
              paths: uPlot.paths.stepped!({ align: 1 }),
            })),
          ],
        })}
      />
    </section>
  );
}

/** Each curve has moments of its own: all of them in one, with gaps where a curve says nothing. */
function joined(
  curves: readonly Curve[],
  used: 'cpuCoresUsed' | 'memoryBytesUsed',
  allocated: 'cpuCoresAllocated' | 'memoryBytesAllocated',
): uPlot.AlignedData {
  const [happened] = curves;
  const tables = curves.map((curve, index) => [
    curve.atSeconds,
    ...(index === 0 ? [happened![used]] : []),
    curve[allocated],
  ]);
  return uPlot.join(tables as unknown as uPlot.AlignedData[]);
}
