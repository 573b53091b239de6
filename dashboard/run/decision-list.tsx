import { useEffect, useRef } from 'preact/hooks';
import { ALLOCATION_KEYS } from '#model/allocation.ts';
import { AMOUNT_TEXT } from '../format.ts';
import type { Decision, RunModel } from './run-model.ts';

const NAMES = {
  cpuCores: 'CPU',
  memoryBytes: 'memory',
  ingressBitsPerSecond: 'received',
  egressBitsPerSecond: 'sent',
} as const;
/** Newest first; older ones are reached through the marks in the charts. */
const MOST = 200;

/** Every change of the allocation; one of them opened, with its reasons. */
export function DecisionList({ model }: { readonly model: RunModel }) {
  void model.revision.value;
  const count = model.decisions.length;
  const chosen = model.chosen.value;
  const first = Math.max(0, count - MOST);
  const indices = Array.from({ length: count - first }, (_, index) => count - 1 - index);
  if (chosen !== undefined && chosen < first) indices.push(chosen);
  return (
    <section class="card" aria-label="Decisions">
      <header>
        <h2>Decisions</h2>
        <span class="small soft">{count}</span>
      </header>
      {count === 0 ? (
        <p class="body soft">Nothing was resized yet. Each change appears here with its reason.</p>
      ) : (
        <ol class="decisions">
          {indices.map((index) => (
            <Item key={index} model={model} index={index} isOpen={chosen === index} />
          ))}
        </ol>
      )}
    </section>
  );
}

function Item(props: {
  readonly model: RunModel;
  readonly index: number;
  readonly isOpen: boolean;
}) {
  const { model, index, isOpen } = props;
  const decision = model.decisions[index]!;
  const item = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (!isOpen) return;
    const list = item.current!.parentElement!;
    const { offsetTop, offsetHeight } = item.current!;
    const top = offsetTop - list.offsetTop;
    // The list alone: the page stays where it is.
    if (top < list.scrollTop || top + offsetHeight > list.scrollTop + list.clientHeight)
      list.scrollTop = top;
  }, [isOpen]);
  return (
    <li ref={item}>
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={() => (model.chosen.value = isOpen ? undefined : index)}
      >
        <span class="soft">{decision.atSeconds.toFixed(2)} s</span>
        <Changes decision={decision} />
      </button>
      {isOpen && <Reasons decision={decision} />}
    </li>
  );
}

function Changes({ decision: { from, to, outcome, rolledBack } }: { readonly decision: Decision }) {
  const { state } = outcome;
  return (
    <span class="changes">
      {ALLOCATION_KEYS.filter((key) => from[key] !== to[key]).map((key) => (
        <span key={key}>
          {NAMES[key]} {AMOUNT_TEXT[key](from[key])}{' '}
          <b class={to[key] > from[key] ? 'grew' : 'shrank'}>{to[key] > from[key] ? '↑' : '↓'}</b>{' '}
          {AMOUNT_TEXT[key](to[key])}
        </span>
      ))}
      {state !== 'applied' && <span class="chip">{state}</span>}
      {rolledBack && <span class="chip">cut taken back</span>}
    </span>
  );
}

function Reasons({ decision }: { readonly decision: Decision }) {
  return (
    <div class="reason">
      {decision.reasons.map(({ signal, text, value, threshold, factor }) => (
        <div key={signal + text}>
          <p>{text}</p>
          <dl>
            <div>
              <dt>signal</dt>
              <dd class="mono">{signal}</dd>
            </div>
            <div>
              <dt>value</dt>
              <dd>{short(value)}</dd>
            </div>
            <div>
              <dt>threshold</dt>
              <dd>{short(threshold)}</dd>
            </div>
            <div>
              <dt>factor</dt>
              <dd>{short(factor)}</dd>
            </div>
          </dl>
        </div>
      ))}
    </div>
  );
}

function short(value: number): string {
  return Number(value.toPrecision(4)).toLocaleString('en');
}
