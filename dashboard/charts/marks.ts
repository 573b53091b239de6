import type uPlot from 'uplot';
import type { AllocationKey } from '#model/allocation.ts';
import type { RunModel } from '../run/run-model.ts';
import { colour } from './axes.ts';
import { firstAt } from './moments.ts';

/** Triangles where the allocation changed, upwards where it grew; the chosen one with a line. */
export function drawDecisions(plot: uPlot, model: RunModel, key: AllocationKey): void {
  const { ctx, bbox } = plot;
  const size = 5 * devicePixelRatio;
  const { min = 0, max = 0 } = plot.scales['x']!;
  const { decisions, chosen } = model;
  const colours = { grows: colour('allocated'), shrinks: colour('good') };
  const drawn = new Set<string>();
  ctx.save();
  for (let index = firstAt(model.decidedAt, min); index < decisions.length; index++) {
    const { atSeconds, from, to } = decisions[index]!;
    if (atSeconds > max) break;
    if (from[key] === to[key]) continue;
    const grows = to[key] > from[key];
    const x = plot.valToPos(atSeconds, 'x', true);
    const top = Math.max(bbox.top + size, plot.valToPos(Math.max(from[key], to[key]), 'y', true));
    if (chosen.value === index) line(plot, x);
    // One over the other would look the same.
    const place = `${grows} ${Math.round(x / 2)} ${Math.round(top / 2)}`;
    if (drawn.has(place)) continue;
    drawn.add(place);
    ctx.fillStyle = grows ? colours.grows : colours.shrinks;
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
  let until = Number.NEGATIVE_INFINITY;
  for (let index = Math.max(1, firstAt(times, min)); index < times.length; index++) {
    const at = times[index]!;
    if (at > max) break;
    if (held[index] === 0) continue;
    const from = plot.valToPos(Math.max(min, times[index - 1]!), 'x', true);
    const to = Math.max(from + devicePixelRatio, plot.valToPos(at, 'x', true));
    // What is narrower than a pixel is drawn once.
    if (to - until < devicePixelRatio) continue;
    ctx.fillRect(from, bbox.top + bbox.height - height, to - from, height);
    until = to;
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
