import { Component, createRef } from 'preact';
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
const MOST = 100;

/** Every change of the allocation; one of them opened, with its reasons. */
export function DecisionList({ model }: { readonly model: RunModel }) {
  const count = model.decided.value;
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
            <Item
              key={index}
              decision={model.decisions[index]!}
              chosen={model.chosen}
              index={index}
              isOpen={chosen === index}
            />
          ))}
        </ol>
      )}
    </section>
  );
}

type ItemProps = {
  readonly decision: Decision;
  readonly chosen: RunModel['chosen'];
  readonly index: number;
  readonly isOpen: boolean;
};

/** A decision never changes: it is drawn anew when it is opened or closed alone. */
class Item extends Component<ItemProps> {
  readonly #item = createRef<HTMLLIElement>();

  override shouldComponentUpdate(next: ItemProps): boolean {
    return next.isOpen !== this.props.isOpen || next.decision !== this.props.decision;
  }

  override componentDidMount(): void {
    if (this.props.isOpen) this.#bringIntoView();
  }

  override componentDidUpdate(): void {
    if (this.props.isOpen) this.#bringIntoView();
  }

  override render() {
    const { decision, chosen, index, isOpen } = this.props;
    return (
      <li ref={this.#item}>
        <button
          type="button"
          aria-expanded={isOpen}
          onClick={() => (chosen.value = isOpen ? undefined : index)}
        >
          <span class="soft">{decision.atSeconds.toFixed(2)} s</span>
          <Changes decision={decision} />
        </button>
        {isOpen && <Reasons decision={decision} />}
      </li>
    );
  }

  /** The list alone: the page stays where it is. */
  #bringIntoView(): void {
    const item = this.#item.current!;
    const list = item.parentElement!;
    const top = item.offsetTop - list.offsetTop;
    if (top < list.scrollTop || top + item.offsetHeight > list.scrollTop + list.clientHeight)
      list.scrollTop = top;
  }
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
