import { useSignal } from '@preact/signals';
import type uPlot from 'uplot';
import { codePlace, phaseText } from '../run/places.ts';
import type { RunModel, Stretch } from '../run/run-model.ts';
import { activityColour, activityName } from './activities.ts';
import { colour, emptyAxis, timeAxis } from './axes.ts';
import { Plot } from './plot.tsx';
import { thinned } from './thinned.ts';
import type { TimeRange } from './time-range.ts';

const HEIGHT = 46;
const LEAST_LABEL_PIXELS = 56;
const LEAST_PIXELS = 2;

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
  const at = pointed.value ?? model.now;
  const stretch = model.stretches[underWay(model.stretches, at)];
  const seen = new Set([...model.activities].map(activityName));
  const now = stretch ? phaseText(stretch.activity, stretch.place) : '';
  return (
    <section class="chart" aria-label="Phases">
      <header>
        <h3>Phase</h3>
        <p class="legend">
          <b>{now}</b>
          {[...seen].map((activity) => (
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
        onPoint={(moment) => (pointed.value = moment)}
        data={(shown) => {
          const columns = [model.series.column('atSeconds'), model.series.column('cpuHeld')];
          return thinned(columns, shown) as unknown as uPlot.AlignedData;
        }}
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
  const colours = new Map<string, string>();
  ctx.save();
  ctx.font = `${12 * devicePixelRatio}px system-ui, "DejaVu Sans", sans-serif`;
  ctx.textBaseline = 'middle';
  let until = Number.NEGATIVE_INFINITY;
  for (let index = underWay(stretches, min); index < stretches.length; index++) {
    const { from, activity, place, to: seen } = stretches[index]!;
    if (from > max) break;
    const to = stretches[index + 1]?.from ?? seen;
    const left = Math.round(plot.valToPos(Math.max(min, from), 'x', true));
    const right = Math.round(plot.valToPos(Math.min(max, to), 'x', true));
    // Of several at one place the first is seen.
    if (right <= until) continue;
    const begins = Math.max(left, until);
    until = Math.max(right, begins + LEAST_PIXELS);
    ctx.fillStyle = colourOf(activity, colours);
    ctx.globalAlpha = 0.85;
    ctx.fillRect(begins, bbox.top, until - begins, bbox.height * 0.45);
    ctx.globalAlpha = 1;
    const name = codePlace(place)?.name ?? '';
    if (until - left < LEAST_LABEL_PIXELS * devicePixelRatio || name === '') continue;
    if (ctx.measureText(name).width > until - left) continue;
    ctx.fillStyle = colour('soft');
    ctx.fillText(name, left, bbox.top + bbox.height * 0.76);
  }
  ctx.restore();
}

/** The one under way at this moment. */
function underWay(stretches: readonly Stretch[], moment: number): number {
  let [low, high] = [0, stretches.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (stretches[middle]!.from <= moment) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}

function colourOf(activity: string, colours: Map<string, string>): string {
  const known = colours.get(activity) ?? activityColour(activity);
  colours.set(activity, known);
  return known;
}
