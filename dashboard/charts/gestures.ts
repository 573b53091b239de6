import type uPlot from 'uplot';
import type { TimeRange } from './time-range.ts';

const STEP = 0.2;
const CLOSER = 0.7;

const KEYS: Readonly<Record<string, (range: TimeRange) => void>> = {
  ArrowLeft: (range) => range.pan(-STEP),
  ArrowRight: (range) => range.pan(STEP),
  '+': (range) => range.zoom(CLOSER),
  '-': (range) => range.zoom(1 / CLOSER),
  '0': (range) => range.reset(),
};

/** Dragging zooms by itself; the wheel with Ctrl zooms, sidewards or with Shift it pans; and by keys. */
export function listenToGestures(plot: uPlot, root: HTMLElement, range: TimeRange): void {
  plot.over.addEventListener(
    'wheel',
    (event) => {
      const sidewards = event.shiftKey ? event.deltaY : event.deltaX;
      if (event.ctrlKey) range.zoom(event.deltaY > 0 ? 1 / CLOSER : CLOSER, momentAt(plot, event));
      else if (Math.abs(sidewards) > 0) range.pan(Math.sign(sidewards) * STEP * 0.5);
      else return;
      event.preventDefault();
    },
    { passive: false },
  );
  plot.over.addEventListener('dblclick', () => range.reset());
  root.addEventListener('keydown', (event) => {
    const act = KEYS[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    act(range);
    event.preventDefault();
  });
}

function momentAt(plot: uPlot, event: MouseEvent): number {
  return plot.posToVal(event.clientX - plot.over.getBoundingClientRect().left, 'x');
}
