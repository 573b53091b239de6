import { effect, untracked, type ReadonlySignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { paint } from '../shell/theme.ts';
import { listenToGestures } from './gestures.ts';
import { notWithNextFrame, withNextFrame } from './next-frame.ts';
import type { Shown } from './thinned.ts';
import type { Range, TimeRange } from './time-range.ts';

export type PlotProps = {
  /** What a screen reader says of the picture. */
  readonly label: string;
  readonly height: number;
  readonly range: TimeRange;
  /** Rises when `data` has changed. */
  readonly revision: ReadonlySignal<number>;
  readonly data: (shown: Shown) => uPlot.AlignedData;
  /** Asked anew when the colours change. */
  readonly options: () => Pick<uPlot.Options, 'axes' | 'series' | 'scales' | 'hooks'>;
  readonly onPick?: (seconds: number, toleranceSeconds: number) => void;
  /** Where the pointer is: the moment of a row of the data, or undefined outside. */
  readonly onPoint?: (moment: number | undefined) => void;
  /** Whatever else is to be drawn anew for. */
  readonly redraw?: () => unknown;
};

const PICK_PIXELS = 9;
/** Two rows closer than that are not told apart: by who looks, and while the picture moves. */
const PART_PIXELS = { still: 3, moving: 7 };

/** One picture over time. Its moments stand in step with those of all others of the same range. */
export function Plot(props: PlotProps) {
  const { label, height, range } = props;
  const root = useRef<HTMLDivElement>(null);
  const latest = useRef(props);
  latest.current = props;
  useEffect(() => {
    const element = root.current!;
    // Another theme is another picture: uPlot keeps the colours that it was made with.
    return effect(() => {
      void paint.value;
      const drawn = untracked(() => draw(element, latest.current));
      return () => drawn.destroy();
    });
  }, [range]);
  return (
    <div
      ref={root}
      class="plot"
      role="img"
      aria-label={label}
      aria-keyshortcuts="ArrowLeft ArrowRight + - 0"
      tabIndex={0}
      style={{ height: `${height}px` }}
    />
  );
}

function draw(element: HTMLDivElement, props: PlotProps): { readonly destroy: () => void } {
  const { height, range, revision, redraw } = props;
  const plot = new uPlot(
    optionsOf(element, props),
    props.data(shownIn(element, range, false)),
    element,
  );
  listenToGestures(plot, element, range);
  if (props.onPick) listenToPicks(plot, props.onPick);
  const resized = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }));
  resized.observe(element);
  let shownMs = 0;
  const show = (): void => {
    const { min, max } = range.shown;
    shownMs = performance.now();
    plot.batch(() => {
      plot.setData(props.data(shownIn(element, range, range.stillInMs > 0)), false);
      plot.setScale('x', { min, max });
    });
  };
  let later: ReturnType<typeof setTimeout> | undefined;
  const showIn = (ms: number): void => {
    clearTimeout(later);
    later = setTimeout(() => withNextFrame(show), Math.max(0, ms));
  };
  const stop = effect(() => {
    void range.shown;
    redraw?.();
    withNextFrame(show);
    if (range.stillInMs > 0) showIn(range.stillInMs);
  });
  const stopFollowing = effect(() => {
    void revision.value;
    const now = performance.now();
    const dueMs =
      shownMs +
      millisecondsPerPixel(
        element,
        untracked(() => range.shown),
      );
    showIn(Math.max(dueMs - now, range.stillInMs));
  });
  return {
    destroy() {
      stop();
      stopFollowing();
      clearTimeout(later);
      notWithNextFrame(show);
      resized.disconnect();
      plot.destroy();
    },
  };
}

/** What comes within it would not be seen; at most a second. */
function millisecondsPerPixel(element: HTMLElement, { min, max }: Range): number {
  return Math.min(1000, ((max - min) / Math.max(1, element.clientWidth)) * 1000);
}

function shownIn(
  element: HTMLElement,
  { shown: { min, max } }: TimeRange,
  isMoving: boolean,
): Shown {
  const pixels = PART_PIXELS[isMoving ? 'moving' : 'still'];
  return { min, max, parts: Math.max(100, Math.ceil(element.clientWidth / pixels)) };
}

function optionsOf(element: HTMLElement, props: PlotProps): uPlot.Options {
  const { height, range, onPoint } = props;
  const given = props.options();
  return {
    width: Math.max(200, element.clientWidth),
    height,
    legend: { show: false },
    padding: [8, 18, 0, 0],
    cursor: {
      sync: { key: 'run', scales: ['x', null] },
      drag: { x: true, y: false, setScale: false },
      points: { show: false },
      y: false,
    },
    ...given,
    hooks: {
      ...given.hooks,
      setSelect: [
        (plot) => {
          const { left, width } = plot.select;
          if (width > 2) range.choose(plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x'));
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        },
      ],
      setCursor: [
        ({ cursor: { idx }, data: [moments] }) => {
          range.point();
          onPoint?.(moments[idx ?? -1] ?? undefined);
        },
      ],
    },
  };
}

function listenToPicks(plot: uPlot, onPick: NonNullable<PlotProps['onPick']>): void {
  plot.over.addEventListener('click', (event) => {
    const left = event.clientX - plot.over.getBoundingClientRect().left;
    const seconds = plot.posToVal(left, 'x');
    onPick(seconds, Math.abs(plot.posToVal(left + PICK_PIXELS, 'x') - seconds));
  });
}
