import type uPlot from 'uplot';
import type { AllocationKey } from '#model/allocation.ts';
import type { RunModel } from '../run/run-model.ts';
import { colour } from './axes.ts';

/** Triangles where the allocation changed, upwards where it grew; the chosen one with a line. */
export function drawDecisions(plot: uPlot, model: RunModel, key: AllocationKey): void {
  const { ctx, bbox } = plot;
  const size = 5 * devicePixelRatio;
  const { min = 0, max = 0 } = plot.scales['x']!;
  ctx.save();
  for (const [index, decision] of model.decisions.entries()) {
    const { atSeconds, from, to } = decision;
    if (from[key] === to[key] || atSeconds < min || atSeconds > max) continue;
    const grows = to[key] > from[key];
    const x = plot.valToPos(atSeconds, 'x', true);
    const top = Math.max(bbox.top + size, plot.valToPos(Math.max(from[key], to[key]), 'y', true));
    if (model.chosen.value === index) line(plot, x);
    ctx.fillStyle = colour(grows ? 'allocated' : 'good');
    ctx.beginPath();
    const [tip, base] = grows ? [top - size * 1.6, top] : [top, top - size * 1.6];
    ctx.moveTo(x, tip);
    ctx.lineTo(x - size, base);
    ctx.lineTo(x + size, base);
    ctx.fill();
  }
  ctx.restore();
}

/** Ticks along the bottom where the program was held back. */
export function drawHeld(plot: uPlot, times: Float64Array, held: Float64Array): void {
  const { ctx, bbox } = plot;
  const { min = 0, max = 0 } = plot.scales['x']!;
  const height = 6 * devicePixelRatio;
  ctx.save();
  ctx.fillStyle = colour('held');
  for (let index = 1; index < held.length; index++) {
    const at = times[index]!;
    if (held[index] === 0 || at < min || at > max) continue;
    const from = plot.valToPos(Math.max(min, times[index - 1]!), 'x', true);
    const width = Math.max(devicePixelRatio, plot.valToPos(at, 'x', true) - from);
    ctx.fillRect(from, bbox.top + bbox.height - height, width, height);
  }
  ctx.restore();
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
