/** Used of allocated, as words and as a bar. */
export function Meter(props: {
  readonly used: number;
  readonly allocated: number;
  readonly text: (value: number) => string;
}) {
  const { used, allocated, text } = props;
  const share = allocated > 0 ? Math.min(1, used / allocated) : 0;
  return (
    <span class="meter">
      <span>
        {text(used)} <span class="soft">of {text(allocated)}</span>
      </span>
      <span class={`bar ${share >= 0.99 ? 'full' : ''}`} aria-hidden="true">
        <i style={{ width: `${share * 100}%` }} />
      </span>
    </span>
  );
}
