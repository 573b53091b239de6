import type { Foreseen } from '#client/index.ts';
import { bytesText, coresText } from '../format.ts';

/** What would become of the program, as the server says without running it. */
export function ForeseenCard({ foreseen }: { readonly foreseen: Foreseen }) {
  const { allocation, profile, reasons, text, would, policy } = foreseen;
  return (
    <section class="card" aria-label="What it would get">
      <header>
        <h2>It would {would === 'start' ? 'start at once' : 'wait'}</h2>
        <span class="small soft">{policy}</span>
      </header>
      <div class="body">
        {would === 'wait' && <p class="soft small">{text}</p>}
        <dl class="facts">
          <dt>Begins with</dt>
          <dd>
            {coresText(allocation.cpuCores)} cores, {bytesText(allocation.memoryBytes)}
          </dd>
          <dt>Complexity</dt>
          <dd>
            {Math.round(profile.score)} of 100, {profile.class} time, {profile.spaceClass} space
          </dd>
          <dt>Why</dt>
          <dd>{reasons.join('. ')}.</dd>
        </dl>
      </div>
    </section>
  );
}
