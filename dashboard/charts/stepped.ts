import type uPlot from 'uplot';

/**
 * The path of values that stay until the next one, in no more pieces than there are pixels: uPlot's
 * own has two for every point, which takes longer than a picture of the screen may at ten thousand.
 */
export function steppedPaths(
  plot: uPlot,
  series: number,
  first: number,
  last: number,
): uPlot.Series.Paths {
  const [times] = plot.data;
  const values = plot.data[series]!;
  const stroke = new Path2D();
  let [x, y] = [Number.NaN, 0];
  let [low, high] = [0, 0];
  for (let index = first; index <= last; index++) {
    const value = values[index];
    if (value === null || value === undefined) continue;
    const nextX = Math.round(plot.valToPos(times[index]!, 'x', true));
    const nextY = plot.valToPos(value, 'y', true);
    if (Number.isNaN(x)) stroke.moveTo(nextX, nextY);
    else if (nextX === x) {
      low = Math.min(low, nextY);
      high = Math.max(high, nextY);
      y = nextY;
      continue;
    } else if (nextY !== y || low !== high || index === last) {
      // All of what was at one pixel as one line up and down.
      if (low !== high) {
        stroke.lineTo(x, low);
        stroke.lineTo(x, high);
        stroke.lineTo(x, y);
      }
      stroke.lineTo(nextX, y);
      stroke.lineTo(nextX, nextY);
    }
    [x, y, low, high] = [nextX, nextY, nextY, nextY];
  }
  if (low !== high) {
    stroke.lineTo(x, low);
    stroke.lineTo(x, high);
    stroke.lineTo(x, y);
  }
  return { stroke };
}
