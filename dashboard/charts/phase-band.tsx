import { useSignal } from '@preact/signals';
import type uPlot from 'uplot';
import { codePlace, phaseText } from '../run/places.ts';
import type { RunModel, Stretch } from '../run/run-model.ts';
import { activityColour, activityName } from './activities.ts';
import { colour, emptyAxis, timeAxis } from './axes.ts';
import { Plot } from './plot.tsx';
import type { TimeRange } from './time-range.ts';

const HEIGHT = 46;
const LEAST_LABEL_PIXELS = 56;

/** What it did and in which place of the code, below the charts and in step with them. */
export function PhaseBand({
  model,
  range,
}: {
  readonly model: RunModel;
  readonly range: TimeRange;
}) {
  const pointed = useSignal<number | undefined>(undefined);
  void model.revision.value;
  const at = model.series.at('atSeconds', pointed.value ?? model.series.length - 1);
  const stretch = model.stretches.findLast(({ from }) => from <= at) ?? model.stretches.at(-1);
  const seen = [...new Set(model.stretches.map(({ activity }) => activityName(activity)))];
  const now = stretch ? phaseText(stretch.activity, stretch.place) : '';
  return (
    <section class="chart" aria-label="Phases">
      <header>
        <h3>Phase</h3>
        <p class="legend">
          <b>{now}</b>
          {seen.map((activity) => (
            <span key={activity}>
              <i class={`key block ${activity}`} /> {activity}
            </span>
          ))}
        </p>
      </header>
      <Plot
        label={`Phases over time; now: ${now}`}
        height={HEIGHT}
        range={range}
        revision={model.revision}
        onPoint={(index) => (pointed.value = index)}
        data={() => [model.series.column('atSeconds'), model.series.column('cpuHeld')]}
        options={() => ({
          axes: [timeAxis(false), emptyAxis()],
          scales: { x: { time: false, auto: false }, y: { range: [0, 1] } },
          series: [{}, { show: false }],
          hooks: { draw: [(plot) => drawStretches(plot, model.stretches)] },
        })}
      />
    </section>
  );
}

function drawStretches(plot: uPlot, stretches: readonly Stretch[]): void {
  const { ctx, bbox } = plot;
  const { min = 0, max = 0 } = plot.scales['x']!;
  ctx.save();
  ctx.font = `${12 * devicePixelRatio}px system-ui, "DejaVu Sans", sans-serif`;
  ctx.textBaseline = 'middle';
  for (const [index, { from, activity, place }] of stretches.entries()) {
    const to = stretches[index + 1]?.from ?? stretches[index]!.to;
    if (to < min || from > max) continue;
    const left = plot.valToPos(Math.max(min, from), 'x', true);
    const width = Math.max(1, plot.valToPos(Math.min(max, to), 'x', true) - left);
    ctx.fillStyle = activityColour(activity);
    ctx.globalAlpha = 0.85;
    ctx.fillRect(left, bbox.top, width, bbox.height * 0.45);
    ctx.globalAlpha = 1;
    const name = codePlace(place)?.name ?? '';
    if (width < LEAST_LABEL_PIXELS * devicePixelRatio || name === '') continue;
    ctx.fillStyle = colour('soft');
    ctx.fillText(name, left, bbox.top + bbox.height * 0.76, width);
  }
  ctx.restore();
}
