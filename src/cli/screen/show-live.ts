import { styleFor } from '../style.ts';
import { Screen, type Key, type ScreenInput, type ScreenOutput } from './screen.ts';
import type { LiveSource } from './source.ts';
import { TopView } from './top.ts';
import type { Order } from './top-order.ts';
import { WatchView } from './watch.ts';

export type LiveOptions = {
  readonly intervalMs: number;
  /** One picture and out, as it also is where stdout is no terminal. */
  readonly once: boolean;
};
type Place = {
  readonly source: LiveSource;
  readonly output: ScreenOutput;
  readonly input: ScreenInput;
  readonly nowMs: () => number;
};

/** Charts want a height, a list has its own. */
const ONCE_ROWS = { watch: 40, top: 1000 };

/** `limber top`: resolves with the exit code when its reader leaves. */
export async function showTop(
  { order, showsEnded, ...options }: LiveOptions & { order: Order; showsEnded: boolean },
  place: Place,
): Promise<number> {
  const top = new TopView({ order, showsEnded });
  return show({ top }, options, place);
}

/** `limber watch`: the same with one run. Rejects with `execution-unknown`. */
export async function showWatch(
  { id, ...options }: LiveOptions & { readonly id: string },
  place: Place,
): Promise<number> {
  const watch = new WatchView(await place.source.find(id), { hasList: false });
  return show({ watch }, options, place);
}

const ONCE_COLUMNS = 120;

type Views = { readonly top?: TopView; readonly watch?: WatchView };

async function show({ top, watch }: Views, options: LiveOptions, place: Place): Promise<number> {
  const { source, output, input, nowMs } = place;
  let current: TopView | WatchView | undefined = watch ?? top;
  if (current === undefined) return 0;
  await current.read(source);
  if (options.once || !output.isTTY || !input.isTTY) {
    const rows = ONCE_ROWS[watch ? 'watch' : 'top'];
    const size = { rows, columns: output.columns ?? ONCE_COLUMNS };
    const lines = current.frame(size, styleFor(output), nowMs()).slice(0, -1);
    output.write(`${lines.join('\n').trimEnd()}\n`);
    return 0;
  }
  const screen = new Screen(output, input);
  const draw = () => {
    if (current) screen.draw(current.frame(screen.size, screen.style, nowMs()));
  };
  let reading: Promise<void> | undefined;
  /** One at a time: a server far away may take longer than the interval. */
  const readAndDraw = () => {
    reading ??= (current?.read(source) ?? Promise.resolve()).then(draw).finally(() => {
      reading = undefined;
    });
  };
  const key = (pressed: Key): void => {
    const asked = current?.press(pressed);
    if (asked === 'quit') return screen.close();
    if (asked === 'back') current = top;
    if (typeof asked === 'object') current = new WatchView(asked.watch, { hasList: true });
    if (asked === undefined) draw();
    readAndDraw();
  };
  const ended = screen.open({ key, resized: draw });
  const timer = setInterval(readAndDraw, options.intervalMs);
  draw();
  return ended.finally(() => clearInterval(timer));
}
