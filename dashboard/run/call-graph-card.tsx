import { useMemo } from 'preact/hooks';
import type { Analysis } from '#client/index.ts';
import { layOut, PROGRAM, programOf, type CallGraph } from '../code/call-graph.ts';
import { codePlace } from './places.ts';
import type { RunModel } from './run-model.ts';

const [WIDTH, HEIGHT, GAP_X, GAP_Y, MARGIN] = [150, 30, 56, 16, 8];
const MOST_LETTERS = 18;
/** More is a picture in which nothing is found. */
const MOST_FUNCTIONS = 60;

/** Which function calls which, and in which of them the run is. */
export function CallGraphCard(props: {
  readonly analysis: Analysis;
  readonly code: string;
  readonly model: RunModel;
}) {
  const { analysis, code, model } = props;
  void model.revision.value;
  const graph = useMemo(() => {
    const functions = analysis.functions.slice(0, MOST_FUNCTIONS);
    return layOut([programOf(functions, code), ...functions]);
  }, [analysis, code]);
  if (graph.nodes.length < 2) return null;
  const place = model.isOver ? undefined : codePlace(model.last?.place ?? '');
  const now = place && (place.name === '' ? PROGRAM : place.name);
  const calls = graph.edges.map(({ from, to }) => `${from} calls ${to}`);
  return (
    <section class="card" aria-label="Call graph">
      <header>
        <h2>Call graph</h2>
        <span class="small soft mono">{now === undefined ? '' : `now in ${now}`}</span>
      </header>
      <div class="body scroll" tabIndex={0} role="group" aria-label="Call graph, to be scrolled">
        <Picture graph={graph} now={now} label={calls.join('; ') || 'No function calls another.'} />
      </div>
    </section>
  );
}

function Picture(props: {
  readonly graph: CallGraph;
  readonly now: string | undefined;
  readonly label: string;
}) {
  const { graph, now, label } = props;
  const places = new Map(
    graph.nodes.map(({ name, layer, row }) => [
      name,
      { x: MARGIN + layer * (WIDTH + GAP_X), y: MARGIN + row * (HEIGHT + GAP_Y) },
    ]),
  );
  const width = graph.layers * (WIDTH + GAP_X) - GAP_X + MARGIN * 2;
  const height = graph.rows * (HEIGHT + GAP_Y) - GAP_Y + MARGIN * 2;
  return (
    <svg class="graph" width={width} height={height} role="img" aria-label={label}>
      <defs>
        <marker
          id="arrow"
          viewBox="0 0 8 8"
          refX="7"
          refY="4"
          markerWidth="7"
          markerHeight="7"
          orient="auto-start-reverse"
        >
          <path d="M0 0L8 4L0 8z" />
        </marker>
      </defs>
      {graph.edges.map(({ from, to }) => (
        <path
          key={`${from} ${to}`}
          d={curve(places.get(from)!, places.get(to)!)}
          marker-end="url(#arrow)"
        />
      ))}
      {graph.nodes.map(({ name, callsItself }) => {
        const { x, y } = places.get(name)!;
        return (
          <g key={name} class={name === now ? 'now' : ''}>
            <title>{callsItself ? `${name} calls itself` : name}</title>
            <rect x={x} y={y} width={WIDTH} height={HEIGHT} rx={6} />
            <text x={x + 10} y={y + HEIGHT / 2 + 4}>
              {callsItself ? '↻ ' : ''}
              {name.length > MOST_LETTERS ? `${name.slice(0, MOST_LETTERS - 1)}…` : name}
            </text>
          </g>
        );
      })}
    </svg>
  );
}

type Spot = { readonly x: number; readonly y: number };

/** From the right of one to the left of the other; back to an earlier layer it bends below. */
function curve(from: Spot, to: Spot): string {
  const [x1, y1] = [from.x + WIDTH, from.y + HEIGHT / 2];
  const [x2, y2] = [to.x, to.y + HEIGHT / 2];
  if (to.x > from.x)
    return `M${x1} ${y1}C${x1 + GAP_X / 2} ${y1} ${x2 - GAP_X / 2} ${y2} ${x2} ${y2}`;
  const below = Math.max(from.y, to.y) + HEIGHT + GAP_Y / 2;
  return `M${from.x + WIDTH / 2} ${from.y + HEIGHT}Q${from.x} ${below} ${to.x + WIDTH / 2} ${to.y + HEIGHT}`;
}
