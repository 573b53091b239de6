import { formatAllocated, formatBytes, formatCpuCores } from '#model/quantities.ts';
import { glyphs, type Style } from '../style.ts';
import { alignRows, fitText, oneLine, visibleWidth } from '../text-table.ts';
import { clip, keyLine } from './lines.ts';
import type { Size } from './screen.ts';
import type { LiveRun, LiveSource } from './source.ts';
import { columnsFor } from './top-columns.ts';
import { ORDERS, type Order } from './top-order.ts';

export type TopState = {
  /** Filtered and in order. */
  readonly runs: readonly LiveRun[];
  readonly total: number;
  readonly order: Order;
  readonly isReversed: boolean;
  readonly selected: string | undefined;
  /** What is typed after `/`; undefined while nothing is. */
  readonly filter: string | undefined;
  readonly isTyping: boolean;
  readonly showsEnded: boolean;
  readonly capacity: Awaited<ReturnType<LiveSource['capacity']>>;
  readonly nowMs: number;
  /** Why there are no newer figures. */
  readonly problem?: string;
};

const NARROWEST_COMMAND = 8;
/** The two lines on top, a blank one, the headings and the keys. */
const LINES_AROUND = 5;
const NOTHING_RUNS =
  'Nothing runs. Start something in another terminal (limber run …), or press a for past runs.';
const NOTHING_FOUND = 'No run has this in its id or command.';

/** The whole screen of `limber top`, line by line. */
export function topFrame(state: TopState, size: Size, style: Style): string[] {
  const shown = visibleRuns(state, Math.max(1, size.rows - LINES_AROUND));
  const table = runTable(shown, state, { columns: size.columns, style });
  const empty = state.total === 0 ? NOTHING_RUNS : NOTHING_FOUND;
  const body = shown.length > 0 ? table : [...table, '', `  ${style.paint('dim', empty)}`];
  const fill = Math.max(0, size.rows - LINES_AROUND + 1 - body.length);
  return [
    headLine(state, style),
    capacityLine(state, style),
    '',
    ...body,
    ...Array.from({ length: fill }, () => ''),
    footLine(state, size, style),
  ].map((line) => clip(line, size.columns));
}

/** The part of the list that holds the selected run. */
function visibleRuns({ runs, selected }: TopState, room: number): readonly LiveRun[] {
  const index = runs.findIndex(({ id }) => id === selected);
  const from = Math.max(0, Math.min(index - room + 1, runs.length - room));
  return runs.slice(from, from + room);
}

function headLine(
  { runs, total, order, isReversed, filter, isTyping }: TopState,
  style: Style,
): string {
  const of = runs.length === total ? `${total}` : `${runs.length} of ${total}`;
  return [
    `${style.paint('bold', 'limber top')}  ${of} ${total === 1 ? 'run' : 'runs'}`,
    `by ${ORDERS[order].name}${isReversed ? ', reversed' : ''}`,
    ...(filter && !isTyping ? [`with "${oneLine(filter)}" (esc: all)`] : []),
  ].join(glyphs(style).separator);
}

/** What all that run have and use, of what there is. */
function capacityLine({ runs, capacity }: TopState, style: Style): string {
  const points = runs.flatMap(({ latest, status }) =>
    latest && status === 'running' ? [latest] : [],
  );
  const sum = (value: (point: (typeof points)[number]) => number) =>
    points.reduce((total, point) => total + value(point), 0);
  const part = (key: 'cpuCores' | 'memoryBytes', used: string) => {
    const held = formatAllocated(
      key,
      sum(({ allocation }) => allocation[key]),
    );
    const of = capacity === undefined ? '' : ` of ${formatAllocated(key, capacity[key])}`;
    return `${used} used, ${held} allocated${of}`;
  };
  const cpu = formatCpuCores(sum(({ cpuCoresUsed }) => cpuCoresUsed));
  const memory = formatBytes(sum(({ memoryWorkingSetBytes }) => memoryWorkingSetBytes));
  return [`CPU ${part('cpuCores', cpu)}`, `memory ${part('memoryBytes', memory)}`].join(
    glyphs(style).separator,
  );
}

type Canvas = { readonly columns: number; readonly style: Style };

function runTable(
  runs: readonly LiveRun[],
  { nowMs, selected }: TopState,
  { columns: width, style }: Canvas,
): readonly string[] {
  const columns = columnsFor(width);
  const align = columns.map((column) => column.align);
  const headings = columns.map(({ heading }) => style.paint('dim', heading));
  const cells = runs.map((run) => columns.map(({ cell }) => cell(run, { style, nowMs })));
  const before = alignRows([headings, ...cells], { align });
  const room = Math.max(NARROWEST_COMMAND, width - 2 - Math.max(...before.map(visibleWidth)));
  const { ellipsis } = glyphs(style);
  const commands = runs.map(({ title }) => fitText(oneLine(title), room, ellipsis));
  const [head = '', ...lines] = alignRows(
    [
      [...headings, style.paint('dim', 'COMMAND')],
      ...cells.map((row, index) => [...row, commands[index] ?? '']),
    ],
    { align },
  );
  return [
    head,
    ...lines.map((line, index) =>
      runs[index]?.id === selected
        ? style.paint('inverse', line + ' '.repeat(Math.max(0, width - visibleWidth(line))))
        : line,
    ),
  ];
}

function footLine(
  { isTyping, filter, problem, showsEnded }: TopState,
  { columns }: Size,
  style: Style,
): string {
  if (isTyping) return `/${filter ?? ''}${style.unicode ? '▏' : '_'}`;
  if (problem !== undefined) return style.paint('red', oneLine(problem));
  const keys = [
    'q quit',
    `${style.unicode ? '↑↓' : 'up/down'} enter watch`,
    '/ search',
    showsEnded ? 'a hide past' : 'a past too',
    'r reverse',
    ...Object.values(ORDERS).map(({ key, name }) => `${key} ${name}`),
  ];
  return style.paint('dim', keyLine(keys, columns));
}
