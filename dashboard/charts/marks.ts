import type uPlot from 'uplot';
import type { AllocationKey } from '#model/allocation.ts';
import type { RunModel } from '../run/run-model.ts';
import { colour } from './axes.ts';
import { firstAt } from './moments.ts';

const TRIANGLE_PIXELS = 5;
/** Several of one direction that would lie on each other are drawn as one. */
const APART_PIXELS = 8;

/** Triangles where the allocation changed, upwards where it grew; the chosen one with a line. */
export function drawDecisions(plot: uPlot, model: RunModel, key: AllocationKey): void {
  const { ctx } = plot;
  const { min = 0, max = 0 } = plot.scales['x']!;
  const chosen = model.decisions[model.chosen.value ?? -1];
  if (chosen && chosen.from[key] !== chosen.to[key])
    line(plot, plot.valToPos(chosen.atSeconds, 'x', true));
  const { grew, shrank } = model.changes[key];
  const apart = (APART_PIXELS * devicePixelRatio * (max - min)) / plot.bbox.width;
  for (const changes of [grew, shrank]) {
    const path = new Path2D();
    for (let at = firstAt(changes.seconds, min); at < changes.seconds.length;) {
      const moment = changes.seconds[at]!;
      if (moment > max) break;
      addTriangle(path, plot, { moment, amount: changes.amounts[at]!, grew: changes === grew });
      at = Math.max(at + 1, firstAt(changes.seconds, moment + apart));
    }
    ctx.fillStyle = colour(changes === grew ? 'allocated' : 'good');
    ctx.fill(path);
  }
}

type Mark = { readonly moment: number; readonly amount: number; readonly grew: boolean };

function addTriangle(path: Path2D, plot: uPlot, { moment, amount, grew }: Mark): void {
  const size = TRIANGLE_PIXELS * devicePixelRatio;
  const x = plot.valToPos(moment, 'x', true);
  const top = Math.max(plot.bbox.top + size, plot.valToPos(amount, 'y', true));
  const [tip, base] = grew ? [top - size * 1.6, top] : [top, top - size * 1.6];
  path.moveTo(x, tip);
  path.lineTo(x - size, base);
  path.lineTo(x + size, base);
  path.closePath();
}

/** Ticks along the bottom where the program was held back. */
export function drawHeld(plot: uPlot, times: Float64Array, held: Float64Array): void {
  const { ctx, bbox } = plot;
  const { min = 0, max = 0 } = plot.scales['x']!;
  const height = 6 * devicePixelRatio;
  const top = bbox.top + bbox.height - height;
  ctx.fillStyle = colour('held');
  let [left, right] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let row = Math.max(1, firstAt(times, min)); row < times.length; row++) {
    const at = times[row]!;
    if (at > max) break;
    if (held[row] === 0) continue;
    const from = Math.round(plot.valToPos(Math.max(min, times[row - 1]!), 'x', true));
    // What touches what was before is one tick with it.
    if (from > right) {
      if (right > left) ctx.fillRect(left, top, right - left, height);
      left = from;
    }
    right = Math.max(right, from + 1, Math.round(plot.valToPos(at, 'x', true)));
  }
  if (right > left) ctx.fillRect(left, top, right - left, height);
}

function line({ ctx, bbox }: uPlot, x: number): void {
  ctx.strokeStyle = colour('text');
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([4 * devicePixelRatio, 3 * devicePixelRatio]);
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.setLineDash([]);
}
