import { useSignal } from '@preact/signals';
import type { Curve } from '#client/index.ts';
import { POLICY_NAMES } from '#model/constraints.ts';
import { messageOf, usePolling } from '../api/polling.ts';
import { client } from '../api/session.ts';
import { ReplayView } from '../replay/replay-view.tsx';
import { titleOf } from '../run/words.ts';

const RARELY_MS = 60_000;
const MOST = 4;

/** A past run as it happened, beside what other policies would have done with it. */
export function ComparePage({ id }: { readonly id: string }) {
  const known = usePolling(
    async (signal) => ({
      execution: await client().executions.get(id, { signal }),
      own: await client().policies.list({ signal }),
    }),
    RARELY_MS,
    [id],
  ).value;
  const chosen = useSignal<readonly string[]>(['predictive', 'threshold']);
  const curves = useSignal<readonly Curve[] | undefined>(undefined);
  const problem = useSignal<string | undefined>(undefined);
  const isBusy = useSignal(false);
  const replay = async (event: Event): Promise<void> => {
    event.preventDefault();
    problem.value = undefined;
    isBusy.value = true;
    try {
      const policies = chosen.value.map((policy) => ({ policy }));
      curves.value = await client().executions.replay(id, { policies });
    } catch (error) {
      problem.value = messageOf(error);
    }
    isBusy.value = false;
  };
  const names = [...POLICY_NAMES, ...(known.value?.own ?? []).map(({ name }) => name)];
  const toggle = (name: string): void => {
    const { value } = chosen;
    chosen.value = value.includes(name) ? value.filter((one) => one !== name) : [...value, name];
  };
  return (
    <>
      <div class="stack">
        <h1 tabIndex={-1}>Compare policies</h1>
        <p class="small soft">
          <a href={`#/executions/${id}`}>{known.value ? titleOf(known.value.execution) : id}</a>
        </p>
      </div>
      <form class="card" onSubmit={(event) => void replay(event)}>
        <div class="body">
          <p class="prose soft">
            Its record is put through each policy, from the same first size and within the same
            bounds. Nothing runs again.
          </p>
          <fieldset class="row">
            <legend class="sr-only">Policies</legend>
            {names.map((name) => (
              <label key={name} class="inline">
                <input
                  type="checkbox"
                  checked={chosen.value.includes(name)}
                  disabled={!chosen.value.includes(name) && chosen.value.length >= MOST}
                  onChange={() => toggle(name)}
                />
                {name}
              </label>
            ))}
          </fieldset>
          <div class="row">
            <button
              type="submit"
              class="primary"
              disabled={isBusy.value || chosen.value.length === 0}
            >
              {isBusy.value ? 'Replaying…' : 'Replay'}
            </button>
          </div>
          <div role="alert">
            {(problem.value ?? known.problem) !== undefined && (
              <p class="banner bad">{problem.value ?? known.problem}</p>
            )}
          </div>
        </div>
      </form>
      {curves.value && (
        <ReplayView
          curves={curves.value}
          names={curves.value.map(({ name }) => (name === '' ? 'as it happened' : name))}
        />
      )}
    </>
  );
}
