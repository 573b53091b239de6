import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { highlightedLines } from '../code/highlight.ts';
import { SourceLine } from '../code/source-line.tsx';
import { baseName, codePlace } from './places.ts';
import type { RunModel } from './run-model.ts';
import type { Source } from './source.ts';

/** The text that runs: how long it was in each line, and where it is now. */
export function SourceCard({
  source,
  model,
}: {
  readonly source: Source;
  readonly model: RunModel;
}) {
  void model.revision.value;
  const { code, language, file } = source;
  const follows = useSignal(true);
  const box = useRef<HTMLDivElement>(null);
  const lines = useMemo(() => highlightedLines(code.trimEnd(), language), [code, language]);
  const heat = model.heat.of(file);
  const most = Math.max(0, ...heat.values());
  const place = model.isOver ? undefined : codePlace(model.last?.place ?? '');
  const current = place && baseName(place.file) === baseName(file) ? place.line : undefined;
  useEffect(() => {
    if (current === undefined || !follows.value) return;
    const line = box.current?.querySelector<HTMLElement>(`[data-line="${current}"]`);
    if (line) keepInView(box.current!, line);
  }, [current, follows.value]);
  return (
    <section class="card" aria-label="Source">
      <header>
        <h2>
          Source <span class="mono soft">{file}</span>
        </h2>
        {!model.isOver && (
          <label class="inline">
            <input
              type="checkbox"
              checked={follows.value}
              onChange={({ currentTarget }) => (follows.value = currentTarget.checked)}
            />
            Follow the run
          </label>
        )}
      </header>
      <div
        class="source"
        ref={box}
        tabIndex={0}
        role="group"
        aria-label="Lines with the time spent in each"
      >
        {lines.map((html, index) => (
          <SourceLine
            key={index}
            number={index + 1}
            html={html}
            seconds={heat.get(index + 1) ?? 0}
            most={most}
            isCurrent={current === index + 1}
          />
        ))}
      </div>
    </section>
  );
}

/** The box alone is scrolled: the page stays where it is. */
function keepInView(box: HTMLElement, line: HTMLElement): void {
  const top = line.offsetTop - box.offsetTop;
  const isSeen =
    top >= box.scrollTop && top + line.offsetHeight <= box.scrollTop + box.clientHeight;
  if (!isSeen) box.scrollTop = top - box.clientHeight / 2;
}
