import { useSignal } from '@preact/signals';
import type { ListedExecution } from '#client/index.ts';
import { usePolling } from '../api/polling.ts';
import { client } from '../api/session.ts';
import { ExecutionRow } from '../run/execution-row.tsx';
import { Filters, type Filter } from '../run/filters.tsx';
import { titleOf } from '../run/words.ts';

const EVERY_MS = 1000;
const PAGE = 200;

/** All executions of the tenant, newest first, as they are now. */
export function ExecutionsPage() {
  const filter = useSignal<Filter>({ text: '', state: '', label: '' });
  const { state, label } = filter.value;
  const polled = usePolling(
    (signal) => client().executions.page({ ...asked(state, label), limit: PAGE, signal }),
    EVERY_MS,
    [state, label],
  );
  const { value, problem } = polled.value;
  const shown = value?.executions.filter((one) => matches(one, filter.value.text)) ?? [];
  const isFiltered = filter.value.text !== '' || state !== '' || label !== '';
  return (
    <>
      <div class="head">
        <h1 tabIndex={-1}>Executions</h1>
        <a class="button primary" href="#/new">
          Run code
        </a>
      </div>
      {problem !== undefined && <p class="banner bad">{problem}</p>}
      <section class="card" aria-label="Executions">
        <header>
          <Filters filter={filter} />
          <span class="small soft" role="status">
            {value && `${shown.length}${value.next === undefined ? '' : ' newest'} shown`}
          </span>
        </header>
        {value && shown.length === 0 && (isFiltered ? <NothingFound /> : <NothingYet />)}
        {shown.length > 0 && <Table executions={shown} />}
      </section>
    </>
  );
}

function Table({ executions }: { readonly executions: readonly ListedExecution[] }) {
  return (
    <div class="scroll">
      <table class="runs">
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col">State</th>
            <th scope="col">CPU cores</th>
            <th scope="col">Memory</th>
            <th scope="col" class="figure">
              Slack CPU · memory
            </th>
            <th scope="col" class="figure">
              Held back
            </th>
            <th scope="col" class="figure">
              Time
            </th>
          </tr>
        </thead>
        <tbody>
          {executions.map((one) => (
            <ExecutionRow key={one.id} execution={one} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function NothingYet() {
  return (
    <div class="empty">
      <h2>Nothing has run yet</h2>
      <p>
        Run a program here, with <code>limber run --server</code>, or through the API. You see it
        grow and shrink while it runs.
      </p>
      <a class="button primary" href="#/new">
        Run an example
      </a>
    </div>
  );
}

function NothingFound() {
  return (
    <div class="empty">
      <h2>Nothing matches</h2>
      <p>Change the search, the state or the label.</p>
    </div>
  );
}

function asked(state: Filter['state'], label: string) {
  const at = label.indexOf('=');
  return {
    ...(state !== '' && { state }),
    ...(at > 0 && { labels: { [label.slice(0, at)]: label.slice(at + 1) } }),
  };
}

function matches(execution: ListedExecution, text: string): boolean {
  if (text === '') return true;
  const labels = Object.entries(execution.labels).map(([name, value]) => `${name}=${value}`);
  const words = [execution.id, titleOf(execution), execution.outcome ?? execution.state, ...labels];
  return words.join('\n').toLowerCase().includes(text.toLowerCase());
}
