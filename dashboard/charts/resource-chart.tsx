import { useSignal } from '@preact/signals';
import type uPlot from 'uplot';
import type { AllocationKey } from '#model/allocation.ts';
import { AMOUNT_TEXT } from '../format.ts';
import type { RunModel, Sampled } from '../run/run-model.ts';
import { amountAxis, colour, timeAxis } from './axes.ts';
import { drawFan, expectedBy } from './fan.ts';
import { drawDecisions, drawHeld } from './marks.ts';
import { firstAt } from './moments.ts';
import { Plot } from './plot.tsx';
import type { Resource } from './resources.ts';
import { steppedPaths } from './stepped.ts';
import { thinned, type Shown } from './thinned.ts';
import type { TimeRange } from './time-range.ts';

type Props = {
  readonly resource: Resource;
  readonly model: RunModel;
  readonly range: TimeRange;
  readonly hasTimes: boolean;
};

/** An allocation far above use would press use flat: it then ends at the top of the picture. */
const MOST_TIMES_USED = 4;
/** What is expected would do the same to what was. */
const MOST_TIMES_MORE = 1.5;
const HEIGHT = 168;

/** What was used of what was allocated, with the decisions between. */
export function ResourceChart({ resource, model, range, hasTimes }: Props) {
  const pointed = useSignal<number | undefined>(undefined);
  const { key, title, used, allocated, held, heldText } = resource;
  const text = AMOUNT_TEXT[key];
  void model.revision.value;
  const index = model.series.rowOf('atSeconds', pointed.value);
  const [now, may] = [model.series.at(used, index), model.series.at(allocated, index)];
  const expected = model.isOver ? undefined : expectedBy(model).at(-1);
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
              <i class="key fan" /> in {horizonText(expected.horizonMs)} up to{' '}
              <b>{text(expected[key].p95)}</b>
            </span>
          )}
          {held && model.carried.has(held) && (
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
        onPoint={(moment) => (pointed.value = moment)}
        onPick={(seconds, tolerance) => pick(model, seconds, tolerance)}
        data={(shown) => rows(model, [used, allocated], shown)}
        options={() => ({
          axes: [timeAxis(hasTimes), amountAxis(text, key === 'memoryBytes')],
          scales: {
            x: { time: false, auto: false },
            y: {
              range: (plot) => {
                const most = highest(plot);
                const showsAhead = (plot.scales['x']!.max ?? 0) > model.now;
                return [0, showsAhead ? Math.max(most, ahead(model, key, most)) : most];
              },
            },
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
              paths: steppedPaths,
            },
          ],
          hooks: {
            drawClear: [narrowWhereDense],
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

/** Lines of one pixel are drawn several times as fast as wider ones, and look the same side by side. */
function narrowWhereDense({ data: [moments], series, bbox }: uPlot): void {
  const isDense = moments.length > bbox.width / devicePixelRatio / 2;
  series[1]!.width = isDense ? 1 / devicePixelRatio : 1.5;
  series[2]!.width = isDense ? 1 / devicePixelRatio : 2;
}

function rows({ series }: RunModel, names: readonly Sampled[], shown: Shown): uPlot.AlignedData {
  const columns = ['atSeconds' as const, ...names].map((name) => series.column(name));
  return thinned(columns, shown) as unknown as uPlot.AlignedData;
}

/** Of what is shown: all of its use, and its allocation as far as that leaves use readable. */
function highest(plot: uPlot): number {
  const [times, used, allocated] = plot.data;
  const { min = 0, max = 0 } = plot.scales['x']!;
  let [mostUsed, mostAllocated] = [0, 0];
  for (let index = firstAt(times, min); index < times.length && times[index]! <= max; index++) {
    mostUsed = Math.max(mostUsed, used![index] ?? 0);
    mostAllocated = Math.max(mostAllocated, allocated![index] ?? 0);
  }
  const most = mostUsed > 0 ? Math.min(mostAllocated, mostUsed * MOST_TIMES_USED) : mostAllocated;
  return Math.max(most, mostUsed, 1e-3) * 1.12;
}

/** Where the loop under way leads is shown as well, and most of what is expected. */
function ahead(model: RunModel, key: AllocationKey, most: number): number {
  if (model.isOver) return 0;
  const peak = key === 'memoryBytes' ? (model.last?.progress?.peakBytes.high ?? 0) : 0;
  const expected = expectedBy(model).at(-1)?.[key].p95 ?? 0;
  return Math.max(peak, Math.min(expected, most * MOST_TIMES_MORE)) * 1.12;
}

/** 30 → `30 ms`, 3000 → `3 s`. */
function horizonText(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${Math.round(ms / 1000)} s`;
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
