import { Component } from 'preact';

type Props = {
  readonly number: number;
  readonly html: string;
  readonly seconds: number;
  /** Of the hottest line. */
  readonly most: number;
  readonly isCurrent: boolean;
};

/** Heat in so many steps: a line is drawn anew only when it looks different. */
const STEPS = 12;

export class SourceLine extends Component<Props> {
  override shouldComponentUpdate(next: Props): boolean {
    return lookOf(next) !== lookOf(this.props);
  }

  override render() {
    const { number, html, seconds, isCurrent } = this.props;
    const heat = heatOf(this.props);
    return (
      <div
        class={`line ${isCurrent ? 'current' : ''}`}
        data-line={number}
        aria-current={isCurrent ? 'step' : undefined}
      >
        <span class="number">{number}</span>
        <span
          class="heat"
          style={{
            backgroundColor:
              heat > 0
                ? `rgb(var(--heat) / calc(var(--most-heat) * ${0.15 + (0.85 * heat) / STEPS}))`
                : '',
          }}
        >
          {timeText(seconds)}
        </span>
        {/* The highlighter escapes the text. */}
        <code dangerouslySetInnerHTML={{ __html: html }} />
      </div>
    );
  }
}

function lookOf(props: Props): string {
  const { html, seconds, isCurrent } = props;
  return `${heatOf(props)} ${timeText(seconds)} ${isCurrent} ${html}`;
}

function heatOf({ seconds, most }: Props): number {
  return most > 0 ? Math.ceil((seconds / most) * STEPS) : 0;
}

function timeText(seconds: number): string {
  if (seconds < 0.05) return '';
  return seconds < 100 ? `${seconds.toFixed(1)} s` : `${Math.round(seconds)} s`;
}
