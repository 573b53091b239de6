import { useLayoutEffect, useRef } from 'preact/hooks';
import type { RunModel } from './run-model.ts';

const NEAR_END_PIXELS = 24;

/** The end of what it wrote; it moves along for as long as nobody scrolls back. */
export function OutputCard({ model }: { readonly model: RunModel }) {
  void model.written.value;
  const tail = useRef<HTMLPreElement>(null);
  const isAtEnd = useRef(true);
  const { pieces, isCut } = model.output;
  useLayoutEffect(() => {
    if (isAtEnd.current && tail.current) tail.current.scrollTop = tail.current.scrollHeight;
  });
  return (
    <section class="card" aria-label="Output">
      <header>
        <h2>Output</h2>
        <span class="small soft">{isCut ? 'its end' : ''}</span>
      </header>
      <pre
        ref={tail}
        class="tail"
        tabIndex={0}
        role="log"
        aria-label="What it wrote"
        onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) =>
          (isAtEnd.current = scrollHeight - scrollTop - clientHeight < NEAR_END_PIXELS)
        }
      >
        {pieces.length === 0 && <span class="soft">It has written nothing yet.</span>}
        {pieces.map(({ stream, text }, index) => (
          <span key={index} class={stream}>
            {text}
          </span>
        ))}
      </pre>
    </section>
  );
}
