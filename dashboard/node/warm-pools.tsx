import type { NodeState } from '#client/index.ts';
import { bytesText, percentText } from '../format.ts';

/** Interpreters that are up before a program comes. */
export function WarmPools({ warm }: { readonly warm: NodeState['warm'] }) {
  return (
    <section class="card" aria-label="Warm pools">
      <header>
        <h2>Warm pools</h2>
        <span class="small soft">{bytesText(warm.memoryBytes)} held</span>
      </header>
      {warm.languages.length === 0 ? (
        <p class="body soft">
          No language was used yet. Once one was, an instance with its interpreter up waits for the
          next program.
        </p>
      ) : (
        <div class="scroll">
          <table class="dense">
            <thead>
              <tr>
                <th scope="col">Language</th>
                <th scope="col" class="figure">
                  Ready
                </th>
                <th scope="col" class="figure">
                  Starting
                </th>
                <th scope="col" class="figure">
                  Warm starts
                </th>
              </tr>
            </thead>
            <tbody>
              {warm.languages.map(({ language, ready, starting, warmStarts, coldStarts }) => (
                <tr key={language}>
                  <td>{language}</td>
                  <td class="figure">{ready}</td>
                  <td class="figure">{starting}</td>
                  <td class="figure">
                    {warmStarts} of {warmStarts + coldStarts}{' '}
                    <span class="soft">
                      ({percentText(warmStarts / Math.max(1, warmStarts + coldStarts))})
                    </span>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
