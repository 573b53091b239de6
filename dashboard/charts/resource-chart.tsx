import { useSignal } from '@preact/signals';
import uPlot from 'uplot';
import { AMOUNT_TEXT } from '../format.ts';
import type { RunModel } from '../run/run-model.ts';
import { amountAxis, colour, timeAxis } from './axes.ts';
import { drawFan } from './fan.ts';
import { drawDecisions, drawHeld } from './marks.ts';
import { Plot } from './plot.tsx';
import type { Resource } from './resources.ts';
import type { TimeRange } from './time-range.ts';

type Props = {
  readonly resource: Resource;
  readonly model: RunModel;
  readonly range: TimeRange;
  readonly hasTimes: boolean;
};

/** An allocation far above use would press use flat: it then ends at the top of the picture. */
const MOST_TIMES_USED = 4;
const HEIGHT = 168;

/** What was used of what was allocated, with the decisions between. */
export function ResourceChart({ resource, model, range, hasTimes }: Props) {
  const pointed = useSignal<number | undefined>(undefined);
  const { key, title, used, allocated, held, heldText } = resource;
  const text = AMOUNT_TEXT[key];
  void model.revision.value;
  const index = Math.min(pointed.value ?? Infinity, model.series.length - 1);
  const [now, may] = [model.series.at(used, index), model.series.at(allocated, index)];
  const expected = model.isOver ? undefined : model.forecast?.[key].p99;
  return (
    <section class="chart" aria-label={title}>
      <header>
        <h3>{title}</h3>
        <p class="legend">
          <span>
            <i class="key used" /> used <b>{text(now || 0)}</b>
          </span>
          <span>
            <i class="key allocated" /> allocated <b>{text(may || 0)}</b>
          </span>
          {expected !== undefined && (
            <span>
              <i class="key fan" /> expected up to <b>{text(expected)}</b>
            </span>
          )}
          {held && model.series.column(held).includes(1) && (
            <span>
              <i class="key held" /> {heldText}
            </span>
          )}
        </p>
      </header>
      <Plot
        label={`${title} over time: ${text(now || 0)} used of ${text(may || 0)} allocated`}
        height={hasTimes ? HEIGHT + 24 : HEIGHT}
        range={range}
        revision={model.revision}
        redraw={() => model.chosen.value}
        onPoint={(at) => (pointed.value = at)}
        onPick={(seconds, tolerance) => pick(model, seconds, tolerance)}
        data={() => [
          model.series.column('atSeconds'),
          model.series.column(used),
          model.series.column(allocated),
        ]}
        options={() => ({
          axes: [timeAxis(hasTimes), amountAxis(text, key === 'memoryBytes')],
          scales: {
            x: { time: false, auto: false },
            y: { range: (plot) => [0, Math.max(highest(plot), ahead(model, key))] },
          },
          series: [
            {},
            {
              stroke: colour('used'),
              fill: colour('used-fill'),
              width: 1.5,
              points: { show: false },
            },
            {
              stroke: colour('allocated'),
              width: 2,
              points: { show: false },
              paths: uPlot.paths.stepped!({ align: 1 }),
            },
          ],
          hooks: {
            draw: [
              (plot) => {
                if (held)
                  drawHeld(plot, model.series.column('atSeconds'), model.series.column(held));
                drawFan(plot, model, key);
                drawDecisions(plot, model, key);
              },
            ],
          },
        })}
      />
    </section>
  );
}

/** Of what is shown: all of its use, and its allocation as far as that leaves use readable. */
function highest(plot: uPlot): number {
  const [times, used, allocated] = plot.data;
  const { min = 0, max = 0 } = plot.scales['x']!;
  let [mostUsed, mostAllocated] = [0, 0];
  for (let index = 0; index < times.length; index++) {
    const at = times[index]!;
    if (at < min || at > max) continue;
    mostUsed = Math.max(mostUsed, used![index] ?? 0);
    mostAllocated = Math.max(mostAllocated, allocated![index] ?? 0);
  }
  const most = mostUsed > 0 ? Math.min(mostAllocated, mostUsed * MOST_TIMES_USED) : mostAllocated;
  return Math.max(most, mostUsed, 1e-3) * 1.12;
}

/** Where the loop under way leads is shown as well. */
function ahead({ last, isOver }: RunModel, key: string): number {
  const peak = isOver || key !== 'memoryBytes' ? undefined : last?.progress?.peakBytes.high;
  return (peak ?? 0) * 1.12;
}

function pick(model: RunModel, seconds: number, tolerance: number): void {
  let best: number | undefined;
  let distance = tolerance;
  for (const [index, { atSeconds }] of model.decisions.entries()) {
    const away = Math.abs(atSeconds - seconds);
    if (away > distance) continue;
    [best, distance] = [index, away];
  }
  model.chosen.value = best;
}
