import type { Analysis } from '#client/index.ts';
import { bytesText, coresText } from '../format.ts';

/** What static analysis says of the code, whole and per function. */
export function ComplexityCard({ analysis }: { readonly analysis: Analysis }) {
  const { score, class: time, spaceClass, derivation, demand, functions, externalCalls } = analysis;
  const { peakMemoryBytes, cpuCores } = demand;
  return (
    <section class="card" aria-label="Complexity">
      <header>
        <h2>Complexity</h2>
        <span class="small soft">{Math.round(score)} of 100</span>
      </header>
      <div class="body">
        <dl class="facts">
          <dt>Time</dt>
          <dd>{time}</dd>
          <dt>Space</dt>
          <dd>{spaceClass}</dd>
          <dt>Foreseen</dt>
          <dd>
            {bytesText(peakMemoryBytes.likely)} ({bytesText(peakMemoryBytes.low)} to{' '}
            {bytesText(peakMemoryBytes.high)}), {coresText(cpuCores.likely)} cores
          </dd>
          {externalCalls.length > 0 && (
            <>
              <dt>Calls out</dt>
              <dd>
                {externalCalls.map(({ callee, line }) => `${callee}, line ${line}`).join('; ')}
              </dd>
            </>
          )}
        </dl>
        {derivation.length > 0 && (
          <details>
            <summary>Why</summary>
            <ul class="plain">
              {derivation.map((text) => (
                <li key={text}>{text}</li>
              ))}
            </ul>
          </details>
        )}
      </div>
      {functions.length > 0 && <Functions functions={functions} />}
    </section>
  );
}

function Functions({ functions }: Pick<Analysis, 'functions'>) {
  return (
    <div class="scroll">
      <table class="dense">
        <thead>
          <tr>
            <th scope="col">Function</th>
            <th scope="col">Time</th>
            <th scope="col" class="figure">
              Score
            </th>
            <th scope="col" class="figure">
              Cyclomatic
            </th>
            <th scope="col" class="figure">
              Cognitive
            </th>
            <th scope="col" class="figure">
              Loops
            </th>
            <th scope="col">Recursion</th>
          </tr>
        </thead>
        <tbody>
          {functions.map((one) => (
            <tr key={`${one.name}:${one.startLine}`}>
              <td class="mono">
                {one.name} <span class="soft">:{one.startLine}</span>
              </td>
              <td>{one.class}</td>
              <td class="figure">{Math.round(one.score)}</td>
              <td class="figure">{one.cyclomatic}</td>
              <td class="figure">{one.cognitive}</td>
              <td class="figure">{one.loopDepth}</td>
              <td>{one.recursion === 'none' ? '–' : one.recursion}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
