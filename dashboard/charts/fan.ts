import type uPlot from 'uplot';
import type { Execution } from '#client/index.ts';
import type { AllocationKey } from '#model/allocation.ts';
import type { RunModel } from '../run/run-model.ts';
import { colour } from './axes.ts';

/** The nearer quantiles are drawn over the farther ones. */
const QUANTILES = ['p99', 'p95', 'p90', 'p50'] as const;
const LEAST_PIXELS = 12;

type Expected = Pick<NonNullable<Execution['outlook']>[number], 'horizonMs' | AllocationKey>;

/** Nearest first: up to the next resize, and then as far as the run has been seen for long enough. */
export function expectedBy({ forecast, outlook = [] }: RunModel): readonly Expected[] {
  return forecast ? [forecast, ...outlook] : outlook;
}

/**
 * What is expected, ahead of now: the quantiles of use over all horizons that are told, no narrower
 * than can be seen, and where the end of the loop under way can be told, how memory goes on up to there.
 */
export function drawFan(plot: uPlot, model: RunModel, key: AllocationKey): void {
  const { last } = model;
  const expected = expectedBy(model);
  if (!last || model.isOver) return;
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.fillStyle = colour('fan');
  ctx.strokeStyle = colour('fan');
  if (key === 'memoryBytes' && last.progress) drawProgress(plot, model);
  if (expected.length > 0) {
    const left = plot.valToPos(last.atSeconds, 'x', true);
    const bottom = plot.valToPos(usedOf(last, key), 'y', true);
    const ends = expected.map(({ horizonMs }) =>
      plot.valToPos(last.atSeconds + horizonMs / 1000, 'x', true),
    );
    const furthest = Math.max(left + LEAST_PIXELS * devicePixelRatio, ends.at(-1)!);
    const xs = [...ends.slice(0, -1), furthest];
    for (const name of QUANTILES) {
      const edge = expected.map((one, index): Point => {
        const top = plot.valToPos(one[key][name], 'y', true);
        return [xs[index]!, top];
      });
      ctx.globalAlpha = 0.2;
      wedge(ctx, [left, bottom], ...edge, [furthest, bottom]);
    }
  }
  ctx.restore();
}

/** From what is used now to between both ends of the interval, at the end that is expected. */
function drawProgress(plot: uPlot, { last }: RunModel): void {
  const { atSeconds, memoryWorkingSetBytes, progress } = last!;
  const { secondsLeft, peakBytes } = progress!;
  const at = (seconds: number, bytes: number): Point => [
    plot.valToPos(seconds, 'x', true),
    plot.valToPos(bytes, 'y', true),
  ];
  const now = at(atSeconds, memoryWorkingSetBytes);
  plot.ctx.globalAlpha = 0.25;
  wedge(
    plot.ctx,
    now,
    at(atSeconds + secondsLeft.low, peakBytes.high),
    at(atSeconds + secondsLeft.high, peakBytes.low),
  );
  plot.ctx.globalAlpha = 0.9;
  plot.ctx.setLineDash([5 * devicePixelRatio, 4 * devicePixelRatio]);
  plot.ctx.lineWidth = 1.5 * devicePixelRatio;
  plot.ctx.beginPath();
  plot.ctx.moveTo(...now);
  plot.ctx.lineTo(
    ...at(
      atSeconds + (secondsLeft.low + secondsLeft.high) / 2,
      (peakBytes.low + peakBytes.high) / 2,
    ),
  );
  plot.ctx.stroke();
}

type Point = [x: number, y: number];

function wedge(ctx: CanvasRenderingContext2D, from: Point, ...to: readonly Point[]): void {
  ctx.beginPath();
  ctx.moveTo(...from);
  for (const point of to) ctx.lineTo(...point);
  ctx.closePath();
  ctx.fill();
}

function usedOf(last: NonNullable<RunModel['last']>, key: AllocationKey): number {
  switch (key) {
    case 'cpuCores':
      return last.cpuCoresUsed;
    case 'memoryBytes':
      return last.memoryWorkingSetBytes;
    default:
      return last[key];
  }
}
