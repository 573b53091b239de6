import type { Curve } from '#client/index.ts';
import { percentText, secondsText } from '../format.ts';

type Props = { readonly curves: readonly Curve[]; readonly names: readonly string[] };

/** Cost and stalls beside each other; changes are told against what happened. */
export function ReplayTable({ curves, names }: Props) {
  const [happened] = curves;
  return (
    <section class="card" aria-label="Cost and stalls">
      <header>
        <h2>Cost and stalls</h2>
      </header>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">Policy</th>
              <th scope="col" class="figure">
                Time
              </th>
              <th scope="col" class="figure">
                Core-seconds reserved
              </th>
              <th scope="col" class="figure">
                GiB-seconds reserved
              </th>
              <th scope="col" class="figure">
                Throttled
              </th>
              <th scope="col" class="figure">
                Stalled
              </th>
              <th scope="col" class="figure">
                Resizes
              </th>
            </tr>
          </thead>
          <tbody>
            {curves.map((curve, index) => (
              <tr key={names[index]}>
                <th scope="row">{names[index]}</th>
                <td class="figure">
                  {secondsText(curve.seconds)}
                  {curve.outcome === 'memory-exhausted' && ' (out of memory)'}
                </td>
                <td class="figure">
                  {curve.coreSeconds.toFixed(2)}
                  <Change from={happened!.coreSeconds} to={curve.coreSeconds} />
                </td>
                <td class="figure">
                  {curve.gibibyteSeconds.toFixed(2)}
                  <Change from={happened!.gibibyteSeconds} to={curve.gibibyteSeconds} />
                </td>
                <td class="figure">{secondsText(curve.throttledSeconds)}</td>
                <td class="figure">{secondsText(curve.stalledSeconds)}</td>
                <td class="figure">{curve.resizes}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Change({ from, to }: { readonly from: number; readonly to: number }) {
  const share = from > 0 ? to / from - 1 : 0;
  if (Math.abs(share) < 0.005) return null;
  return (
    <span class="soft small">
      {' '}
      {share > 0 ? '+' : '−'}
      {percentText(Math.abs(share))}
    </span>
  );
}
