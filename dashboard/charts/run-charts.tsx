import type { RunModel } from '../run/run-model.ts';
import { expectedBy } from './fan.ts';
import { PhaseBand } from './phase-band.tsx';
import { ResourceChart } from './resource-chart.tsx';
import { RESOURCES, type Resource } from './resources.ts';
import type { TimeRange } from './time-range.ts';

/** Use and allocation of every resource, below each other. */
export function RunCharts({
  model,
  range,
}: {
  readonly model: RunModel;
  readonly range: TimeRange;
}) {
  void model.revision.value;
  range.whole = { min: 0, max: endOf(model) };
  const shown = RESOURCES.filter((resource) => isShown(resource, model));
  return (
    <section class="card" aria-label="Use and allocation">
      <header>
        <h2>Use and allocation</h2>
        <RangeButtons range={range} />
      </header>
      {model.series.length === 0 && <p class="body soft">Nothing was measured yet.</p>}
      {model.series.length > 0 &&
        shown.map((resource, index) => (
          <ResourceChart
            key={resource.key}
            resource={resource}
            model={model}
            range={range}
            hasTimes={index === shown.length - 1}
          />
        ))}
      {model.series.length > 0 && <PhaseBand model={model} range={range} />}
    </section>
  );
}

/** As far as something is expected, and where the loop under way ends, if that leaves most to what was. */
function endOf(model: RunModel): number {
  const { now, last, isOver } = model;
  if (isOver) return Math.max(1, now * 1.02);
  const endSeconds = Math.min(last?.progress?.secondsLeft.high ?? 0, now * 0.6) * 1.05;
  const horizonSeconds = (expectedBy(model).at(-1)?.horizonMs ?? 0) / 1000;
  return Math.max(1, now * 1.02, now + Math.max(endSeconds, horizonSeconds));
}

function RangeButtons({ range }: { readonly range: TimeRange }) {
  const isAll = range.chosen.value === undefined;
  return (
    <div class="row" role="group" aria-label="Part of the time that is shown">
      <button type="button" onClick={() => range.zoom(0.5)} aria-label="Zoom in">
        +
      </button>
      <button type="button" onClick={() => range.zoom(2)} disabled={isAll} aria-label="Zoom out">
        −
      </button>
      <button type="button" onClick={() => range.pan(-0.3)} disabled={isAll} aria-label="Earlier">
        ←
      </button>
      <button type="button" onClick={() => range.pan(0.3)} disabled={isAll} aria-label="Later">
        →
      </button>
      <button type="button" onClick={() => range.reset()} disabled={isAll}>
        All
      </button>
    </div>
  );
}

/** A direction of the network that carried nothing has nothing to show. */
function isShown({ key, used }: Resource, { carried }: RunModel): boolean {
  if (key === 'cpuCores' || key === 'memoryBytes') return true;
  return carried.has(used);
}
